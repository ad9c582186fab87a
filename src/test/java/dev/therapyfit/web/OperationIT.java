package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.yaml.snakeyaml.Yaml;

/** What an operator sees of the service, and nobody else. */
@Timeout(60)
class OperationIT {
    private static final String METRICS = "/actuator/prometheus";
    private static final String ISSUER = "https://ehr.example/";
    private static final String OPERATOR = "0123456789abcdef0123456789abcdef";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final ECKey KEY = Tokens.ecKey("k");

    /** The trace of each read of the FHIR server. */
    private static final List<String> TRACES = new CopyOnWriteArrayList<>();

    private static RunningService service;

    @BeforeAll
    static void start() {
        service = new RunningService(ToyApplication.class, (running, outside) -> {
            running.setSpring("management.endpoints.web.exposure.include", "*");
            running.set("trust.operator-token", OPERATOR);
            running.register(
                    "hospital",
                    ISSUER,
                    Map.of("key-set", Tokens.keySet(KEY), "fhir-servers[0]", running.outsideUrl("/fhir")));
            outside.createContext("/fhir", exchange -> {
                TRACES.addAll(exchange.getRequestHeaders().getOrDefault("traceparent", List.of("none")));
                RunningService.answer(exchange, 403, "{\"resourceType\": \"OperationOutcome\"}");
            });
        });
    }

    @AfterAll
    static void end() {
        service.close();
    }

    @Test
    void everything_but_health_is_for_the_operator() {
        for (String endpoint :
                List.of(METRICS, "/actuator", "/actuator/loggers", "/actuator/env/", "/actuator/healthy")) {
            for (String authorization :
                    List.of("Bearer x", "Basic " + OPERATOR, "Bearer " + OPERATOR + "0", token(endpoint))) {
                HttpResponse<String> answer = service.get(endpoint, "Authorization", authorization);
                assertThat(answer.statusCode())
                        .as(endpoint + " " + authorization)
                        .isEqualTo(401);
                assertThat(answer.body())
                        .contains("therapy-fit.trust.operator-token")
                        .contains("OperationOutcome");
            }
            assertThat(service.get(endpoint).statusCode()).as(endpoint).isEqualTo(401);
        }
        assertThat(service.get("/actuator/health/readiness").statusCode()).isEqualTo(200);
        assertThat(service.get("/actuator/health").statusCode()).isEqualTo(200);
        assertThat(service.get("/actuator/loggers", "Authorization", "Bearer " + OPERATOR)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void calls_steps_outcomes_cards_and_pools_are_measured_without_a_datum_of_the_patient() {
        assertThat(view("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01").statusCode())
                .isEqualTo(200);
        assertThat(service.post("/cds-services/zz-nothing", new byte[0], "Authorization", "Bearer x")
                        .statusCode())
                .isEqualTo(401);

        String metrics =
                service.get(METRICS, "Authorization", "Bearer " + OPERATOR).body();

        assertThat(metrics)
                .contains("therapyfit_calls_seconds_count{client=\"hospital\",kind=\"hook\","
                        + "service=\"toy-patient-view\",status=\"200\"} ")
                .contains(
                        "therapyfit_calls_seconds_count{client=\"none\",kind=\"hook\",service=\"none\",status=\"401\"} ")
                .contains(
                        "therapyfit_decisions_total{client=\"hospital\",outcome=\"wait\",service=\"toy-patient-view\"} ")
                .contains(
                        "therapyfit_cards_total{client=\"hospital\",indicator=\"warning\",service=\"toy-patient-view\"} ")
                .contains(
                        "therapyfit_incomplete_types_total{cause=\"fhir-server\",client=\"hospital\",type=\"Observation\"} ")
                .contains("hikaricp_connections_active{pool=\"storage\"} ")
                .contains("resilience4j_circuitbreaker_state{")
                .doesNotContain("zz-");
        assertThat(List.of("decode", "order", "chart", "evaluation", "decision", "card", "journal"))
                .allSatisfy(step -> assertThat(metrics)
                        .containsPattern("therapyfit_call_step_seconds_count\\{.*step=\"" + step + "\""));
    }

    @Test
    void the_trace_of_a_call_goes_on_to_the_fhir_server() {
        TRACES.clear();

        assertThat(view("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01").statusCode())
                .isEqualTo(200);

        assertThat(TRACES).isNotEmpty().allMatch(trace -> trace.startsWith("00-" + TRACE + "-"));
    }

    @Test
    void every_page_besides_cds_hooks_is_described() throws IOException {
        Map<String, Map<String, Object>> described = new Yaml().load(Files.readString(Path.of("docs/openapi.yaml")));
        Set<String> mapped = service
                .bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .stream()
                .flatMap(mapping -> mapping.getPatternValues().stream())
                .filter(path -> !path.startsWith("/cds-services") && !path.equals("/error"))
                .collect(Collectors.toSet());

        assertThat(mapped).isNotEmpty();
        assertThat(described)
                .hasEntrySatisfying("paths", paths -> assertThat(paths).containsKeys(mapped.toArray(String[]::new)));
    }

    @Test
    void a_request_keeps_the_id_that_it_came_with() {
        assertThat(view("X-Request-Id", "5f1c8a90-ward").headers().allValues("X-Request-Id"))
                .containsExactly("5f1c8a90-ward");
        assertThat(view("X-Request-Id", "zz secret <b>").headers().firstValue("X-Request-Id"))
                .get()
                .asString()
                .matches("[0-9a-f-]{36}");
    }

    /** A chart is opened; the thirst is to be read from the server, which refuses. */
    private static HttpResponse<String> view(String header, String value) {
        HookRequests request = HookRequests.patientView()
                .with("fhirServer", service.outsideUrl("/fhir"))
                .prefetching("patient", Records.patient());
        return service.post(
                RunningService.VIEW, request.bytes(), "Authorization", token(RunningService.VIEW), header, value);
    }

    private static String token(String path) {
        return RunningService.token(ISSUER, path, KEY).header();
    }
}
