package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.ClientRegistry;
import dev.therapyfit.clients.ClientVerifier;
import dev.therapyfit.clients.link.DecisionLinks;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.ehr.smart.SmartApp;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.decision.DecisionStore;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.web.RecentInputs.Recent;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** The launch against an EHR that is only HTTP, and what is refused. What the EHR sees is held against SMART App Launch 2.2. */
class LaunchControllerTest {
    private static final HttpServletRequest REQUEST = mock(HttpServletRequest.class);
    private static final PageWords WORDS = PageWords.preferredBy(null);
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final String GOOD = "{\"access_token\": \"t\", \"token_type\": \"Bearer\", \"expires_in\": 60,"
            + " \"scope\": \"patient/Observation.c\", \"patient\": \"p1\", \"appContext\": \"$\"}";

    private final DecisionLinks links =
            new DecisionLinks(new byte[32], Duration.ofHours(1), Clock.fixed(NOW, ZoneOffset.UTC));
    private volatile String asked = "";
    private volatile String token = "";
    private HttpServer ehr;
    private URI iss;
    private OutboundHttp http;

    @BeforeEach
    void start() throws IOException {
        ehr = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        iss = URI.create("http://127.0.0.1:" + ehr.getAddress().getPort() + "/fhir");
        ehr.createContext(
                "/fhir/.well-known/smart-configuration",
                exchange -> answer(
                        exchange,
                        "{\"authorization_endpoint\": \"http://127.0.0.1/authorize\", \"token_endpoint\": \""
                                + iss.resolve("/token") + "\"}"));
        ehr.createContext("/token", exchange -> {
            asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            answer(exchange, token);
        });
        ehr.start();
        http = new OutboundHttp(Duration.ofSeconds(2), AllowedNetworks.of(List.of("127.0.0.1/32")));
        DecisionLinks.Signed signed = links.sign("d1");
        token = GOOD.replace(
                "$", "d1?expires=" + signed.expires().getEpochSecond() + "&signature=" + signed.signature());
    }

    @AfterEach
    void end() throws IOException {
        http.close();
        ehr.stop(0);
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(bytes.length == 0 ? 500 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private AppLaunches launches(boolean isOpen) {
        ClientRegistry registry = mock(ClientRegistry.class);
        Client registered = mock(Client.class);
        when(registered.fhirServers()).thenReturn(List.of(URI.create("https://fhir.example/r4")));
        when(registry.all()).thenReturn(List.of(registered));
        return new AppLaunches(
                Optional.of(new SmartApp(http, "app-1", "patient/Observation.c")),
                new TrustSettings(
                        isOpen ? Optional.empty() : Optional.of(mock(ClientVerifier.class)),
                        registry,
                        registered,
                        false,
                        1,
                        1,
                        Optional.empty(),
                        Clock.systemUTC()),
                Duration.ofMinutes(1));
    }

    private LaunchController controller(AppLaunches launches) {
        return controller(launches, iss);
    }

    /** @param server FHIR server of the EHR that asked for the decision */
    private LaunchController controller(AppLaunches launches, URI server) {
        Decision decision = mock(Decision.class);
        when(decision.patient()).thenReturn("Patient/p1");
        DecisionStore store = mock(DecisionStore.class);
        when(store.find(eq("d1"), any())).thenReturn(Optional.of(decision));
        WebSettings settings = new WebSettings(
                Clock.fixed(NOW, ZoneOffset.UTC),
                URI.create("https://cds.example/base"),
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                1);
        DecisionPage failures = mock(DecisionPage.class);
        when(failures.orFailure(any(), any())).thenAnswer(call -> {
            try {
                return call.getArgument(1, Supplier.class).get();
            } catch (CdsFailure failure) {
                return ResponseEntity.status(FailureAdvice.status(failure)).body(failure.getMessage());
            }
        });
        RecentInputs recent = new RecentInputs(Duration.ofMinutes(1), 1_000);
        PatientRecord record = PatientRecord.builder()
                .add(Resource.of("Patient").with("id", "p1"), Origin.PREFETCH)
                .build();
        recent.keep("d1", new Recent(new DecisionInputs(record, new Inputs("US", List.of()), NOW), List.of(server)));
        return new LaunchController(launches, new LinkedDecisions(store, links, settings), failures, recent, settings);
    }

    private static String cookie(ResponseEntity<String> launched) {
        return String.valueOf(launched.getHeaders().getFirst(HttpHeaders.SET_COOKIE));
    }

    private static Map<String, String> query(String query) {
        return Arrays.stream(query.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private ResponseEntity<String> launched(LaunchController controller) {
        return controller.launch(iss.toString(), "l-1", null, WORDS, REQUEST);
    }

    private static Map<String, String> authorized(ResponseEntity<String> launched) {
        return query(String.valueOf(launched.getHeaders().getLocation()).split("[?]", 2)[1]);
    }

    private static String browser(ResponseEntity<String> launched) {
        return cookie(launched).split("[=;]", 3)[1];
    }

    @Test
    void a_launch_asks_for_a_code_and_the_code_becomes_what_this_browser_may_do() throws Exception {
        AppLaunches launches = launches(true);
        LaunchController controller = controller(launches);
        ResponseEntity<String> launched = launched(controller);
        Map<String, String> code = authorized(launched);

        assertThat(code)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", "app-1")
                .containsEntry("redirect_uri", "https://cds.example/base/launch/callback")
                .containsEntry("launch", "l-1")
                .containsEntry("scope", "launch patient/Observation.c")
                .containsEntry("aud", iss.toString())
                .containsEntry("code_challenge_method", "S256");
        assertThat(cookie(launched)).contains("HttpOnly", "Secure", "SameSite=Lax", "Path=/base/launch;");

        ResponseEntity<String> back =
                controller.callback("c-1", code.get("state"), null, browser(launched), WORDS, REQUEST);

        Map<String, String> exchanged = query(asked);
        assertThat(exchanged)
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("code", "c-1")
                .containsEntry("client_id", "app-1")
                .containsEntry("redirect_uri", "https://cds.example/base/launch/callback");
        assertThat(Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(MessageDigest.getInstance("SHA-256")
                                .digest(exchanged
                                        .getOrDefault("code_verifier", "")
                                        .getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo(code.get("code_challenge"));
        assertThat(String.valueOf(back.getHeaders().getLocation()))
                .startsWith("https://cds.example/base/decisions/d1/answer?expires=");
        assertThat(cookie(back))
                .as("one for each decision: tabs do not take it from each other")
                .contains("HttpOnly", "Secure", "SameSite=Lax", "Path=/base/decisions/d1;");
        assertThat(launches.access(browser(back), "d1")).isPresent();
        assertThat(browser(back)).as("a fresh one").isNotEqualTo(browser(launched));
        assertThat(launches.access(browser(launched), "d1")).isEmpty();
        assertThat(launches.access(browser(back), "d2")).isEmpty();
    }

    @Test
    void a_code_counts_once_and_for_the_browser_that_began_only() {
        LaunchController controller = controller(launches(true));
        ResponseEntity<String> launched = launched(controller);
        String state = authorized(launched).get("state");

        assertThat(controller
                        .callback("c", state, null, "another", WORDS, REQUEST)
                        .getStatusCode())
                .isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(controller.callback("c", state, null, null, WORDS, REQUEST).getStatusCode())
                .isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(asked).isEmpty();
        assertThat(controller
                        .callback("c", state, null, browser(launched), WORDS, REQUEST)
                        .getStatusCode())
                .isEqualTo(HttpStatus.FOUND);
        assertThat(controller
                        .callback("c", state, null, browser(launched), WORDS, REQUEST)
                        .getStatusCode())
                .isEqualTo(HttpStatus.FORBIDDEN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"patient\": \"p1\"|\"patient\": \"p2\"|403|another patient",
                "\"patient\": \"p1\"|\"x\": 1|503|no access_token with a patient",
                "\"access_token\"|\"x\"|503|no access_token with a patient",
                "\"appContext\"|\"x\"|400|expected that of the card's link",
                "signature=|signature=x|403|",
                "d1?|d2?|403|",
                "{|[|503|answered no JSON",
            })
    void what_the_ehr_answers_has_to_be_about_this_decision(String text, String other, int status, String problem) {
        token = token.replace(text, other);
        AppLaunches launches = launches(true);
        LaunchController controller = controller(launches);
        ResponseEntity<String> launched = launched(controller);
        ResponseEntity<String> back =
                controller.callback("c", authorized(launched).get("state"), null, browser(launched), WORDS, REQUEST);

        assertThat(back.getStatusCode().value()).isEqualTo(status);
        assertThat(back.getBody()).contains(problem == null ? "" : problem);
        assertThat(cookie(back)).isEqualTo("null");
    }

    @Test
    void the_decision_of_another_ehr_is_refused() {
        LaunchController controller = controller(launches(true), URI.create("https://other.example/fhir"));
        ResponseEntity<String> launched = launched(controller);
        ResponseEntity<String> back =
                controller.callback("c", authorized(launched).get("state"), null, browser(launched), WORDS, REQUEST);

        assertThat(back.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(back.getBody()).contains("another EHR");
    }

    @Test
    void a_right_to_write_is_good_once_and_for_its_decision() {
        AppLaunches launches = launches(true);
        String right = launches.offer("d1");

        assertThat(launches.take(right, "d2")).isFalse();
        assertThat(launches.take(right, "d1")).isTrue();
        assertThat(launches.take(right, "d1")).isFalse();
        assertThat(launches.take(null, "d1")).isFalse();
    }

    @Test
    void an_ehr_that_lets_nobody_in_or_answers_with_a_failure_is_told() {
        LaunchController controller = controller(launches(true));
        ResponseEntity<String> launched = launched(controller);
        assertThat(controller
                        .callback(
                                null,
                                authorized(launched).get("state"),
                                "access_denied",
                                browser(launched),
                                WORDS,
                                REQUEST)
                        .getBody())
                .contains("access_denied");

        token = "";
        ResponseEntity<String> again = launched(controller);
        assertThat(controller
                        .callback("c", authorized(again).get("state"), null, browser(again), WORDS, REQUEST)
                        .getBody())
                .contains("answered 500");
    }

    @Test
    void only_a_registered_ehr_launches_it_and_its_address_is_one_that_may_be_connected_to() {
        LaunchController registered = controller(launches(false));
        assertThat(launched(registered).getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(registered
                        .launch("https://fhir.example/r4/", "l", null, WORDS, REQUEST)
                        .getBody())
                .contains("did not answer in time");

        LaunchController open = controller(launches(true));
        for (String inside : List.of("http://10.0.0.1/fhir", "http://169.254.169.254/fhir")) {
            assertThat(open.launch(inside, "l", null, WORDS, REQUEST).getBody()).contains("may not connect to");
        }
        assertThat(open.launch("not a url", "l", null, WORDS, REQUEST).getStatusCode())
                .isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(open.launch(null, "l", null, WORDS, REQUEST).getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
    }
}
