package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.clients.UsedTokens;
import dev.therapyfit.ehr.outbound.HostLookup;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.deadline.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/**
 * Attacks on a service that authenticates its clients, over real connections. {@code src/docs/attacks.md} lists them. Two
 * hospitals are registered: one whose keys are behind a URL, one that gave them; a third whose FHIR servers are at
 * addresses inside; a fourth that may call twice a minute.
 */
@Timeout(60)
class AttackIT {
    private static final String PUBLIC = "https://cds.example";
    private static final String DISCOVERY = "/cds-services";
    private static final String VIEW = "/cds-services/toy-patient-view";
    private static final String SELECT = "/cds-services/toy-order-select";

    private static final String ISSUER_A = "https://ehr.a.example/";
    private static final String ISSUER_B = "https://ehr.b.example/";
    private static final String ISSUER_INSIDE = "https://ehr.inside.example/";
    private static final String ISSUER_RARE = "https://ehr.rare.example/";
    private static final String FHIR_A = "https://fhir.a.example/r4";
    private static final String FHIR_B = "https://fhir.b.example/r4";

    private static final ECKey KEY_A = Tokens.ecKey("key-a");
    private static final RSAKey RSA_A = Tokens.rsaKey("rsa-a", 2048);
    private static final ECKey KEY_B = Tokens.ecKey("key-b");
    private static final ECKey STRANGER = Tokens.ecKey("key-a");

    private static final int MOST_RESOURCES = 50;
    private static final int LONGEST_STRING = 20_000;
    private static final String NEWLINE = "\r\n";

    private static ConfigurableApplicationContext application;
    private static HttpServer outside;
    private static HttpServer inside;
    private static ExecutorService threads;
    private static int port;
    private static final AtomicInteger KEY_SETS_READ = new AtomicInteger();
    private static final List<String> ASKED_INSIDE = new CopyOnWriteArrayList<>();
    private static final List<String> ASKED_ELSEWHERE = new CopyOnWriteArrayList<>();
    private static final AtomicInteger REBIND_LOOKUPS = new AtomicInteger();
    private static volatile Answer fhir = exchange -> send(exchange, 404, "{}");

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @Configuration(proxyBeanMethods = false)
    @Import(ToyApplication.class)
    static class Application {
        /** A name server that leads to the listed address first and inside ever after. */
        @Bean
        HostLookup lookup() {
            return host -> List.of(InetAddress.getAllByName(
                    host.equals("rebind.example")
                            ? REBIND_LOOKUPS.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.2"
                            : host));
        }
    }

    @BeforeAll
    static void start() throws IOException {
        threads = Executors.newCachedThreadPool();
        outside = server("127.0.0.1");
        inside = server("127.0.0.2");
        outside.createContext("/jwks.json", exchange -> {
            KEY_SETS_READ.incrementAndGet();
            send(exchange, 200, Tokens.keySet(KEY_A, RSA_A));
        });
        outside.createContext("/fhir", exchange -> fhir.to(exchange));
        outside.createContext("/", exchange -> {
            ASKED_ELSEWHERE.add(exchange.getRequestURI().toString());
            send(exchange, 200, Tokens.keySet(STRANGER));
        });
        inside.createContext("/", exchange -> {
            ASKED_INSIDE.add(exchange.getRequestURI().toString());
            send(exchange, 200, "{}");
        });
        List<String> settings = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--server.error.whitelabel.enabled=false",
                "--therapy-fit.public-url=" + PUBLIC + "/",
                "--therapy-fit.deadline=5s",
                "--therapy-fit.evaluation-time=2026-11-24T10:00:00Z",
                "--therapy-fit.limits.resources=" + MOST_RESOURCES,
                "--therapy-fit.limits.string-length=" + LONGEST_STRING,
                "--therapy-fit.limits.concurrent-calls=2",
                "--therapy-fit.limits.concurrent-calls-per-client=2",
                "--therapy-fit.outbound.allowed-networks=127.0.0.1",
                "--therapy-fit.trust.mode=clients"));
        client(settings, 0, "hospital-a", ISSUER_A, Map.of("key-set-urls[0]", keySetUrl(), "fhir-servers[0]", FHIR_A));
        client(
                settings,
                1,
                "hospital-b",
                ISSUER_B,
                Map.of(
                        "key-set",
                        Tokens.keySet(KEY_B),
                        "tenants[0]",
                        "ward-1",
                        "fhir-servers[0]",
                        FHIR_B,
                        "origins[0]",
                        "https://pages.b.example"));
        Map<String, String> withServers = new LinkedHashMap<>(Map.of("key-set", Tokens.keySet(KEY_B)));
        List<String> servers = List.of(
                "http://127.0.0.1:" + outside.getAddress().getPort() + "/fhir",
                "https://[::1]/fhir",
                "https://[::ffff:10.0.0.1]/fhir",
                "https://[64:ff9b::a00:1]/fhir",
                "https://[fe80::1]/fhir",
                "https://169.254.169.254/latest/meta-data",
                "https://10.0.0.1/fhir",
                "https://127.0.0.2:" + inside.getAddress().getPort() + "/fhir",
                "https://rebind.example:" + inside.getAddress().getPort() + "/fhir");
        for (int i = 0; i < servers.size(); i++) {
            withServers.put("fhir-servers[" + i + "]", servers.get(i));
        }
        client(settings, 2, "hospital-inside", ISSUER_INSIDE, withServers);
        client(
                settings,
                3,
                "hospital-rare",
                ISSUER_RARE,
                Map.of("key-set", Tokens.keySet(KEY_B), "calls-per-minute", "2"));
        application = ToyApplication.of(Application.class).run(settings.toArray(String[]::new));
        port = Integer.parseInt(String.valueOf(application.getEnvironment().getProperty("local.server.port")));
    }

    @AfterAll
    static void end() {
        application.close();
        outside.stop(0);
        inside.stop(0);
        threads.shutdownNow();
    }

    @BeforeEach
    void nobody_was_asked() {
        ASKED_INSIDE.clear();
        ASKED_ELSEWHERE.clear();
        fhir = exchange -> send(exchange, 404, "{}");
    }

    // ---- Calls that are let in, so that the refusals below mean something

    @Test
    void a_good_token_is_let_in_for_discovery_and_for_a_hook() {
        assertThat(get(DISCOVERY, tokenA(DISCOVERY).header()).status()).isEqualTo(200);
        assertThat(view(tokenA(VIEW)).status()).isEqualTo(200);
        assertThat(view(tokenA(VIEW).signedBy(RSA_A)).status()).isEqualTo(200);
        assertThat(view(tokenA(VIEW).header(header -> header.jwkURL(URI.create(keySetUrl()))))
                        .status())
                .isEqualTo(200);
        assertThat(view(tokenA(VIEW).header(header -> header.type(null))).status())
                .isEqualTo(200);
        assertThat(view(tokenA(VIEW).withAudiences("https://other.example", PUBLIC + VIEW))
                        .status())
                .isEqualTo(200);
        assertThat(view(tokenB(VIEW)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer", "BEARER", "Bearer  "})
    void the_scheme_may_be_written_in_any_case(String scheme) {
        assertThat(post(VIEW, complete().bytes(), scheme + " " + tokenA(VIEW).text())
                        .status())
                .isEqualTo(200);
    }

    // ---- No token, or none that is one

    @Test
    void without_a_token() {
        for (Response response : List.of(
                get(DISCOVERY, null),
                post(VIEW, complete().bytes(), null),
                post(SELECT, "zz-garbage".getBytes(StandardCharsets.UTF_8), null))) {
            refused(response, 401);
            assertThat(response.header("WWW-Authenticate")).isEqualTo("Bearer");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer zz",
                "Bearer zz.zz.zz",
                "Bearer ..",
                "Bearer e30.e30.",
                "Bearer zz zz",
                "Basic enotdXNlcjp6eg==",
                "zz",
                "Bearer \u00e9"
            })
    void with_garbage_for_a_token(String authorization) {
        Response response = post(VIEW, complete().bytes(), authorization);

        refused(response, 401);
        assertThat(response.header("WWW-Authenticate"))
                .startsWith("Bearer error=\"invalid_token\", error_description=\"");
    }

    @Test
    void with_a_token_that_is_too_long() {
        refused(view(tokenA(VIEW).with("zz", "z".repeat(5_000))), 401);
        refused(view(tokenA(VIEW).with("zz", "z".repeat(50_000))), 400);
    }

    @Test
    void with_two_authorization_headers() {
        String good = tokenA(VIEW).header();
        Response response = raw("POST", VIEW, complete().bytes(), "Authorization: " + good, "Authorization: " + good);

        refused(response, 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token", "token", "Authorization"})
    void with_the_token_in_the_query(String parameter) {
        refused(
                post(
                        VIEW + "?" + parameter + "=" + tokenA(VIEW).text(),
                        complete().bytes(),
                        null),
                401);
    }

    // ---- Forged signatures

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE"})
    void with_the_algorithm_none(String name) {
        for (String signature : List.of("", "zz")) {
            refused(handmade("{\"alg\":\"" + name + "\",\"typ\":\"JWT\",\"kid\":\"key-a\"}", part -> signature), 401);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void with_a_symmetric_algorithm_and_the_public_key_as_its_secret(String name) throws Exception {
        List<byte[]> secrets = List.of(
                RSA_A.toPublicKey().getEncoded(),
                KEY_A.toPublicKey().getEncoded(),
                ("-----BEGIN PUBLIC KEY-----\n"
                                + Base64.encode(RSA_A.toPublicKey().getEncoded()) + "\n-----END PUBLIC KEY-----\n")
                        .getBytes(StandardCharsets.US_ASCII),
                RSA_A.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8));
        for (String key : List.of("rsa-a", "key-a")) {
            for (byte[] secret : secrets) {
                refused(
                        handmade(
                                "{\"alg\":\"" + name + "\",\"typ\":\"JWT\",\"kid\":\"" + key + "\"}",
                                part -> mac("HmacSHA" + name.substring(2), secret, part)),
                        401);
            }
        }
    }

    @Test
    void with_a_changed_signature_or_changed_claims() {
        String[] good = tokenA(VIEW).text().split("\\.", -1);
        String[] other = tokenA(VIEW).text().split("\\.", -1);
        String zeros = Base64URL.encode(new byte[96]).toString();
        for (String forged : List.of(
                good[0] + "." + good[1] + "." + other[2],
                good[0] + "." + other[1] + "." + good[2],
                good[0] + "." + good[1] + "." + zeros,
                good[0] + "." + good[1] + "." + good[2].substring(0, good[2].length() - 4),
                good[0] + "." + good[1] + ".")) {
            refused(post(VIEW, complete().bytes(), "Bearer " + forged), 401);
        }
    }

    @Test
    void with_another_key_of_the_same_id() {
        refused(view(tokenA(VIEW).signedBy(STRANGER)), 401);
    }

    @Test
    void with_the_key_of_another_client() {
        refused(view(tokenA(VIEW).signedBy(KEY_B)), 401);
    }

    @Test
    void with_an_algorithm_that_does_not_fit_the_key() {
        ECKey smaller = Tokens.ecKey("key-a", Curve.P_256, JWSAlgorithm.ES256);
        refused(view(tokenA(VIEW).signedBy(smaller)), 401);
        refused(
                view(tokenA(VIEW)
                        .signedBy(RSA_A)
                        .header(header -> new com.nimbusds.jose.JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa-a"))),
                401);
        refused(
                view(tokenA(VIEW)
                        .signedBy(RSA_A)
                        .header(header -> new com.nimbusds.jose.JWSHeader.Builder(JWSAlgorithm.RS384).keyID("key-a"))),
                401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "zz-unknown",
                "../../../../etc/passwd",
                "' OR '1'='1",
                "key-a\u0000",
                "KEY-A",
                "${jndi:ldap://x}"
            })
    void with_an_unknown_key_id(String kid) {
        int read = KEY_SETS_READ.get();
        for (int i = 0; i < 5; i++) {
            refused(view(tokenA(VIEW).header(header -> header.keyID(kid))), 401);
        }
        assertThat(KEY_SETS_READ.get() - read).as("reads of the key set").isLessThanOrEqualTo(1);
    }

    @Test
    void without_a_key_id() {
        refused(view(tokenA(VIEW).header(header -> header.keyID(null))), 401);
    }

    // ---- Keys from elsewhere

    @Test
    void with_a_key_set_url_that_is_not_registered() {
        String host = "http://127.0.0.1:" + outside.getAddress().getPort();
        for (String url : List.of(
                "https://evil.example/jwks.json",
                host + "/zz/jwks.json",
                host + "/jwks.json?x",
                host + "/jwks.json#x",
                host + "/./jwks.json",
                host + "/jwks.json/",
                host.replace("127.0.0.1", "user@127.0.0.1") + "/jwks.json",
                host.replace("http:", "HTTP:") + "/jwks.json",
                "http://127.0.0.2:" + inside.getAddress().getPort() + "/jwks.json",
                "file:///etc/passwd")) {
            refused(view(tokenA(VIEW).signedBy(STRANGER).header(header -> header.jwkURL(URI.create(url)))), 401);
        }
        assertThat(ASKED_ELSEWHERE).isEmpty();
        assertThat(ASKED_INSIDE).isEmpty();
    }

    @Test
    void with_a_key_in_the_token() {
        refused(view(tokenA(VIEW).signedBy(STRANGER).header(header -> header.jwk(STRANGER.toPublicJWK()))), 401);
        refused(
                view(tokenA(VIEW)
                        .signedBy(STRANGER)
                        .header(header -> header.x509CertURL(URI.create(
                                "http://127.0.0.1:" + outside.getAddress().getPort() + "/cert.pem")))),
                401);
        refused(
                view(tokenA(VIEW)
                        .signedBy(STRANGER)
                        .header(header -> header.x509CertChain(List.of(Base64.encode("zz"))))),
                401);
        assertThat(ASKED_ELSEWHERE).isEmpty();
    }

    @Test
    void with_a_critical_extension() {
        refused(
                view(tokenA(VIEW).header(header -> header.criticalParams(java.util.Set.of("zz"))
                        .customParam("zz", true))),
                401);
    }

    @Test
    void with_another_type_of_token() {
        refused(view(tokenA(VIEW).header(header -> header.type(new JOSEObjectType("at+jwt")))), 401);
    }

    // ---- Claims

    @ParameterizedTest
    @ValueSource(strings = {"iss", "aud", "exp", "iat", "jti"})
    void without_a_claim_that_is_required(String claim) {
        refused(view(tokenA(VIEW).with(claim, null)), 401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "https://ehr.a.example",
                "https://EHR.a.example/",
                "",
                "https://ehr.a.example/%00"
            })
    void of_an_issuer_that_is_not_registered(String issuer) {
        refused(view(tokenA(VIEW).with("iss", issuer)), 401);
    }

    @Test
    void that_has_expired() {
        refused(view(tokenA(VIEW).shifted(Duration.ofMinutes(-10))), 401);
        refused(view(tokenA(VIEW).lasting(Duration.ofSeconds(-300), Duration.ofSeconds(-61))), 401);
        assertThat(view(tokenA(VIEW).lasting(Duration.ofSeconds(-120), Duration.ofSeconds(-20)))
                        .status())
                .as("within the clock skew")
                .isEqualTo(200);
    }

    @Test
    void that_is_not_valid_yet() {
        refused(view(tokenA(VIEW).shifted(Duration.ofMinutes(2))), 401);
        refused(view(tokenA(VIEW).with("nbf", Instant.now().plusSeconds(300).getEpochSecond())), 401);
        assertThat(view(tokenA(VIEW).shifted(Duration.ofSeconds(30))).status())
                .as("within the clock skew")
                .isEqualTo(200);
    }

    @Test
    void that_is_valid_too_long() {
        refused(view(tokenA(VIEW).lasting(Duration.ofSeconds(-5), Duration.ofMinutes(15))), 401);
        refused(view(tokenA(VIEW).lasting(Duration.ofDays(-3650), Duration.ofMinutes(1))), 401);
        refused(view(tokenA(VIEW).lasting(Duration.ofSeconds(10), Duration.ofSeconds(5))), 401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "-1", "1e400", "\"zz\"", "[1]", "0"})
    void with_a_time_that_is_none(String exp) {
        String claims = tokenA(VIEW).claims().replaceAll("\"exp\":\\d+", "\"exp\":" + exp);
        refused(handmade("{\"alg\":\"ES384\",\"kid\":\"key-a\"}", claims, part -> "AAAA"), 401);
    }

    @Test
    void for_another_audience() {
        for (String audience : List.of(
                PUBLIC + SELECT,
                PUBLIC + DISCOVERY,
                PUBLIC,
                PUBLIC + VIEW + "/",
                PUBLIC + VIEW + "?x",
                PUBLIC.toUpperCase(java.util.Locale.ROOT) + VIEW,
                "http://cds.example" + VIEW,
                "https://cds.example:443" + VIEW,
                "https://evil.example" + VIEW,
                VIEW,
                "*",
                "")) {
            refused(view(tokenA(VIEW).with("aud", audience)), 401);
        }
        refused(view(tokenA(VIEW).withAudiences(PUBLIC + SELECT, "https://evil.example")), 401);
        refused(view(tokenA(VIEW).withAudiences()), 401);
        refused(get(DISCOVERY, tokenA(VIEW).header()), 401);
    }

    @Test
    void for_the_host_that_the_call_names() {
        String token = tokenA(VIEW).with("aud", "https://evil.example" + VIEW).header();
        refused(
                exchange(
                        request("POST", VIEW, "evil.example", "Authorization: " + token),
                        complete().bytes()),
                401);
        for (String header : List.of(
                "X-Forwarded-Host: evil.example",
                "Forwarded: host=evil.example;proto=https",
                "X-Original-Host: evil.example",
                "X-Forwarded-Prefix: https://evil.example")) {
            String other =
                    tokenA(VIEW).with("aud", "https://evil.example" + VIEW).header();
            refused(raw("POST", VIEW, complete().bytes(), "Authorization: " + other, header), 401);
        }
    }

    @Test
    void that_was_used_before() {
        String token = tokenA(VIEW).header();

        assertThat(post(VIEW, complete().bytes(), token).status()).isEqualTo(200);
        refused(post(VIEW, complete().bytes(), token), 401);
        refused(post(VIEW, complete().bytes(), token), 401);
    }

    @Test
    void a_call_to_a_service_that_starts_uses_no_token() {
        String token = tokenA(VIEW).header();
        AvailabilityChangeEvent.publish(application, ReadinessState.REFUSING_TRAFFIC);
        try {
            assertThat(post(VIEW, complete().bytes(), token).status()).isEqualTo(503);
        } finally {
            AvailabilityChangeEvent.publish(application, ReadinessState.ACCEPTING_TRAFFIC);
        }

        assertThat(post(VIEW, complete().bytes(), token).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://pages.b.example", "Content-Encoding: deflate"})
    void a_call_that_is_refused_for_something_else_uses_no_token(String header) {
        String token = tokenA(VIEW).header();

        assertThat(raw("POST", VIEW, complete().bytes(), header, "Authorization: " + token)
                        .status())
                .isIn(403, 415);
        assertThat(post(VIEW, complete().bytes(), token).status()).isEqualTo(200);
    }

    @Test
    void that_was_used_by_two_calls_at_the_same_time() {
        String token = tokenA(VIEW).header();
        List<CompletableFuture<Response>> both = List.of(
                CompletableFuture.supplyAsync(() -> post(VIEW, complete().bytes(), token), threads),
                CompletableFuture.supplyAsync(() -> post(VIEW, complete().bytes(), token), threads));

        assertThat(both.stream().map(CompletableFuture::join).map(Response::status))
                .containsExactlyInAnyOrder(200, 401);
    }

    @Test
    void of_which_another_client_used_the_same_id() {
        String id = "zz-same-id-" + System.nanoTime();

        assertThat(view(tokenA(VIEW).with("jti", id)).status()).isEqualTo(200);
        assertThat(view(tokenB(VIEW).with("jti", id)).status()).isEqualTo(200);
        refused(view(tokenB(VIEW).with("jti", id)), 401);
    }

    @Test
    void with_an_id_that_a_forger_used_up_before() {
        String id = "zz-taken-" + System.nanoTime();

        refused(view(tokenA(VIEW).signedBy(STRANGER).with("jti", id)), 401);
        assertThat(view(tokenA(VIEW).with("jti", id)).status()).isEqualTo(200);
    }

    @Test
    void with_an_id_that_is_too_long_or_none() {
        refused(view(tokenA(VIEW).with("jti", "z".repeat(257))), 401);
        refused(view(tokenA(VIEW).with("jti", " ")), 401);
        refused(view(tokenA(VIEW).with("jti", 7)), 401);
    }

    @Test
    void of_another_tenant() {
        refused(view(tokenB(VIEW).with("tenant", "ward-2")), 403);
        refused(view(tokenB(VIEW).with("tenant", null)), 403);
        refused(view(tokenB(VIEW).with("tenant", List.of("ward-1"))), 403);
        assertThat(view(tokenA(VIEW).with("tenant", "ward-1")).status())
                .as("a client without tenants may name any")
                .isEqualTo(200);
    }

    // ---- Feedback

    @Test
    void feedback_without_a_token_or_with_that_of_another_service() {
        byte[] body = feedback("zz-card");

        refused(post(VIEW + "/feedback", body, null), 401);
        refused(post(VIEW + "/feedback", body, tokenA(SELECT).header()), 401);
        refused(post(VIEW + "/feedback", body, tokenA(SELECT + "/feedback").header()), 401);
        Tokens once = tokenA(VIEW + "/feedback");
        refused(post(VIEW + "/feedback", body, once.header()), 400);
        refused(post(VIEW + "/feedback", body, once.header()), 401);
    }

    @Test
    void feedback_for_the_card_of_another_client_is_told_as_for_no_card() {
        String card = new JsonMapper()
                .readTree(view(tokenA(VIEW)).body())
                .at("/cards/0/uuid")
                .stringValue();

        Response foreign = post(
                VIEW + "/feedback", feedback(card), tokenB(VIEW + "/feedback").header());
        Response nobodys = post(
                VIEW + "/feedback",
                feedback(UUID.randomUUID().toString()),
                tokenB(VIEW + "/feedback").header());

        refused(foreign, 400);
        assertThat(foreign.body()).isEqualTo(nobodys.body());
        assertThat(post(
                                VIEW + "/feedback",
                                feedback(card),
                                tokenA(VIEW + "/feedback").header())
                        .status())
                .as("its own client may")
                .isEqualTo(200);
    }

    private static byte[] feedback(String card) {
        return ("{\"feedback\":[{\"card\":\"" + card + "\",\"outcome\":\"overridden\",\"outcomeTimestamp\":\""
                        + Instant.now() + "\"}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    // ---- FHIR servers

    @Test
    void with_the_fhir_server_of_another_client() {
        for (String server : List.of(
                FHIR_B,
                "http://fhir.a.example/r4",
                FHIR_A + "/../r5",
                FHIR_A + "/x",
                "https://fhir.a.example",
                "https://fhir.a.example:8443/r4",
                "https://fhir.a.example.evil.example/r4",
                "https://fhir.a.example./r4",
                "https://fhir.a.example%2fr4")) {
            Response response = post(
                    VIEW,
                    complete().with("fhirServer", server).bytes(),
                    tokenA(VIEW).header());
            assertThat(response.status()).as(server).isIn(400, 403);
            refused(response, response.status());
            assertThat(response.body()).contains("fhirServer");
        }
        refused(
                post(
                        VIEW,
                        complete()
                                .with("fhirServer", "https://user@fhir.a.example/r4")
                                .bytes(),
                        tokenA(VIEW).header()),
                400);
        assertThat(post(
                                VIEW,
                                complete()
                                        .with("fhirServer", "HTTPS://FHIR.a.example:443/r4/")
                                        .bytes(),
                                tokenA(VIEW).header())
                        .status())
                .as("the same server in other letters")
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "https://2130706433/fhir, 403",
        "https://0x7f000001/fhir, 403",
        "https://0x7f.0.0.1/fhir, 400",
        "https://0177.0.0.1/fhir, 403",
        "https://127.1/fhir, 400",
        "https://127.0.0.1/fhir, 403",
        "https://[::1]/fhir, 403",
        "https://localhost/fhir, 403",
        "http://169.254.169.254/latest/meta-data, 403",
        "file:///etc/passwd, 400",
        "gopher://127.0.0.1:6379/_zz, 400",
        "https:///fhir, 400"
    })
    void with_a_fhir_server_inside_that_is_not_registered(String server, int status) {
        Response response = post(
                VIEW,
                patientView().with("fhirServer", server).bytes(),
                tokenA(VIEW).header());

        refused(response, status);
        assertThat(response.body()).contains("fhirServer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://[::1]/fhir",
                "https://[::ffff:10.0.0.1]/fhir",
                "https://[64:ff9b::a00:1]/fhir",
                "https://[fe80::1]/fhir",
                "https://169.254.169.254/latest/meta-data",
                "https://10.0.0.1/fhir",
                "https://127.0.0.2:INSIDE/fhir"
            })
    void with_a_registered_fhir_server_whose_address_is_inside(String server) {
        String base =
                server.replace("INSIDE", Integer.toString(inside.getAddress().getPort()));

        refused(
                post(
                        VIEW,
                        patientView().with("fhirServer", base).bytes(),
                        tokenOf(ISSUER_INSIDE, VIEW).header()),
                403);
        assertThat(ASKED_INSIDE).isEmpty();
    }

    @Test
    void with_a_name_server_that_leads_inside_the_second_time() {
        String base = "https://rebind.example:" + inside.getAddress().getPort() + "/fhir";

        refused(
                post(
                        VIEW,
                        patientView().with("fhirServer", base).bytes(),
                        tokenOf(ISSUER_INSIDE, VIEW).header()),
                403);
        assertThat(REBIND_LOOKUPS.get()).isPositive();
        assertThat(ASKED_INSIDE).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void with_a_redirect_inside(int status) {
        fhir = exchange -> {
            exchange.getResponseHeaders()
                    .set("Location", "http://127.0.0.2:" + inside.getAddress().getPort() + "/");
            send(exchange, status, "");
        };

        refused(readingView(), 412);
        assertThat(ASKED_INSIDE).isEmpty();
    }

    @Test
    void with_a_next_link_inside() {
        fhir = exchange -> {
            Bundle page = Records.searchSet();
            page.addLink()
                    .setRelation(Bundle.LINK_NEXT)
                    .setUrl("http://127.0.0.2:" + inside.getAddress().getPort() + "/fhir?page=2");
            send(
                    exchange,
                    200,
                    ToyContent.FHIR
                            .newJsonParser()
                            .encodeResourceToString(
                                    exchange.getRequestURI().getPath().contains("Patient/")
                                            ? Records.patient()
                                            : page));
        };

        Response response = readingView();
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).contains("Not read: MedicationRequest, Observation");
        assertThat(ASKED_INSIDE).isEmpty();
    }

    // ---- Bodies

    @Test
    void with_a_body_that_is_nested_deeply() {
        String deep = "{\"hook\":\"patient-view\",\"zz\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        String deepObjects = "{\"zz\":".repeat(5_000) + "1" + "}".repeat(5_000);
        refused(post(VIEW, deep.getBytes(StandardCharsets.UTF_8), tokenA(VIEW).header()), 400);
        refused(
                post(
                        VIEW,
                        deepObjects.getBytes(StandardCharsets.UTF_8),
                        tokenA(VIEW).header()),
                400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000000", "-1E+2000000000", "1e-2000000000", "DIGITS", "DIGITS.5"})
    void with_a_huge_number(String number) {
        String text = number.replace("DIGITS", "9".repeat(5_000));
        Observation drink = Records.thirst("t-1");
        String body = complete()
                .with("prefetch.observation", Records.searchSet(drink))
                .toString()
                .replace("\"valueInteger\":3", "\"valueQuantity\":{\"value\":" + text + "}");
        assertThat(body).contains(text);

        Response response =
                post(VIEW, body.getBytes(StandardCharsets.UTF_8), tokenA(VIEW).header());

        if (number.startsWith("DIGITS")) {
            refused(response, 400);
        } else {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).contains("Not read: Observation");
        }
    }

    @Test
    void with_a_huge_number_in_a_text_where_a_number_belongs() {
        Observation drink = Records.thirst("t-1");
        String body = complete()
                .with("prefetch.observation", Records.searchSet(drink))
                .toString()
                .replace("\"valueInteger\":3", "\"valueQuantity\":{\"value\":\"1e20000000\"}");

        Response response =
                post(VIEW, body.getBytes(StandardCharsets.UTF_8), tokenA(VIEW).header());

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).contains("Not read: Observation");
    }

    @Test
    void with_an_element_that_is_repeated_thousands_of_times() {
        Observation drink = Records.thirst("t-1");
        for (int i = 0; i < 5_000; i++) {
            drink.getCode().addCoding().setCode("c-" + i);
        }
        byte[] body = complete()
                .with("prefetch.observation", Records.searchSet(drink))
                .bytes();

        Response response = post(VIEW, body, tokenA(VIEW).header());

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).contains("Not read: Observation");
    }

    @Test
    void with_a_huge_string() {
        Observation drink = Records.thirst("t-1");
        drink.getCode().setText("!".repeat(LONGEST_STRING + 1)); // no signature of a link can hold it
        byte[] body = complete()
                .with("prefetch.observation", Records.searchSet(drink))
                .bytes();

        Response response = post(VIEW, body, tokenA(VIEW).header());

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).contains("Not read: Observation").doesNotContain("!!");
    }

    @Test
    void with_too_many_resources() {
        Observation[] many =
                Collections.nCopies(MOST_RESOURCES, Records.thirst("t-1")).toArray(Observation[]::new);

        refused(
                post(
                        VIEW,
                        complete().prefetchingFound("observation", many).bytes(),
                        tokenA(VIEW).header()),
                413);
        refused(
                post(
                        VIEW,
                        complete().prefetchingFound("zzUnknown", many).bytes(),
                        tokenA(VIEW).header()),
                413);
        refused(
                post(
                        SELECT,
                        orderSelect()
                                .with("context.draftOrders", Records.searchSet(many))
                                .bytes(),
                        tokenA(SELECT).header()),
                413);
    }

    @Test
    void with_a_packed_body_that_unpacks_without_end() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
            for (int i = 0; i < 64; i++) {
                gzip.write(new byte[1 << 20]);
            }
        }
        for (String encoding : List.of("gzip", "deflate", "br", "identity, gzip", "zz")) {
            Response response = raw(
                    "POST",
                    VIEW,
                    bomb.toByteArray(),
                    "Authorization: " + tokenA(VIEW).header(),
                    "Content-Encoding: " + encoding);
            boolean isKnown = encoding.equals("gzip");
            refused(response, isKnown ? 413 : 415);
            assertThat(response.header("Accept-Encoding")).isEqualTo(isKnown ? "" : "gzip, identity");
        }
    }

    @Test
    void with_a_body_that_is_too_long() {
        byte[] body = new byte[6 * 1024 * 1024];
        refused(post(VIEW, body, tokenA(VIEW).header()), 413);
    }

    // ---- Too many calls

    @Test
    void more_often_than_a_client_may_call() {
        Tokens repeated = tokenOf(ISSUER_RARE, VIEW);
        assertThat(view(repeated).status()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            refused(view(repeated), 401);
        }
        assertThat(view(tokenOf(ISSUER_RARE, VIEW)).status())
                .as("a token that is repeated is none of the client's calls")
                .isEqualTo(200);
        Response response = view(tokenOf(ISSUER_RARE, VIEW).with("jti", "zz-not-used"));

        refused(response, 429);
        assertThat(application
                        .getBean(UsedTokens.class)
                        .firstUse(
                                ISSUER_RARE,
                                "zz-not-used",
                                Instant.now().plusSeconds(60),
                                Deadline.in(Duration.ofSeconds(10))))
                .as("nothing is written for a call that comes too often")
                .isTrue();
        assertThat(Integer.parseInt(response.header("Retry-After"))).isBetween(1, 60);
        assertThat(view(tokenA(VIEW)).status()).as("another client").isEqualTo(200);
    }

    @Test
    void more_calls_at_the_same_time_than_there_is_room_for() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(2);
        CountDownLatch answer = new CountDownLatch(1);
        fhir = exchange -> {
            asked.countDown();
            try {
                answer.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            send(exchange, 404, "{}");
        };
        List<CompletableFuture<Response>> waiting = List.of(
                CompletableFuture.supplyAsync(AttackIT::readingView, threads),
                CompletableFuture.supplyAsync(AttackIT::readingView, threads));
        try {
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            // Both calls may be represented by the reads of one, so that the second is waited for as well.
            Response response = get(DISCOVERY, null);
            for (int i = 0; i < 200 && response.status() != 503; i++) {
                Thread.sleep(10);
                response = get(DISCOVERY, null);
            }
            refused(response, 503);
            assertThat(response.header("Retry-After")).isEqualTo("1");
        } finally {
            answer.countDown();
        }
        waiting.forEach(call -> assertThat(call.join().status()).isEqualTo(412));
        assertThat(view(tokenA(VIEW)).status()).as("there is room again").isEqualTo(200);
    }

    // ---- Browsers

    @Test
    void from_a_page_of_nobody() {
        Response preflight = raw(
                "OPTIONS",
                VIEW,
                new byte[0],
                "Origin: https://evil.example",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization,content-type");
        refused(preflight, 403);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEmpty();

        for (String origin : List.of("https://evil.example", "null", "https://pages.b.example.evil.example")) {
            Response call = raw(
                    "POST",
                    VIEW,
                    complete().bytes(),
                    "Origin: " + origin,
                    "Authorization: " + tokenB(VIEW).header());
            refused(call, 403);
            assertThat(call.header("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void from_a_page_of_one_client_with_the_token_of_another() {
        Response call = raw(
                "POST",
                VIEW,
                complete().bytes(),
                "Origin: https://pages.b.example",
                "Authorization: " + tokenA(VIEW).header());
        refused(call, 403);
    }

    @Test
    void from_a_page_of_its_own() {
        Response preflight = raw(
                "OPTIONS",
                VIEW,
                new byte[0],
                "Origin: https://pages.b.example",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization,content-type");
        assertThat(preflight.status()).isEqualTo(200);
        for (Response response : List.of(
                preflight,
                raw(
                        "POST",
                        VIEW,
                        complete().bytes(),
                        "Origin: https://pages.b.example",
                        "Authorization: " + tokenB(VIEW).header()))) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("Access-Control-Allow-Origin")).isEqualTo("https://pages.b.example");
            assertThat(response.header("Access-Control-Allow-Credentials")).isEmpty();
            assertThat(response.header("Vary")).contains("Origin");
        }
    }

    @Test
    void with_lines_in_a_header() {
        for (String header : List.of(
                "Origin: https://pages.b.example\rSet-Cookie: zz=1",
                "Origin: https://pages.b.example\nSet-Cookie: zz=1",
                "Origin: https://pages.b.example%0d%0aSet-Cookie: zz=1",
                "Origin: https://pages.b.example\u0000")) {
            Response response = raw(
                    "GET",
                    DISCOVERY,
                    new byte[0],
                    header,
                    "Authorization: " + tokenB(DISCOVERY).header());
            assertThat(response.header("Set-Cookie")).isEmpty();
            assertThat(response.header("Access-Control-Allow-Origin")).isIn("", "https://pages.b.example");
            assertThat(response.status()).isIn(200, 400, 403);
        }
        refused(exchange(request("GET", DISCOVERY, "cds.example\rX-Zz: 1", "Authorization: zz"), new byte[0]), 400);
        refused(exchange(request("GET", DISCOVERY, "cds.example/zz", "Authorization: zz"), new byte[0]), 400);
    }

    @Test
    void every_answer_tells_browsers_to_be_careful() {
        for (Response response : List.of(
                get(DISCOVERY, tokenA(DISCOVERY).header()),
                view(tokenA(VIEW)),
                get(DISCOVERY, null),
                get("/zz", null),
                get("/decisions/zz", null))) {
            assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(response.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(response.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
        }
        assertThat(view(tokenA(VIEW)).header("Cache-Control")).isEqualTo("no-store");
        assertThat(get(DISCOVERY, null).header("Cache-Control")).isEqualTo("no-store");
    }

    // ---- Paths

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/cds-services/",
                "/cds-services/toy-patient-view/",
                "/cds-services/toy-patient-view;zz=1",
                "/cds-services/%74oy-patient-view",
                "/cds-services/./toy-patient-view",
                "//cds-services/toy-patient-view",
                "/zz/../cds-services/toy-patient-view",
                "/cds-services/toy-patient-view%2f",
                "/CDS-SERVICES/toy-patient-view"
            })
    void by_another_way_to_the_same_place(String path) {
        Response response = raw("POST", path, complete().bytes());

        assertThat(response.status()).as(path).isIn(400, 401, 404, 405);
    }

    // ---- Helpers

    private static Tokens tokenA(String path) {
        return Tokens.of(ISSUER_A, PUBLIC + path, KEY_A, Instant.now());
    }

    private static Tokens tokenB(String path) {
        return tokenOf(ISSUER_B, path).with("tenant", "ward-1");
    }

    private static Tokens tokenOf(String issuer, String path) {
        return Tokens.of(issuer, PUBLIC + path, KEY_B, Instant.now());
    }

    private static HookRequests complete() {
        return patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("t-1"));
    }

    private static Response view(Tokens token) {
        return post(VIEW, complete().bytes(), token.header());
    }

    /** A call of which everything is read from the FHIR server that a test directs. */
    private static Response readingView() {
        String base = "http://127.0.0.1:" + outside.getAddress().getPort() + "/fhir";
        return post(
                VIEW,
                patientView().with("fhirServer", base).bytes(),
                tokenOf(ISSUER_INSIDE, VIEW).header());
    }

    private interface Signature {
        String of(String signed);
    }

    private static Response handmade(String header, Signature signature) {
        return handmade(header, tokenA(VIEW).claims(), signature);
    }

    private static Response handmade(String header, String claims, Signature signature) {
        String signed = Base64URL.encode(header) + "." + Base64URL.encode(claims);
        return post(VIEW, complete().bytes(), "Bearer " + signed + "." + signature.of(signed));
    }

    private static String mac(String name, byte[] secret, String text) {
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(secret, name));
            return Base64URL.encode(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)))
                    .toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void refused(Response response, int status) {
        assertThat(response.status()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).doesNotContain("zz", "Exception", "cards");
        if (status != 400 || response.body().startsWith("{")) {
            OperationOutcome outcome = ToyContent.FHIR
                    .newJsonParser()
                    .setParserErrorHandler(new ca.uhn.fhir.parser.StrictErrorHandler())
                    .parseResource(OperationOutcome.class, response.body());
            assertThat(outcome.getIssueFirstRep().getDiagnostics()).containsAnyOf("expected", "needed");
        }
    }

    private static Response get(String path, @org.jspecify.annotations.Nullable String authorization) {
        return authorization == null
                ? raw("GET", path, new byte[0])
                : raw("GET", path, new byte[0], "Authorization: " + authorization);
    }

    private static Response post(String path, byte[] body, @org.jspecify.annotations.Nullable String authorization) {
        return authorization == null
                ? raw("POST", path, body)
                : raw("POST", path, body, "Authorization: " + authorization);
    }

    private static Response raw(String method, String path, byte[] body, String... headers) {
        return exchange(request(method, path, "127.0.0.1:" + port, headers), body);
    }

    private static String request(String method, String path, String host, String... headers) {
        return method + " " + path + " HTTP/1.1" + NEWLINE
                + "Host: " + host + NEWLINE
                + (method.equals("POST") ? "Content-Type: application/json" + NEWLINE : "")
                + "Connection: close" + NEWLINE
                + String.join(
                        "",
                        List.of(headers).stream()
                                .map(header -> header + NEWLINE)
                                .toList());
    }

    /** Byte for byte, so that no library makes a request better than it is. */
    private static Response exchange(String head, byte[] body) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            byte[] start =
                    (head + "Content-Length: " + body.length + NEWLINE + NEWLINE).getBytes(StandardCharsets.ISO_8859_1);
            try {
                socket.getOutputStream().write(start);
                socket.getOutputStream().write(body);
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // the service need not read what it refuses; its answer is there all the same
            }
            return Response.of(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** An answer. */
    private record Response(int status, Map<String, String> headers, String body) {
        private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}).*");

        static Response of(String text) {
            String[] parts = text.split(NEWLINE + NEWLINE, 2);
            String[] lines = parts[0].split(NEWLINE, -1);
            Matcher matcher = STATUS.matcher(lines[0]);
            assertThat(matcher.matches()).as(text).isTrue();
            Map<String, String> headers = new LinkedHashMap<>();
            for (String line : lines) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.merge(
                            line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                            line.substring(colon + 1).strip(),
                            (one, other) -> one + ", " + other);
                }
            }
            String body = parts.length > 1 ? parts[1] : "";
            if ("chunked".equals(headers.get("transfer-encoding"))) {
                body = body.replaceAll("(?m)^[0-9a-f]+\r\n", "").replace(NEWLINE, "");
            }
            return new Response(Integer.parseInt(matcher.group(1)), headers, body);
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), "");
        }
    }

    private static void client(
            List<String> settings, int index, String id, String issuer, Map<String, String> registration) {
        String prefix = "--therapy-fit.trust.clients[" + index + "].";
        settings.add(prefix + "id=" + id);
        settings.add(prefix + "issuer=" + issuer);
        registration.forEach((name, value) -> settings.add(prefix + name + "=" + value));
    }

    private static String keySetUrl() {
        return "http://127.0.0.1:" + outside.getAddress().getPort() + "/jwks.json";
    }

    private static HttpServer server(String address) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getAllByName(address)[0], 0), 0);
        server.setExecutor(threads);
        server.start();
        return server;
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
