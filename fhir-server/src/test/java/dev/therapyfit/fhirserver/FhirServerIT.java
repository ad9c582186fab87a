package dev.therapyfit.fhirserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of one data directory under the executable jar, as a client sees it: its first start is stopped, its second
 * killed, its third completes the patients, and a fourth finds what is there.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class FhirServerIT {
    private static final int PATIENTS = 24;
    private static final int KILLED_AT = 4;

    /** A clean stop takes a second or two; the rest is for a machine that is busy with other things. */
    private static final long STOP_SECONDS = 20;

    private Path data = Path.of("");
    private @Nullable ServerProcess server;
    private String base = "";
    private Client client = new Client("");

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        data = directory;
        aStartIsStoppedCleanlyBeforeItIsDone();
        aStartMayBeKilledWhileItWritesPatients();
        startAgain();
    }

    private void aStartIsStoppedCleanlyBeforeItIsDone() throws Exception {
        try (ServerProcess first = process("--port", "0")) {
            first.await(line -> line.startsWith("FHIR server: starting (H2 file "));
            first.terminate();

            assertThat(first.awaitEnd(STOP_SECONDS)).isZero();
            assertThat(first.out()).hasSize(1);
            assertThat(first.err()).isEmpty();
        }
    }

    private void aStartMayBeKilledWhileItWritesPatients() throws Exception {
        try (ServerProcess second = process("--port", "0")) {
            second.await(("FHIR server: seeding " + KILLED_AT + " of " + PATIENTS)::equals);
            second.kill();
        }
    }

    private void startAgain() throws Exception {
        server = process("--port", "0");
        base = server.awaitReady();
        client = new Client(base);
    }

    /** A start for a day that lies 30 days after the cases' day. */
    private ServerProcess process(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--data", data.toString(), "--seed-as-of", "2026-07-15"));
        all.addAll(List.of(options));
        return ServerProcess.start(all.toArray(String[]::new));
    }

    private ServerProcess server() {
        return Objects.requireNonNull(server);
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void the_third_start_writes_the_patients_that_are_missing() {
        List<String> out = server().out();
        assertThat(out.get(0)).isEqualTo("FHIR server: starting (H2 file " + data.resolve("fhir.mv.db") + ")");
        List<String> seeding = out.subList(1, out.size() - 1);
        assertThat(seeding).hasSizeBetween(PATIENTS - KILLED_AT, PATIENTS);
        assertThat(seeding)
                .containsExactlyElementsOf(IntStream.rangeClosed(PATIENTS - seeding.size() + 1, PATIENTS)
                        .mapToObj(i -> "FHIR server: seeding " + i + " of " + PATIENTS)
                        .toList());
        assertThat(out.get(out.size() - 1)).matches("FHIR server: ready at http://localhost:\\d+/fhir");
        assertThat(client.search("/Observation?patient=o1&_summary=count").getTotal())
                .isEqualTo(3);
    }

    @Test
    void its_port_is_taken() throws Exception {
        int port = URI.create(base).getPort();
        try (ServerProcess second = process("--port", "" + port)) {
            assertThat(second.awaitEnd(STOP_SECONDS)).isEqualTo(2);
            assertThat(second.out()).isEmpty();
            assertThat(second.err())
                    .containsExactly("FHIR server: port " + port
                            + " is taken by another process; choose another one with --port (0 for any free one)");
        }
    }

    @Test
    void its_database_is_locked() throws Exception {
        try (ServerProcess second = process("--port", "0")) {
            assertThat(second.awaitEnd(STOP_SECONDS)).isEqualTo(2);
            assertThat(second.out()).isEmpty();
            assertThat(second.err())
                    .containsExactly("FHIR server: the database " + data.resolve("fhir.mv.db")
                            + " is in use by another process; stop that one or choose another directory with --data");
        }
    }

    @Test
    void the_patients_are_there_with_their_names() {
        assertThat(client.search("/Patient?_summary=count").getTotal()).isEqualTo(PATIENTS);
        assertThat(client.read(Patient.class, "/Patient/o1").getNameFirstRep().getFamily())
                .isEqualTo("Aldenbrook");
        assertThat(Client.ids(client.search("/Patient?name=Thunder"))).containsExactly("Patient/horse-range");
    }

    @Test
    void a_condition_is_found_by_its_code() {
        assertThat(Client.ids(client.search("/Condition?code=http://snomed.info/sct%7C239873007")))
                .containsExactly("Condition/o1-knee");
        assertThat(Client.ids(client.search("/Condition?patient=o9&_count=50")))
                .containsExactlyInAnyOrder("Condition/o9-hip", "Condition/o9-cancer");
    }

    @Test
    void a_query_with_a_bare_pipe_is_answered() throws Exception {
        // The HTTP client of the JDK refuses to send one; people with curl do not know that they should not.
        int port = URI.create(base).getPort();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET /fhir/Condition?code=http://snomed.info/sct|239873007&_summary=count HTTP/1.0\r\n"
                                    + "Host: localhost:" + port + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains(" 200 ", "\"total\":1");
        }
    }

    @Test
    void dates_are_moved_to_the_day_that_was_asked_for() {
        assertThat(client.read(Patient.class, "/Patient/o1")
                        .getBirthDateElement()
                        .getValueAsString())
                .isEqualTo("1958-03-13");
        assertThat(client.read(Condition.class, "/Condition/o1-knee")
                        .getOnsetDateTimeType()
                        .getValueAsString())
                .isEqualTo("2020-06-09");
        assertThat(client.read(Observation.class, "/Observation/o1-kl")
                        .getEffectiveDateTimeType()
                        .getValueAsString())
                .isEqualTo("2025-12-03");
    }

    @Test
    void draft_orders_are_absent() {
        assertThat(client.search("/MedicationRequest?status=draft&_summary=count")
                        .getTotal())
                .isZero();
        assertThat(client.search("/ServiceRequest?status=draft&_summary=count").getTotal())
                .isZero();
    }

    @Test
    void pages_are_linked_and_complete() {
        int total = client.search("/Observation?_summary=count").getTotal();

        List<Bundle> pages = client.pages("/Observation?_count=7");

        assertThat(pages).hasSize((total + 6) / 7);
        assertThat(pages.get(0).getEntry()).hasSize(7);
        assertThat(pages.stream().flatMap(page -> Client.ids(page).stream()))
                .hasSize(total)
                .doesNotHaveDuplicates();
        assertThat(client.search("/Observation").getEntry()).hasSize(50);
        assertThat(client.search("/Observation?_count=200").getEntry()).hasSize(total);
    }

    @Test
    void a_page_of_any_origin_may_read_but_not_write() {
        HttpResponse<String> read =
                client.send(client.request("/Patient/o1").header("Origin", "http://localhost:8080"));
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");

        HttpResponse<String> preflight = client.send(client.request("/Patient")
                .header("Origin", "https://example.org")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "accept,authorization")
                .method("OPTIONS", BodyPublishers.noBody()));
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Methods")
                        .orElse(""))
                .contains("GET");

        HttpResponse<String> write = client.send(client.request("/Patient")
                .header("Origin", "https://example.org")
                .header("Content-Type", "application/fhir+json")
                .POST(BodyPublishers.ofString("{\"resourceType\": \"Patient\"}")));
        assertThat(write.statusCode()).isEqualTo(403);

        HttpResponse<String> search = client.send(client.request("/Condition/_search")
                .header("Origin", "https://example.org")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("patient=o1")));
        assertThat(search.statusCode()).isEqualTo(200);
        assertThat(search.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        assertThat(search.body()).as("what a client shows for a problem").contains("Osteoarthritis of");
    }

    @Test
    void the_capability_statement_says_what_this_is() {
        CapabilityStatement capability = client.read(CapabilityStatement.class, "/metadata");

        assertThat(capability.getFhirVersion().toCode()).isEqualTo("4.0.1");
        assertThat(capability.getImplementation().getDescription())
                .isEqualTo("Therapy Fit sandbox: synthetic patients only");
    }

    @Test
    void a_resource_can_be_validated_and_a_value_set_expanded() {
        HttpResponse<String> validated = client.post("/Observation/$validate", """
                {"resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/o1"}}""");
        assertThat(validated.body()).contains("OperationOutcome", "Observation.code: minimum required = 1");

        HttpResponse<String> expanded = client.post("/ValueSet/$expand", """
                {"resourceType": "Parameters", "parameter": [{"name": "valueSet", "resource":
                  {"resourceType": "ValueSet", "status": "active", "url": "https://example.org/sexes", "compose": {
                    "include": [{"system": "http://hl7.org/fhir/administrative-gender"}]}}}]}""");
        assertThat(expanded.statusCode()).as(expanded.body()).isEqualTo(200);
        assertThat(expanded.body()).contains("\"female\"");
    }

    @Test
    void a_code_system_that_is_written_again_is_expanded_as_it_is_now() throws Exception {
        List<String> first = List.of("dog");
        List<String> second = List.of("dog", "cat");
        for (List<String> below : List.of(first, second, first)) {
            assertThat(client.put("/CodeSystem/animals", animals(below)).statusCode())
                    .isBetween(200, 201);

            assertThat(whenExpanded(below)).isEqualTo(new TreeSet<>(below));
        }
    }

    private static String animals(List<String> below) {
        return """
                {"resourceType": "CodeSystem", "id": "animals", "url": "https://example.org/animals", "version": "1",
                 "status": "active", "content": "complete", "hierarchyMeaning": "is-a", "concept": [
                   {"code": "animal", "concept": [%s]}]}""".formatted(
                below.stream().map(code -> "{\"code\": \"" + code + "\"}").collect(Collectors.joining(", ")));
    }

    /** What lies below an animal, as soon as it is what is waited for; the server takes in concepts in the background. */
    private SortedSet<String> whenExpanded(List<String> awaited) throws InterruptedException {
        SortedSet<String> found = new TreeSet<>();
        for (int tries = 0; tries < 120 && !found.equals(new TreeSet<>(awaited)); tries++) {
            Thread.sleep(tries == 0 ? 0 : 500);
            HttpResponse<String> expanded = client.post("/ValueSet/$expand", """
                    {"resourceType": "Parameters", "parameter": [{"name": "valueSet", "resource":
                      {"resourceType": "ValueSet", "status": "active", "url": "https://example.org/below", "compose": {
                        "include": [{"system": "https://example.org/animals", "filter": [
                          {"property": "concept", "op": "is-a", "value": "animal"}]}]}}}]}""");
            found.clear();
            Matcher code = Pattern.compile("\"code\":\\s*\"(dog|cat)\"").matcher(expanded.body());
            while (code.find()) {
                found.add(code.group(1));
            }
        }
        return found;
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void a_transaction_with_ids_of_the_client_is_seen_at_once() {
        assertThat(client.search("/Patient?family=Zander").getEntry()).isEmpty();

        HttpResponse<String> response = client.post("", """
                {"resourceType": "Bundle", "type": "transaction", "entry": [
                  {"resource": {"resourceType": "Patient", "id": "4711", "name": [{"family": "Zander"}]},
                   "request": {"method": "PUT", "url": "Patient/4711"}},
                  {"fullUrl": "urn:uuid:6a1e8f0e-6b5b-4c6e-9d4e-0a4c1f7b2d11",
                   "resource": {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "walk"},
                                "subject": {"reference": "Patient/4711"}},
                   "request": {"method": "POST", "url": "Goal"}}]}""");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(Client.ids(client.search("/Patient?family=Zander"))).containsExactly("Patient/4711");
        assertThat(client.search("/Goal?patient=4711").getEntry()).hasSize(1);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void the_next_start_writes_nothing_keeps_what_was_added_and_lets_the_deleted_be() throws Exception {
        assertThat(client.send(client.request("/Consent/h6-refusal-consent").DELETE())
                        .statusCode())
                .isEqualTo(200);
        for (String owned : List.of("Observation", "Condition")) {
            client.pages("/" + owned + "?patient=no-indication").stream()
                    .flatMap(page -> Client.ids(page).stream())
                    .forEach(id -> client.send(client.request("/" + id).DELETE()));
        }
        assertThat(client.send(client.request("/Patient/no-indication").DELETE())
                        .statusCode())
                .isEqualTo(200);
        server().terminate();
        assertThat(server().awaitEnd(STOP_SECONDS)).isZero();
        assertThat(server().err()).isEmpty();
        assertThat(Files.readString(data.resolve("logs").resolve("fhir-server.log")))
                .contains("HAPI FHIR version");
        assertThat(data.resolve("fhir.trace.db")).doesNotExist();

        startAgain();

        assertThat(server().out())
                .hasSize(3)
                .element(1)
                .isEqualTo("FHIR server: " + PATIENTS + " patients are there already");
        assertThat(client.read(Patient.class, "/Patient/4711").getNameFirstRep().getFamily())
                .isEqualTo("Zander");
        assertThat(client.read(Patient.class, "/Patient/o1").getMeta().getVersionId())
                .isEqualTo("1");
        assertThat(client.send(client.request("/Patient/no-indication")).statusCode())
                .isEqualTo(410);
        assertThat(client.send(client.request("/Consent/h6-refusal-consent")).statusCode())
                .isEqualTo(410);
    }
}
