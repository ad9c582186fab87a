package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.executable.EhrClient.Answer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code serve}: whom it answers, and that it does not start where that is not clear. */
class ServeIT {
    private static final Duration START = Duration.ofMinutes(2);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void the_jvm_has_options_that_suit_the_service_and_those_of_whoever_starts_it() throws Exception {
        String flags = "-XX:+PrintFlagsFinal -XX:MaxHeapFreeRatio=42";
        try (Executable version = Executable.start(Map.of("JAVA_OPTS", flags), "--version")) {
            assertThat(version.awaitEnd(Duration.ofSeconds(60))).isZero();
            assertThat(version.out())
                    .anyMatch(line -> line.matches(" *size_t MaxHeapSize += 218103808 .*"))
                    .anyMatch(line -> line.matches(" *bool UseG1GC += true .*"))
                    .anyMatch(line -> line.matches(" *uintx MaxHeapFreeRatio += 42 .*"));
        }
    }

    @Test
    void without_a_file_it_answers_this_machine_only_and_takes_no_call_before_it_has_warmed_up()
            throws IOException, InterruptedException {
        try (Executable service = Executable.start(Map.of("THERAPYFIT_WARMUP", "500ms"), "serve", "--port", "0")) {
            EhrClient ehr = new EhrClient(port(service));

            assertThat(service.out())
                    .anyMatch(line -> line.startsWith("Nobody is authenticated, so only this machine"));
            assertThat(String.join("\n", service.out()))
                    .as("the port is not open while it warms up")
                    .containsSubsequence("Warmed up with", "Tomcat started on port");
            assertThat(ehr.get("/cds-services").status()).isEqualTo(200);
            assertThat(ehr.get("/cds-services", "X-Forwarded-For", "192.0.2.1").status())
                    .isEqualTo(403);
            assertThat(ehr.get("/actuator/health/readiness", "X-Forwarded-For", "192.0.2.1")
                            .status())
                    .isEqualTo(403);
            assertThat(ehr.get("/cds-services", "Origin", "https://evil.example")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void it_ends_when_told_to_while_it_warms_up() throws IOException, InterruptedException {
        try (Executable service = Executable.start(Map.of("THERAPYFIT_WARMUP", "10m"), "serve", "--port", "0")) {
            service.awaitLine("(Warming up before the first call)", START);
            service.process().destroy();

            assertThat(service.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Real calls, after the start has warmed up; how long the slowest takes depends on the machine. */
    @Test
    void an_answer_comes_in_about_half_a_second_even_if_the_fhir_server_is_silent()
            throws IOException, InterruptedException {
        Case example = Cases.find(Content.read(Path.of("../cql")), "o1").orElseThrow();
        try (Executable service = Executable.start(Map.of("THERAPYFIT_WARMUP", "5s"), "serve", "--port", "0");
                ServerSocket silent = new ServerSocket(0)) {
            EhrClient ehr = new EhrClient(port(service));
            ObjectNode request = EhrClient.request("order-select", example);
            ehr.addPrefetch(request, example);
            assertThat(times(ehr, request)).anySatisfy(time -> assertThat(time).isLessThan(Duration.ofMillis(500)));

            request.put("fhirServer", "http://localhost:" + silent.getLocalPort() + "/fhir");
            ((ObjectNode) request.path("prefetch")).remove("condition");
            assertThat(times(ehr, request))
                    .allSatisfy(time -> assertThat(time).isLessThan(Duration.ofSeconds(5)))
                    .anySatisfy(time -> assertThat(time).isLessThan(Duration.ofMillis(1_500)));
        }
    }

    private static List<Duration> times(EhrClient ehr, ObjectNode request) throws IOException, InterruptedException {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            Answer answer = ehr.post("therapy-fit-order-select", request.toString());
            times.add(Duration.ofNanos(System.nanoTime() - start));
            assertThat(answer.json().path("cards")).as(answer.text()).hasSize(1);
            assertThat(answer.text().contains("\"unread\":[\"Condition\"]")).isEqualTo(request.has("fhirServer"));
        }
        return times;
    }

    @Test
    void a_second_trial_in_the_same_folder_starts_too_and_says_what_it_keeps()
            throws IOException, InterruptedException {
        try (Executable first = Executable.startIn(folder, Map.of(), "serve", "--port", "0")) {
            port(first);
            try (Executable second = Executable.startIn(folder, Map.of(), "serve", "--port", "0")) {
                assertThat(new EhrClient(port(second)).get("/cds-services").status())
                        .isEqualTo(200);
                assertThat(second.out()).anyMatch(line -> line.startsWith("Another service uses"));
                assertThat(first.out()).noneMatch(line -> line.startsWith("Another service uses"));
            }
        }
    }

    @Test
    void with_clients_it_asks_for_a_token_and_not_for_its_health() throws IOException, InterruptedException {
        Path settings = settings("""
                therapy-fit:
                  public-url: https://cds.example.org
                  trust:
                    mode: clients
                    clients:
                      - id: general-hospital
                        issuer: https://ehr.example.org/
                        key-set-urls: [https://ehr.example.org/jwks.json]
                        fhir-servers: [https://fhir.example.org/r4]
                """);
        try (Executable service = Executable.start(Map.of(), "serve", "--port", "0", "--config", settings.toString())) {
            EhrClient ehr = new EhrClient(port(service));

            Answer answer = ehr.get("/cds-services");
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.json().path("resourceType").stringValue()).isEqualTo("OperationOutcome");
            assertThat(ehr.post("therapy-fit-order-select", "{}").status()).isEqualTo(401);
            assertThat(ehr.get("/actuator/health/readiness").status()).isEqualTo(200);
            assertThat(ehr.get("/cds-services", "X-Forwarded-For", "192.0.2.1").status())
                    .isEqualTo(401);
            assertThat(service.out()).noneMatch(line -> line.startsWith("Nobody is authenticated"));
        }
    }

    @Test
    void health_may_have_a_port_of_its_own_and_nothing_else_is_there() throws IOException, InterruptedException {
        int management;
        try (ServerSocket free = new ServerSocket(0)) {
            management = free.getLocalPort();
        }
        try (Executable service = Executable.start(
                Map.of("MANAGEMENT_SERVER_PORT", Integer.toString(management), "THERAPYFIT_WARMUP", "0ms"),
                "serve",
                "--port",
                "0")) {
            EhrClient ehr = new EhrClient(port(service));
            EhrClient inside = new EhrClient(management);

            assertThat(inside.get("/actuator/health/readiness").status()).isEqualTo(200);
            assertThat(inside.get("/actuator/health/liveness").status()).isEqualTo(200);
            assertThat(ehr.get("/actuator/health/readiness").status()).isEqualTo(404);
            assertThat(ehr.get("/cds-services").status()).isEqualTo(200);
            for (String page : List.of("/cds-services", "/decisions/1", "/page.js", "/")) {
                assertThat(inside.get(page).status()).as(page).isEqualTo(404);
            }
            assertThat(inside.post("therapy-fit-order-select", "{}").status()).isEqualTo(404);
        }
    }

    @Test
    void it_does_not_start_where_it_is_not_clear_who_may_call() throws IOException, InterruptedException {
        for (var each : Map.of(
                        "therapy-fit:\n  jurisdiction: EU\n",
                        "therapy-fit.trust.mode: expected",
                        "server:\n  address: 0.0.0.0\ntherapy-fit:\n  trust:\n    mode: open\n",
                        "server.address: expected a loopback address",
                        "therapy-fit:\n  public-url: https://cds.example.org\n  trust:\n    mode: clients\n",
                        "therapy-fit.trust.clients: expected at least one client")
                .entrySet()) {
            String settings = settings(each.getKey()).toString();
            assertCannotStart(List.of("--port", "0", "--config", settings), Map.of(), each.getValue());
        }
    }

    @Test
    void the_environment_counts_for_more_than_the_trial_mode() throws IOException, InterruptedException {
        assertCannotStart(
                List.of("--port", "0"),
                Map.of("THERAPY_FIT_TRUST_MODE", "clients"),
                "therapy-fit.public-url: expected");
    }

    @Test
    void a_database_that_refuses_or_is_in_use_is_told() throws IOException, InterruptedException {
        Path settings = settings("therapy-fit:\n  trust.mode: open\n  storage.directory: " + folder.resolve("data")
                + "\n  storage.start-timeout: 100ms");
        List<String> arguments = List.of("--port", "0", "--config", settings.toString());
        try (Executable first = Executable.start(Map.of(), command(arguments))) {
            port(first);
            assertCannotStart(arguments, Map.of(), "service is in use by another process");
        }
        assertCannotStart(
                arguments,
                Map.of("THERAPYFIT_STORAGE_PASSWORD", "wrong"),
                "refuses user sa: check therapy-fit.storage");
    }

    /** One line of what is wrong, no stack trace, and of the log only how the start began. */
    private static void assertCannotStart(List<String> arguments, Map<String, String> environment, String part)
            throws IOException, InterruptedException {
        try (Executable service = Executable.start(environment, command(arguments))) {
            assertThat(service.awaitEnd(START)).isEqualTo(2);
            assertThat(service.err()).singleElement().asString().contains(part);
            assertThat(service.out()).allMatch(line -> line.contains(" INFO "));
        }
    }

    private static String[] command(List<String> arguments) {
        return Stream.concat(Stream.of("serve"), arguments.stream()).toArray(String[]::new);
    }

    private Path settings(String yaml) throws IOException {
        Path file = Files.createTempFile(folder, "settings", ".yml");
        Files.writeString(file, yaml);
        return file;
    }

    private static int port(Executable service) throws InterruptedException {
        return Integer.parseInt(
                service.awaitLine("Therapy Fit is ready: http://localhost:(\\d+)/cds-services$", START));
    }
}
