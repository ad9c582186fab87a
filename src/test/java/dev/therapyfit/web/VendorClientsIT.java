package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static dev.therapyfit.web.RunningService.PUBLIC;
import static dev.therapyfit.web.RunningService.SELECT;
import static dev.therapyfit.web.RunningService.VIEW;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.journal.feedback.Feedback;
import dev.therapyfit.journal.feedback.Feedback.OverrideReason;
import dev.therapyfit.journal.feedback.FeedbackStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls in the shape that vendors of EHRs publish, with keys and ids of our own. Epic: "CDS Hooks Tutorial" on
 * fhir.epic.com. Oracle Health (Cerner): "CDS Hooks" on fhir.cerner.com, which tells the issuer and the key set's URL and
 * nothing else of the token. What of it is no CDS Hooks stands in {@code src/docs/spec-readings.md}.
 */
@Timeout(60)
class VendorClientsIT {
    private static final String EPIC_FHIR = "https://epic.example/interconnect-instance-oauth/api/FHIR/R4";
    private static final String EPIC_KEYS = "/api/epic/2019/Security/Open/PublicKeys/530013/530013";
    private static final RSAKey EPIC = Tokens.rsaKey("d3bmo5HzW61TUgikHZH+A8Tx4UOXz2iOs4KvVU4eLY0=", 2048);

    private static final String ORACLE_ISSUER = "https://cds-hooks.cerner.com";
    private static final String ORACLE_TENANT = "ec2458f2-1e24-41c8-b71b-0e701af7583d";
    private static final String ORACLE_KEYS = "/jwk";
    private static final RSAKey ORACLE = new RSAKey.Builder(Tokens.rsaKey("2026-11-24T03:00:54.995.rsa", 2048))
            .algorithm(JWSAlgorithm.RS256)
            .build();

    private static final String GIVEN_ISSUER = "https://ehr.given.example/";
    private static final ECKey GIVEN = Tokens.ecKey("given-1");

    private static RunningService service;

    @BeforeAll
    static void start() {
        service = new RunningService(ToyApplication.class, VendorClientsIT::setUp);
    }

    private static void setUp(RunningService running, HttpServer outside) {
        running.set("deadline", "5s");
        running.set("evaluation-time", "2026-11-24T10:00:00Z");
        outside.createContext(EPIC_KEYS, exchange -> RunningService.answer(exchange, 200, Tokens.keySet(EPIC)));
        outside.createContext(ORACLE_KEYS, exchange -> RunningService.answer(exchange, 200, Tokens.keySet(ORACLE)));
        running.register(
                "epic-hospital",
                EPIC_FHIR,
                Map.of("key-set-urls[0]", running.outsideUrl(EPIC_KEYS), "fhir-servers[0]", EPIC_FHIR));
        running.register(
                "oracle-hospital",
                ORACLE_ISSUER,
                Map.of(
                        "key-set-urls[0]",
                        running.outsideUrl(ORACLE_KEYS),
                        "tenants[0]",
                        ORACLE_TENANT,
                        "algorithms[0]",
                        "RS256"));
        running.register("given-keys", GIVEN_ISSUER, Map.of("key-set", Tokens.keySet(GIVEN)));
    }

    @AfterAll
    static void end() {
        service.close();
    }

    // ---- Epic

    /** RS384 and a jku; its issuer is its FHIR server; valid from five minutes before, for a quarter of an hour. */
    private static Tokens epicToken(String path) {
        Instant now = Instant.now();
        return Tokens.of(EPIC_FHIR, PUBLIC + path, EPIC, now)
                .header(header -> header.jwkURL(URI.create(service.outsideUrl(EPIC_KEYS))))
                .lasting(Duration.ZERO, Duration.ofMinutes(15))
                .with("nbf", Date.from(now.minus(Duration.ofMinutes(5))))
                .with("sub", "12345678-ce08-4ac7-ac0c-123456789012");
    }

    /** Ids beyond FHIR's length, scopes in its own words, a key that nobody asked for, the product as an entry. */
    private static HookRequests epicCall() {
        String order = "ez067mnwOAKP5z1.YJwRAsd9gCwdOzQ8wSrsM04QFoz882hxQZKBulF4smVj2SxHWfesiTZ1qsgBez8Rdeb2GpbWYuU.L0K"
                + "kOqiZSgl2GBPFYUucdOKx53adK51FHbIL.9fyjChlCongwxq0kmbsAb63ITW14qpRUnm2l2PXADxvuolXYdkN80RBgyQw3";
        return orderSelect()
                .with("context.userId", "PractitionerRole/e-QokEGUJIzyynNdkCFrs9w3")
                .with("context.encounterId", "eFyoeOuWgXtlQmOQzPdkQWwy3s8a49yrUc-LtjwhWT6g3")
                .with(
                        "context.draftOrders",
                        Records.searchSet(
                                Records.orderOf(order, "Medication/eVBXvKwrWZIkPmaGwY.s1hQ3"),
                                Records.medication("eVBXvKwrWZIkPmaGwY.s1hQ3", "tea")))
                .with("context.selections.0", "MedicationRequest/" + order)
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("eThirst.1"))
                .withJson(
                        "prefetch.-user",
                        "{\"resourceType\": \"PractitionerRole\", \"id\": \"e-QokEGUJIzyynNdkCFrs9w3\"}")
                .with("fhirServer", EPIC_FHIR)
                .withJson("fhirAuthorization", """
                        {"access_token": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "token_type": "Bearer", "expires_in": 300,
                         "scope": "ALLERGYINTOLERANCE.READ Observation.Read (Labs) (R4) Patient.Read (R4) medication.create",
                         "subject": "12345678-ce08-4ac7-ac0c-123456789012"}""")
                .withJson("extension", """
                        {"com.epic.cdshooks.request.bpa-trigger-action": "18",
                         "com.epic.cdshooks.request.cds-hooks-specification-version": "1.0",
                         "com.epic.cdshooks.request.fhir-version": "R4",
                         "com.epic.cdshooks.request.criteria-id": "2852"}""");
    }

    @Test
    void a_call_in_the_shape_that_epic_publishes_gets_its_card() {
        JsonNode card = card(SELECT, epicCall(), epicToken(SELECT));

        assertThat(card.get("summary").stringValue()).isEqualTo("A hot drink fits the thirst on record");
        assertThat(card.at("/suggestions/0/actions/0/resourceId").stringValue()).hasSizeGreaterThan(200);
    }

    /** Its tutorial calls the field {@code overrideReasons}, and puts reasons of its own into an extension. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"reason\": {\"code\": \"contraindicated\", \"display\": \"bad\", \"system\": \"urn:reasons\"},"
                        + " \"userComment\": \"User Entered Free Text\"}",
                "{\"extension\": {\"com.epic.cdshooks.feedback.overrideReason.reasonCategory\": \"45\"},"
                        + " \"userComment\": \"User Entered Free Text\"}"
            })
    void feedback_in_the_shape_that_epic_publishes_keeps_what_the_user_said(String reasons) {
        String uuid = card(SELECT, epicCall(), epicToken(SELECT)).get("uuid").stringValue();
        String body = "{\"feedback\": [{\"card\": \"" + uuid + "\", \"outcome\": \"overridden\","
                + " \"outcomeTimestamp\": \"2022-05-19T19:44:04Z\", \"overrideReasons\": " + reasons + "}]}";

        HttpResponse<String> answer = service.post(
                SELECT + "/feedback",
                body.getBytes(StandardCharsets.UTF_8),
                "Authorization",
                epicToken(SELECT).header());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(kept(uuid).overrideReason().orElseThrow().userComment()).contains("User Entered Free Text");
        assertThat(kept(uuid).overrideReason().flatMap(OverrideReason::reason).isPresent())
                .isEqualTo(reasons.contains("contraindicated"));
    }

    private static Feedback kept(String card) {
        return service
                .bean(FeedbackStore.class)
                .review(Instant.EPOCH, Instant.now().plusSeconds(60))
                .stream()
                .map(FeedbackStore.Reviewed::feedback)
                .filter(feedback -> feedback.card().equals(card))
                .findFirst()
                .orElseThrow();
    }

    // ---- Oracle Health

    private static Tokens oracleToken() {
        return Tokens.of(ORACLE_ISSUER, PUBLIC + VIEW, ORACLE, Instant.now())
                .header(header -> header.jwkURL(URI.create(service.outsideUrl(ORACLE_KEYS))))
                .with("tenant", ORACLE_TENANT);
    }

    @Test
    void a_call_in_the_shape_that_oracle_health_publishes_gets_its_card() {
        HookRequests call = patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation");

        assertThat(card(VIEW, call, oracleToken()).get("summary").stringValue()).isEqualTo("No thirst is on record");
        assertThat(post(VIEW, call, oracleToken().with("iss", ORACLE_ISSUER + "/"))
                        .statusCode())
                .as("the issuer is taken to the letter")
                .isEqualTo(401);
        assertThat(post(VIEW, call, oracleToken().with("tenant", null)).statusCode())
                .as("all its hospitals have one issuer")
                .isEqualTo(403);
    }

    // ---- Habits of many clients

    private static Tokens givenToken(String path) {
        return Tokens.of(GIVEN_ISSUER, PUBLIC + path, GIVEN, Instant.now());
    }

    private static HookRequests complete() {
        return patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("t-1"));
    }

    private static int status(String path, byte[] body, Tokens token, String... headers) {
        List<String> all = new ArrayList<>(List.of("Authorization", token.header()));
        all.addAll(List.of(headers));
        return service.post(path, body, all.toArray(String[]::new)).statusCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {VIEW, VIEW + "/"})
    void a_slash_at_the_end_of_a_url_and_of_its_audience_changes_nothing(String called) {
        assertThat(status(called, complete().bytes(), givenToken(VIEW))).isEqualTo(200);
        assertThat(status(VIEW + "/", complete().bytes(), givenToken(called))).isEqualTo(200);
        assertThat(service.get(
                                "/cds-services/",
                                "Authorization",
                                givenToken("/cds-services").header())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_body_may_be_called_fhir_json() {
        HttpResponse<String> answer = service.send(service.request(VIEW)
                .POST(BodyPublishers.ofByteArray(complete().bytes()))
                .headers(
                        "Content-Type",
                        "application/fhir+json; charset=utf-8",
                        "Authorization",
                        givenToken(VIEW).header()));

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void a_body_may_be_compressed_with_gzip() throws IOException {
        byte[] body = gzip(complete().bytes());

        assertThat(status(VIEW, body, givenToken(VIEW), "Content-Encoding", "gzip"))
                .isEqualTo(200);
        assertThat(status(VIEW, complete().bytes(), givenToken(VIEW), "Content-Encoding", "gzip"))
                .as("not compressed")
                .isEqualTo(400);
        assertThat(status(VIEW, Arrays.copyOf(body, body.length / 2), givenToken(VIEW), "Content-Encoding", "gzip"))
                .as("half of it")
                .isEqualTo(400);
    }

    /** The JDK reads each by recursion. */
    @Test
    void a_compressed_body_of_many_empty_parts_is_refused() throws IOException {
        byte[] part = gzip(new byte[0]);
        byte[] body = new byte[part.length * 200_000];
        for (int i = 0; i < body.length; i += part.length) {
            System.arraycopy(part, 0, body, i, part.length);
        }

        assertThat(status(VIEW, body, givenToken(VIEW), "Content-Encoding", "gzip"))
                .isEqualTo(400);
    }

    @Test
    void a_client_whose_keys_were_given_may_send_a_jku_that_nobody_asks() {
        Tokens token = givenToken(VIEW).header(header -> header.jwkURL(URI.create("http://127.0.0.1:1/zz.json")));

        assertThat(status(VIEW, complete().bytes(), token)).isEqualTo(200);
        assertThat(status(VIEW, complete().bytes(), token.signedBy(Tokens.ecKey("given-1"))))
                .as("its own keys count")
                .isEqualTo(401);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        }
        return compressed.toByteArray();
    }

    private static JsonNode card(String path, HookRequests request, Tokens token) {
        HttpResponse<String> answer = post(path, request, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonMapper().readTree(answer.body()).at("/cards/0");
    }

    private static HttpResponse<String> post(String path, HookRequests request, Tokens token) {
        return service.post(path, request.bytes(), "Authorization", token.header());
    }
}
