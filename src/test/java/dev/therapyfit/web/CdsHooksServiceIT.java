package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import dev.therapyfit.clients.link.DecisionLinks;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.FhirServer;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditTrail;
import dev.therapyfit.journal.feedback.FeedbackStore;
import dev.therapyfit.journal.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service on a real port with the toy content: each answer and each failure as a client gets it. */
@Timeout(60)
class CdsHooksServiceIT {
    private static final int LIMIT = 20_000;
    private static final String SELECT = "/cds-services/toy-order-select";
    private static final String VIEW = "/cds-services/toy-patient-view";

    private static ConfigurableApplicationContext application;
    private static String base;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @Configuration(proxyBeanMethods = false)
    @Import(ToyApplication.class)
    static class Application {
        /** A FHIR client with a defect, whose message holds what must not be told. */
        @Bean
        @Primary
        FhirDataSource defective() {
            return new FhirDataSource() {
                private RuntimeException defect() {
                    return new IllegalStateException("zz-marker", new IllegalArgumentException("zz-marker-cause"));
                }

                @Override
                public Resource read(FhirServer server, String relative, Deadline deadline) {
                    throw defect();
                }

                @Override
                public List<Resource> search(FhirServer server, String query, Deadline deadline) {
                    throw defect();
                }

                @Override
                public Optional<String> fhirVersion(FhirServer server, Deadline deadline) {
                    throw defect();
                }

                @Override
                public List<Resource> following(FhirServer server, Resource page, Deadline deadline) {
                    throw defect();
                }
            };
        }
    }

    @BeforeAll
    static void start() {
        application = ToyApplication.of(Application.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--server.error.whitelabel.enabled=false",
                        "--server.address=127.0.0.1",
                        "--therapy-fit.trust.mode=open",
                        "--therapy-fit.allowed-origins=https://ehr.example",
                        "--therapy-fit.limits.body-bytes=" + LIMIT,
                        "--therapy-fit.limits.refusals-per-minute=100000",
                        "--therapy-fit.evaluation-time=2026-11-24T10:00:00Z");
        base = "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port");
    }

    @AfterAll
    static void end() {
        application.close();
    }

    @BeforeEach
    void listen() {
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void nothing_of_a_request_is_ever_logged() {
        root().detachAppender(log);
        assertThat(logged()).doesNotContain("zz-");
    }

    // ---- Answers

    @Test
    void discovery_lists_the_services() {
        HttpResponse<String> response = get("/cds-services", "application/json");

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode services = json(response).get("services");
        assertThat(services.size()).isEqualTo(2);
        JsonNode first = services.get(0);
        assertThat(first.get("hook").asString()).isEqualTo("order-select");
        assertThat(first.get("id").asString()).isEqualTo("toy-order-select");
        assertThat(first.get("title").asString()).isEqualTo("Fit of hot drinks");
        assertThat(first.get("description").asString()).isEqualTo("Says whether a hot drink fits.");
        assertThat(first.get("usageRequirements").asString()).isEqualTo("For people who drink.");
        assertThat(first.at("/prefetch/patient").asString()).isEqualTo("Patient/{{context.patientId}}");
        assertThat(first.get("version").asString()).isEqualTo("3.0.0");
        assertThat(first.get("hookVersion").asString()).isEqualTo("1.0");
    }

    @Test
    void a_browser_of_another_origin_may_ask() {
        HttpResponse<String> discovery = send(request("/cds-services").header("Origin", "https://ehr.example"));
        assertThat(discovery.headers().firstValue("Access-Control-Allow-Origin"))
                .isPresent();

        HttpResponse<String> preflight = send(request(SELECT)
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://ehr.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,authorization"));
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Headers")
                        .orElse(""))
                .contains("content-type", "authorization");
    }

    @Test
    void a_call_gets_a_card_whose_link_shows_the_decision_as_json_and_as_a_page() {
        HttpResponse<String> response = post(SELECT, complete().bytes());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        JsonNode card = json(response).at("/cards/0");
        assertThat(card.get("summary").asString()).isEqualTo("A hot drink fits the thirst on record");
        String link = card.at("/links/0/url").asString();
        assertThat(link).startsWith(base + "/decisions/");
        String path = link.substring(base.length());

        HttpResponse<String> decision = get(path, "application/json");
        assertThat(decision.statusCode()).isEqualTo(200);
        assertThat(json(decision).get("outcome").asString()).isEqualTo("drink");
        assertThat(json(decision).get("evaluatedAt").asString()).isEqualTo("2026-11-24T10:00:00Z");
        assertThat(decision.headers().firstValue("Cache-Control")).contains("no-store");

        HttpResponse<String> page = get(path, "text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.body()).contains("<title>Somebody is thirsty.", "Outcome: drink");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, application/json",
        "*/*, application/json",
        "'', application/json",
        "zz, application/json",
        "zz/zz;q=2, application/json",
        "text/html;q=0.5;application/json, application/json",
        "application/json;text/html;q=0.9, application/json",
        "text/html, text/html",
        "text/html;application/json;q=0.9, text/html",
    })
    void a_decision_is_shown_as_the_client_prefers(String accept, String type) {
        String link = json(post(SELECT, complete().bytes()))
                .at("/cards/0/links/0/url")
                .asString();
        String header = accept.replaceAll(";(?!q=)", ",");

        HttpResponse<String> decision = get(link.substring(base.length()), header);

        assertThat(decision.statusCode()).isEqualTo(200);
        assertThat(decision.headers().firstValue("Content-Type").orElse("")).startsWith(type);
        assertThat(decision.body()).isNotEmpty();
    }

    @Test
    void nothing_to_say_is_an_empty_list_of_cards() {
        HttpResponse<String> response = post(
                SELECT,
                orderSelect()
                        .with("context.draftOrders", Records.searchSet(Records.order("tea-1", "lemonade")))
                        .bytes());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"cards\":[]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/json;charset=UTF-8", "application/json; charset=utf-8"})
    void json_may_name_its_charset(String type) {
        assertThat(send(posting(SELECT, complete().bytes()).setHeader("Content-Type", type))
                        .statusCode())
                .isEqualTo(200);
    }

    // ---- Failures

    @Test
    void a_bad_request_is_400_and_names_the_field() {
        HttpResponse<String> response =
                post(SELECT, orderSelect().without("context.userId").bytes());

        assertFailure(response, 400, "invalid", "context.userId");
        assertThat(logged()).contains("context.userId");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "zz-text", "{\"hook\":\"zz-hook\"}"})
    void a_body_that_is_no_hook_call_is_400(String body) {
        assertFailure(post(SELECT, body.getBytes(StandardCharsets.UTF_8)), 400, "invalid", null);
    }

    @Test
    void an_unknown_service_or_page_is_404() {
        assertFailure(post("/cds-services/zz-service", complete().bytes()), 404, "not-found", null);
        assertFailure(get("/zz-page", "application/json"), 404, "not-found", null);
    }

    @Test
    void another_method_is_405_and_says_which_is_allowed() {
        HttpResponse<String> response = get(SELECT, "application/json");

        assertFailure(response, 405, "not-supported", null);
        assertThat(response.headers().firstValue("Allow").orElse("")).contains("POST");
        assertFailure(send(request("/cds-services").DELETE()), 405, "not-supported", null);
    }

    @Test
    void an_answer_that_is_not_json_cannot_be_had_406() {
        assertFailure(
                send(posting(SELECT, complete().bytes()).header("Accept", "application/xml")),
                406,
                "not-supported",
                null);
        assertFailure(get("/cds-services", "text/html"), 406, "not-supported", null);
        assertFailure(get("/cds-services", "zz"), 406, "not-supported", null);
    }

    @Test
    void a_patient_who_cannot_be_had_is_412() {
        HttpResponse<String> response = post(VIEW, patientView().bytes());

        assertFailure(response, 412, "incomplete", "prefetch.patient");
        assertThat(outcome(response).getIssue())
                .extracting(issue -> issue.getExpression().get(0).getValue())
                .containsExactly("prefetch.patient");
    }

    @Test
    void a_body_that_is_too_long_is_413_whether_its_length_is_told_or_not() {
        byte[] long1 = "zz".repeat(LIMIT).getBytes(StandardCharsets.UTF_8);
        assertFailure(post(SELECT, long1), 413, "too-long", null);
        assertFailure(
                send(request(SELECT)
                        .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(long1)))
                        .header("Content-Type", "application/json")),
                413,
                "too-long",
                null);
    }

    @Test
    void a_body_may_be_as_long_as_the_limit() {
        byte[] body = complete().bytes();
        byte[] padded = (new String(body, StandardCharsets.UTF_8) + " ".repeat(LIMIT - body.length))
                .getBytes(StandardCharsets.UTF_8);

        assertThat(post(SELECT, padded).statusCode()).isEqualTo(200);
        assertThat(send(request(SELECT)
                                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(padded)))
                                .header("Content-Type", "application/json"))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "zz", "zz/zz/zz"})
    void another_content_type_is_415(String type) {
        assertFailure(
                send(posting(SELECT, complete().bytes()).setHeader("Content-Type", type)), 415, "not-supported", null);
    }

    @Test
    void a_body_without_a_content_type_is_415() {
        assertFailure(send(request(SELECT).POST(BodyPublishers.ofString("{}"))), 415, "not-supported", null);
    }

    /** Tomcat answers this one by itself, so that it is no OperationOutcome. */
    @Test
    void a_body_that_breaks_off_is_400_and_never_an_empty_success() throws IOException {
        String answer = raw(
                "POST " + SELECT + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz-no-length\r\n{}\r\n0\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("zz-", "Exception");
        assertThat(logged()).contains("breaks off");
    }

    @Test
    void a_defect_is_500_and_its_message_is_neither_answered_nor_logged() {
        HttpResponse<String> response = post(
                VIEW,
                patientView().with("fhirServer", "http://127.0.0.1:9/fhir").bytes());

        assertFailure(response, 500, "exception", null);
        String id = outcome(response).getIssueFirstRep().getDiagnostics().replaceAll(".* id ", "");
        assertThat(logged())
                .contains(id, "IllegalStateException", "IllegalArgumentException", "at dev.therapyfit.hooks");
        assertThat(log.list).anySatisfy(event -> assertThat(event.getLevel()).isEqualTo(Level.ERROR));
    }

    // ---- Links

    @Test
    void a_decision_is_shown_to_nobody_without_a_valid_link() {
        String path = linkOf(json(post(SELECT, complete().bytes())));
        String bare = path.substring(0, path.indexOf('?'));

        for (String forged : List.of(
                bare,
                "/decisions/zz-decision",
                bare + "?expires=9999999999&signature=zz-signature",
                path.replaceFirst("expires=\\d+", "expires=9999999999"),
                path.replace(bare, "/decisions/11111111-1111-1111-1111-111111111111"))) {
            assertFailure(get(forged, "application/json"), 403, "forbidden", null);
            HttpResponse<String> page = get(forged, "text/html");
            assertThat(page.statusCode()).isEqualTo(403);
            assertThat(page.body())
                    .contains("<title>The decision cannot be shown · Therapy Fit</title>")
                    .doesNotContain("drink");
            assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
        }
    }

    @Test
    void a_link_that_has_ended_is_410_and_one_to_nothing_404() {
        DecisionLinks past = new DecisionLinks(
                application.getBean(Storage.class).linkKey(),
                Duration.ofHours(1),
                Clock.offset(Clock.systemUTC(), Duration.ofHours(-2)));
        assertFailure(get(link(past, "zz-decision"), "application/json"), 410, "expired", null);
        assertThat(get(link(past, "zz-decision"), "text/html").statusCode()).isEqualTo(410);

        DecisionLinks ours = application.getBean(DecisionLinks.class);
        assertFailure(get(link(ours, "zz-decision"), "application/json"), 404, "not-found", null);
        assertThat(get(link(ours, "zz-decision"), "text/html").statusCode()).isEqualTo(404);
    }

    private static String link(DecisionLinks links, String id) {
        DecisionLinks.Signed signed = links.sign(id);
        return "/decisions/" + id + "?expires=" + signed.expires().getEpochSecond() + "&signature="
                + signed.signature();
    }

    private static String linkOf(JsonNode response) {
        return response.at("/cards/0/links/0/url").asString().substring(base.length());
    }

    // ---- Feedback

    @Test
    void feedback_is_taken_once_and_again() {
        JsonNode card = json(post(SELECT, complete().bytes())).at("/cards/0");
        byte[] body = feedback(
                card.get("uuid").asString(), card.at("/suggestions/0/uuid").asString());

        for (int i = 0; i < 2; i++) {
            HttpResponse<String> response = post(SELECT + "/feedback", body);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("{}");
            assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        }
        assertThat(kept(card)).isEqualTo(1);
    }

    @Test
    void feedback_that_cannot_be_taken_is_400_and_names_the_field() {
        JsonNode card = json(post(SELECT, complete().bytes())).at("/cards/0");
        String uuid = card.get("uuid").asString();
        String suggestion = card.at("/suggestions/0/uuid").asString();

        assertFailure(post(SELECT + "/feedback", "{}".getBytes(StandardCharsets.UTF_8)), 400, "invalid", "feedback");
        assertFailure(post(SELECT + "/feedback", feedback("zz-card", suggestion)), 400, "invalid", "feedback[0].card");
        assertFailure(post(VIEW + "/feedback", feedback(uuid, suggestion)), 400, "invalid", "feedback[0].card");
        assertFailure(
                post(SELECT + "/feedback", feedback(uuid, "zz-suggestion")),
                400,
                "invalid",
                "feedback[0].acceptedSuggestions[0].id");
        assertFailure(
                post(SELECT + "/feedback", feedback(uuid, suggestion, Instant.parse("2099-01-01T00:00:00Z"))),
                400,
                "invalid",
                "feedback[0].outcomeTimestamp");
        assertFailure(post("/cds-services/zz-service/feedback", feedback(uuid, suggestion)), 404, "not-found", null);
        assertFailure(get(SELECT + "/feedback", "application/json"), 405, "not-supported", null);
        assertThat(kept(card)).isZero();
    }

    private static long kept(JsonNode card) {
        return application
                .getBean(FeedbackStore.class)
                .review(Instant.EPOCH, Instant.now().plusSeconds(60))
                .stream()
                .filter(one -> one.feedback().card().equals(card.get("uuid").asString()))
                .count();
    }

    private static byte[] feedback(String card, String suggestion) {
        return feedback(card, suggestion, Instant.now());
    }

    private static byte[] feedback(String card, String suggestion, Instant time) {
        return """
                {"feedback": [{"card": "%s", "outcome": "accepted", "acceptedSuggestions": [{"id": "%s"}],
                  "overrideReason": {"userComment": "zz-comment"}, "outcomeTimestamp": "%s"}]}""".formatted(card, suggestion, time).getBytes(StandardCharsets.UTF_8);
    }

    // ---- Audit

    @Test
    void every_call_is_audited_with_its_status() throws InterruptedException {
        Instant before = Instant.now();
        JsonNode answer = json(post(SELECT, complete().bytes()));
        post(VIEW, patientView().bytes());
        post(SELECT, "zz-text".getBytes(StandardCharsets.UTF_8));
        get(linkOf(answer), "application/json");
        get("/decisions/zz-decision", "application/json");

        List<AuditEntry> entries = new ArrayList<>();
        for (int i = 0; i < 100 && entries.size() < 5; i++) {
            Thread.sleep(50);
            entries.clear();
            application.getBean(AuditTrail.class).read(before, Instant.now(), entries::add);
        }
        assertThat(entries)
                .extracting(entry -> entry.kind().code() + " " + entry.status())
                .containsExactly("hook 200", "hook 412", "hook 400", "view 200", "view 403");
        assertThat(entries).allMatch(entry -> entry.address().equals(Optional.of("127.0.0.1")));
        assertThat(entries.get(0).patient()).contains("Patient/zz-patient");
        assertThat(entries.get(0).userId()).contains("Practitioner/zz-user");
        assertThat(entries.get(0).decisionId()).isEqualTo(entries.get(3).decisionId());
        assertThat(entries.get(1).patient()).contains("Patient/zz-patient");
        assertThat(entries.get(2).patient()).isEmpty();
    }

    @Test
    void a_decision_is_shown_by_one_spelling_of_its_path_and_every_look_is_audited() throws IOException {
        String path = linkOf(json(post(SELECT, complete().bytes())));
        String id = path.substring("/decisions/".length(), path.indexOf('?'));
        for (String other : List.of(
                path.replace("/decisions", "/%64ecisions"),
                path.replace("/decisions", "/decisions;x"),
                path.replace("/decisions", "/decisions;"),
                path.replace("?", ";x=1?"),
                path.replace("?", "/?"),
                path.replace("?", "%20?"),
                path.replace("/decisions/", "/decisions//"),
                "/" + path,
                "/." + path,
                "/zz/.." + path,
                path.replace("?", "/.?"),
                path.replace("?", "/zz/..?"),
                path.replace("/decisions/", "/decisions/%2e/"),
                path.replace("/decisions/", "/decisions%2f"),
                path.replace("/decisions/", "/Decisions/"),
                path.replace("/decisions/", "\\decisions\\"))) {
            for (String method : List.of("GET", "HEAD", "POST", "OPTIONS", "PUT")) {
                String answer = raw(method + " " + other + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Accept: application/json\r\n\r\n");
                assertThat(answer)
                        .as(method + " " + other)
                        .startsWith("HTTP/1.1 4")
                        .doesNotContain("\"outcome\"");
            }
        }
        assertThat(looks(id)).isEmpty();

        for (String method : List.of("GET", "HEAD")) {
            for (String target : List.of(path, "http://localhost" + path)) {
                assertThat(raw(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                        .startsWith("HTTP/1.1 200");
            }
        }
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            assertThat(raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 405");
        }
        assertThat(looks(id)).hasSize(4);
    }

    /** Those of a decision that was shown, after the entry of a later call was written too. */
    private List<AuditEntry> looks(String decision) {
        Instant end = Instant.now();
        post("/cds-services/zz-last", new byte[0]);
        List<AuditEntry> entries = new ArrayList<>();
        while (entries.stream().noneMatch(entry -> !entry.at().isBefore(end))) {
            entries.clear();
            application
                    .getBean(AuditTrail.class)
                    .read(Instant.EPOCH, Instant.now().plusSeconds(60), entries::add);
        }
        return entries.stream()
                .filter(entry -> entry.kind() == AuditEntry.Kind.VIEW && entry.status() == 200)
                .filter(entry -> entry.decisionId().filter(decision::equals).isPresent())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%63ds-services/toy-order-select",
                "/cds-services;x/toy-order-select",
                "/cds-services/%74oy-order-select",
                "/cds-services/toy-order-select;x",
                "/cds-services//toy-order-select",
                "/zz/../cds-services/toy-order-select",
                "/cds-services/toy-order-select/./feedback"
            })
    void a_service_is_called_by_one_spelling_of_its_path(String path) {
        assertFailure(post(path, complete().bytes()), 400, "invalid", null);
    }

    // ---- Helpers

    private static HookRequests complete() {
        return orderSelect()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("t-1"));
    }

    private static void assertFailure(
            HttpResponse<String> response, int status, String code, @org.jspecify.annotations.Nullable String field) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(response.body()).doesNotContain("zz-", "Exception", "trace");
        OperationOutcome outcome = outcome(response);
        assertThat(outcome.getIssue()).isNotEmpty().allSatisfy(issue -> {
            assertThat(issue.getSeverity().toCode()).isEqualTo("error");
            assertThat(issue.getCode().toCode()).isEqualTo(code);
            assertThat(issue.getDiagnostics()).isNotBlank();
        });
        if (field != null) {
            assertThat(outcome.getIssue())
                    .anySatisfy(issue ->
                            assertThat(issue.getExpression().get(0).getValue()).isEqualTo(field));
        }
    }

    /** Read by HAPI, strictly: it is FHIR. */
    private static OperationOutcome outcome(HttpResponse<String> response) {
        return ToyContent.FHIR
                .newJsonParser()
                .setParserErrorHandler(new ca.uhn.fhir.parser.StrictErrorHandler())
                .parseResource(OperationOutcome.class, response.body());
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonMapper().readTree(response.body());
    }

    private HttpResponse<String> get(String path, String accept) {
        return send(request(path).header("Accept", accept));
    }

    private HttpResponse<String> post(String path, byte[] body) {
        return send(posting(path, body));
    }

    private static HttpRequest.Builder posting(String path, byte[] body) {
        return request(path).POST(BodyPublishers.ofByteArray(body)).header("Content-Type", "application/json");
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        return RunningService.send(client, request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 100\r\n\r\n{\"hook\":",
                "Transfer-Encoding: chunked\r\n\r\nno-size\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\n{\"ho"
            })
    void a_body_that_breaks_off_is_refused_with_an_operation_outcome(String rest) throws IOException {
        String answer = raw("POST " + SELECT + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\n" + rest);

        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("\"resourceType\":\"OperationOutcome\"")
                .doesNotContain("timestamp");
    }

    private static String raw(String request) throws IOException {
        URI uri = URI.create(base);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private String logged() {
        return log.list.stream()
                .map(event -> event.getFormattedMessage() + messages(event.getThrowableProxy()))
                .collect(Collectors.joining("\n"));
    }

    private static String messages(@org.jspecify.annotations.Nullable IThrowableProxy thrown) {
        return thrown == null ? "" : " " + thrown.getMessage() + messages(thrown.getCause());
    }
}
