package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.R4;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cli.Commands;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.executable.EhrClient.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.AuditEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What outlives the service: it is killed right after it answered, and what it said is there. */
class StorageIT {
    private static final Duration START = Duration.ofMinutes(3);
    private static final String SERVICE = "therapy-fit-order-select";
    private static final Case EXAMPLE =
            Cases.find(Content.read(Path.of("../cql")), "o1").orElseThrow();

    @TempDir
    private Path folder = Path.of("");

    static Stream<String> databases() {
        return Stream.concat(
                Stream.of("H2"),
                Optional.ofNullable(System.getenv("THERAPY_FIT_TEST_JDBC_URL")).map(url -> "PostgreSQL").stream());
    }

    /** Settings of a service on a database of its own. */
    private Path settings(String database, String schema) throws IOException {
        String storage = database.equals("H2")
                ? "directory: \"" + folder.resolve("data") + "\""
                : "url: \"" + System.getenv("THERAPY_FIT_TEST_JDBC_URL") + "?currentSchema=" + schema
                        + "\"\n    user: \""
                        + System.getenv("THERAPY_FIT_TEST_JDBC_USER") + "\"\n    password: \""
                        + System.getenv("THERAPY_FIT_TEST_JDBC_PASSWORD") + "\"";
        return Files.writeString(folder.resolve("settings.yml"), """
                therapy-fit:
                  evaluation-time: 2026-06-15T09:00:00Z
                  deadline: 10s
                  trust:
                    mode: open
                  storage:
                    %s
                """.formatted(storage));
    }

    private record Running(Executable service, EhrClient ehr) {}

    private static Running serve(Path settings) throws IOException, InterruptedException {
        Executable service = Executable.start(Map.of(), "serve", "--port", "0", "--config", settings.toString());
        int port = Integer.parseInt(service.awaitLine("is ready: http://localhost:(\\d+)/cds-services", START));
        return new Running(service, new EhrClient(port));
    }

    /** A command in this process: which files and databases another one has it learns all the same. */
    private static String command(int code, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream console = System.out;
        PrintStream errors = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            assertThat(Commands.run(arguments)).as(out + " " + err).isEqualTo(code);
        } finally {
            System.setOut(console);
            System.setErr(errors);
        }
        return (code == 2 ? err : out).toString(StandardCharsets.UTF_8).strip();
    }

    private static JsonNode card(EhrClient ehr) throws IOException, InterruptedException {
        ObjectNode request = EhrClient.request("order-select", EXAMPLE);
        ehr.addPrefetch(request, EXAMPLE);
        Answer answer = ehr.post(SERVICE, request.toString());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().path("cards").path(0);
    }

    private static Answer override(EhrClient ehr, JsonNode card, String comment)
            throws IOException, InterruptedException {
        return ehr.send(HttpRequest.newBuilder(ehr.service().resolve("/cds-services/" + SERVICE + "/feedback"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"feedback": [{"card": "%s", "outcome": "overridden",
                          "overrideReason": {"userComment": "%s"}, "outcomeTimestamp": "%s"}]}""".formatted(card.path("uuid").stringValue(), comment, Instant.now()))));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void no_acknowledged_feedback_is_lost_when_the_process_is_killed(String database) throws Exception {
        Path settings =
                settings(database, "service_it_" + UUID.randomUUID().toString().replace("-", ""));
        List<String> acknowledged = new ArrayList<>();
        String decisionUrl = "";
        Running first = serve(settings);
        try (Executable service = first.service()) {
            for (int i = 0; i < 10; i++) {
                JsonNode card = card(first.ehr());
                decisionUrl = card.path("links").path(0).path("url").stringValue();
                if (override(first.ehr(), card, "comment " + i).status() == 200) {
                    acknowledged.add("comment " + i);
                }
            }
            // SIGKILL, with the last answer just read
            service.process().destroyForcibly().waitFor();
        }
        assertThat(acknowledged).hasSize(10);

        JsonNode sum = EhrClient.JSON.readTree(
                command(0, "feedback", "--config", settings.toString(), "--comments", "--format", "json"));
        assertThat(sum.path("overridden").asInt()).isEqualTo(10);
        assertThat(sum.path("comments").valueStream().map(JsonNode::stringValue))
                .containsExactlyInAnyOrderElementsOf(acknowledged);

        // The link of a replica that was killed opens on the next one, since the database keeps the key.
        Running running = serve(settings);
        try (Executable service = running.service()) {
            URI url = URI.create(decisionUrl);
            Answer decision = running.ehr().get(url.getPath() + "?" + url.getQuery(), "Accept", "application/json");
            assertThat(decision.status()).as(decision.text()).isEqualTo(200);
            assertThat(service.err()).isEmpty();
        }
    }

    @Test
    void a_decision_is_replayed_audited_and_its_client_managed_by_commands() throws Exception {
        Path settings = settings("H2", "");
        Path body = folder.resolve("body.json");
        Path decision = folder.resolve("decision.json");
        Instant before = Instant.now();
        Running running = serve(settings);
        try (Executable service = running.service()) {
            ObjectNode request = EhrClient.request("order-select", EXAMPLE);
            running.ehr().addPrefetch(request, EXAMPLE);
            Files.writeString(body, request.toString());
            JsonNode card = running.ehr()
                    .post(SERVICE, request.toString())
                    .json()
                    .path("cards")
                    .path(0);
            URI url = URI.create(card.path("links").path(0).path("url").stringValue());
            Files.writeString(
                    decision,
                    running.ehr()
                            .get(url.getPath() + "?" + url.getQuery(), "Accept", "application/json")
                            .text());
            assertThat(override(running.ehr(), card, "x").status()).isEqualTo(200);
            assertThat(running.ehr().post(SERVICE, "{").status()).isEqualTo(400);

            // One process at a time has the file of H2.
            assertThat(command(2, "feedback", "--config", settings.toString())).contains("in use by another process");
            service.process().destroy();
            service.process().waitFor();
        }

        assertThat(command(0, "replay", "--decision", decision.toString(), "--request", body.toString()))
                .contains("The decision is the same.", "Inputs   the same");
        Path trail = folder.resolve("audit.ndjson");
        assertThat(command(
                        0,
                        "audit",
                        "--config",
                        settings.toString(),
                        "--from",
                        before.toString(),
                        "--to",
                        Instant.now().plusSeconds(60).toString(),
                        "--out",
                        trail.toString()))
                .contains("4 AuditEvents");
        List<String> exported = Files.readAllLines(trail);
        assertThat(exported).allSatisfy(line -> assertThat(R4.errors(line)).isEmpty());
        List<AuditEvent> events = exported.stream()
                .map(line -> FhirContext.forR4Cached().newJsonParser().parseResource(AuditEvent.class, line))
                .toList();
        assertThat(events)
                .extracting(
                        event -> event.getAction().toCode() + event.getOutcome().toCode())
                .containsExactly("E0", "R0", "C0", "E4");

        Path client = Files.writeString(folder.resolve("client.yml"), """
                id: general-hospital
                issuer: https://ehr.example.org/
                key-set-urls: [https://ehr.example.org/jwks.json]
                """);
        command(0, "clients", "add", "--config", settings.toString(), "--client", client.toString());
        assertThat(command(0, "clients", "list", "--config", settings.toString()))
                .isEqualTo("general-hospital  https://ehr.example.org/");
        assertThat(command(2, "clients", "add", "--config", settings.toString(), "--client", client.toString()))
                .contains("expected each id only once");
        Path elsewhere = Files.writeString(
                folder.resolve("elsewhere.yml"),
                Files.readString(client).replace("general", "other") + "jurisdiction: MARS");
        assertThat(command(2, "clients", "add", "--config", settings.toString(), "--client", elsewhere.toString()))
                .contains("jurisdiction: expected two capital letters");
        command(0, "clients", "remove", "--config", settings.toString(), "general-hospital");
        assertThat(command(0, "clients", "list", "--config", settings.toString()))
                .isEmpty();
    }
}
