package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.authoring.publication.Publication;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.terminology.Terminology;
import dev.therapyfit.ehr.outbound.ContentServer;
import dev.therapyfit.ehr.outbound.TerminologyServer;
import dev.therapyfit.executable.EhrClient.Answer;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The README's first command: the sandbox with its FHIR server, seeded, and hook calls against both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class SandboxIT {
    private static final String SNOMED_CT = "http://snomed.info/sct";
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Content CONTENT = Content.read(Path.of("../cql"));

    @TempDir
    private static Path folder = Path.of("");

    private Executable sandbox;
    private EhrClient ehr;
    private String fhirBase = "";

    private static Case example(String name) {
        return Cases.find(CONTENT, name).orElseThrow();
    }

    @BeforeAll
    void start() throws IOException, InterruptedException {
        // The cases are written for this day: the service is held at it, and the patients' dates stay as they are.
        Path settings = folder.resolve("settings.yml");
        Files.writeString(settings, "therapy-fit:\n  evaluation-time: 2026-06-15T09:00:00Z\n");
        sandbox = sandbox("data", "--config", settings.toString(), "--seed-as-of", "2026-06-15");
        fhirBase = sandbox.awaitLine("FHIR server \\(R4\\) +(http://\\S+)", START);
        ehr = new EhrClient(
                Integer.parseInt(sandbox.awaitLine("CDS Hooks service +http://localhost:(\\d+)/cds-services$", START)));
    }

    /** A sandbox on free ports, with a data directory of that name. */
    private static Executable sandbox(String data, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("sandbox", "--port", "0", "--fhir-port", "0", "--data"));
        arguments.add(folder.resolve(data).toString());
        arguments.addAll(List.of(options));
        return Executable.start(Map.of(), arguments.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        sandbox.close();
    }

    @Test
    void progress_is_told_up_to_the_curl() throws InterruptedException {
        assertThat(sandbox.awaitLine("FHIR server: seeding \\d+ of (\\d+)", START))
                .isNotEqualTo("0");
        assertThat(sandbox.awaitLine("^curl -s (http://localhost:\\d+/cds-services/therapy-fit-order-select) ", START))
                .isNotEmpty();
        assertThat(sandbox.err()).isEmpty();
    }

    @Test
    void the_printed_curl_gives_a_right_card() throws IOException, InterruptedException {
        String curl = sandbox.awaitLine("^(curl -s .*)$", START);

        Process shell =
                new ProcessBuilder("sh", "-c", curl).redirectErrorStream(true).start();
        JsonNode cards =
                EhrClient.JSON.readTree(shell.getInputStream().readAllBytes()).path("cards");

        assertThat(cards).hasSize(1);
        assertThat(cards.path(0).path("summary").stringValue())
                .isEqualTo("Article criteria: MSC 2 of 2 that apply, secretome 0 of 3. Trials of MSC: mixed."
                        + " Not approved (US).");
        assertThat(cards.path(0).path("indicator").stringValue()).isEqualTo("warning");
        assertThat(cards.path(0).path("source").path("label").stringValue()).isNotBlank();
        assertThat(cards.path(0).path("overrideReasons")).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"order-select", "order-sign", "patient-view"})
    void the_sample_of_each_hook_gets_a_card_whose_source_is_served(String hook)
            throws IOException, InterruptedException {
        ObjectNode sample = (ObjectNode)
                EhrClient.JSON.readTree(Files.readString(Path.of("main/resources/sandbox/" + hook + ".json")));
        sample.put("fhirServer", fhirBase);

        Answer answer = ehr.post("therapy-fit-" + hook, sample.toString());

        assertThat(answer.json().path("cards")).as(answer.text()).hasSize(1);
        JsonNode source = answer.json().path("cards").path(0).path("source");
        assertThat(source.path("topic").path("code").stringValue()).isEqualTo("regenerative-therapy-fit");
        Answer page = ehr.get(URI.create(source.path("url").stringValue()).getPath(), "Accept", "text/html");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("Its rules (CQL)</h2>", "Therapy Fit evidence");
    }

    /** Invented codes below two of the concepts that the content's filters name. */
    @Test
    void the_fhir_server_can_say_what_lies_below_a_concept() throws IOException, InterruptedException {
        Map<String, String> below = Map.of("363346000", "99999901000", "254701007", "99999902007");
        List<Map<String, Object>> concepts = CONTENT.valueSets().stream()
                .flatMap(set -> Stream.concat(
                        Terminology.sets(set, "include").stream(), Terminology.sets(set, "exclude").stream()))
                .flatMap(set -> set.all("filter").stream())
                .filter(Terminology::isBelow)
                .map(filter -> filter.text("value").orElseThrow())
                .distinct()
                .map(code -> Map.<String, Object>of(
                        "code",
                        code,
                        "concept",
                        below.containsKey(code) ? List.of(Map.of("code", below.get(code))) : List.of()))
                .toList();
        ObjectNode system = (ObjectNode) EhrClient.JSON.readTree("""
                {"resourceType": "CodeSystem", "id": "sct-part", "url": "%s", "version": "2026", "status": "active",
                 "content": "complete", "hierarchyMeaning": "is-a"}""".formatted(SNOMED_CT));
        system.set("concept", EhrClient.JSON.valueToTree(concepts));
        Answer kept = ehr.send(HttpRequest.newBuilder(URI.create(fhirBase + "/CodeSystem/sct-part"))
                .header("Content-Type", "application/fhir+json")
                .PUT(BodyPublishers.ofString(system.toString())));
        assertThat(kept.status()).as(kept.text()).isEqualTo(201);

        Content expanded = new TerminologyServer(URI.create(fhirBase), Duration.ofSeconds(30)).expand(CONTENT);

        Terminology without = Terminology.of(CONTENT);
        Terminology with = Terminology.of(expanded);
        String malignancy = "https://therapyfit.dev/fhir/ValueSet/malignancy";
        assertThat(without.contains(malignancy, SNOMED_CT, "363346000")).isTrue();
        assertThat(without.contains(malignancy, SNOMED_CT, below.get("363346000")))
                .isFalse();
        assertThat(with.contains(malignancy, SNOMED_CT, below.get("363346000"))).isTrue();
        assertThat(with.contains(malignancy, SNOMED_CT, below.get("254701007")))
                .as("a basal cell carcinoma")
                .isFalse();
        assertThat(expanded.sha256()).isNotEqualTo(CONTENT.sha256());
        assertThat(DecisionMaker.of(expanded).content().terminology()).containsExactly(SNOMED_CT + "|2026");
    }

    /** As the public CDS Hooks sandbox client calls it: an order without a product, then the draft that was offered. */
    @Test
    void a_client_without_products_is_offered_a_draft_that_gets_a_card() throws IOException, InterruptedException {
        ObjectNode call = EhrClient.request("order-select", example("o1"));
        call.put("fhirServer", fhirBase);
        ObjectNode order = (ObjectNode) call.at("/context/draftOrders/entry/0/resource");
        order.remove("medicationCodeableConcept");

        JsonNode offered = ehr.postTo("/sandbox/cds-services/draft-order", call.toString())
                .json()
                .at("/cards/0/suggestions/0/actions/0/resource");
        order.set("medicationCodeableConcept", offered.path("medicationCodeableConcept"));

        assertThat(offered.at("/subject/reference").stringValue()).isEqualTo("Patient/o1");
        assertThat(card(call).path("summary").stringValue()).startsWith("Article criteria: MSC");
        assertThat(ehr.postTo("/sandbox/cds-services/draft-order", call.toString())
                        .json()
                        .path("cards"))
                .isEmpty();
        assertThat(ehr.get("/sandbox/cds-services", "Accept", "*/*")
                        .json()
                        .at("/services/0/id")
                        .stringValue())
                .isEqualTo("draft-order");
    }

    @ParameterizedTest
    @ValueSource(strings = {"o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11", "o12"})
    void a_case_gets_its_decision_with_prefetch_and_without(String name) throws IOException, InterruptedException {
        Case example = example(name);
        ObjectNode read = EhrClient.request("order-select", example);
        read.put("fhirServer", fhirBase);
        ObjectNode given = EhrClient.request("order-select", example);
        ehr.addPrefetch(given, example);

        JsonNode byReading = decision(card(read));
        JsonNode byPrefetch = decision(card(given));

        for (JsonNode decision : List.of(byReading, byPrefetch)) {
            assertThat(example.expected().differences(EhrClient.JSON.convertValue(decision, Map.class)))
                    .isEmpty();
        }
        assertThat(byReading.toString()).contains("\"origin\":\"fetched\"").doesNotContain("\"origin\":\"prefetch\"");
        assertThat(byPrefetch.toString()).contains("\"origin\":\"prefetch\"").doesNotContain("\"origin\":\"fetched\"");
        assertThat(withoutIdsAndOrigins(byReading)).isEqualTo(withoutIdsAndOrigins(byPrefetch));
    }

    private static String withoutIdsAndOrigins(JsonNode decision) {
        ObjectNode copy = (ObjectNode) decision.deepCopy();
        copy.remove("id");
        copy.remove("inputsDigest"); // what is read is what was asked for; what is sent here is the whole chart
        return copy.toString().replaceAll("\"origin\":\"(prefetch|fetched)\"", "\"origin\":\"…\"");
    }

    private JsonNode card(ObjectNode request) throws IOException, InterruptedException {
        Answer answer = ehr.post("therapy-fit-order-select", request.toString());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("cards")).hasSize(1);
        return answer.json().path("cards").path(0);
    }

    private JsonNode decision(JsonNode card) throws IOException, InterruptedException {
        for (JsonNode link : card.path("links")) {
            URI url = URI.create(link.path("url").stringValue());
            if (url.getPath().startsWith("/decisions/")) {
                Answer answer = ehr.get(pathAndQuery(url), "Accept", "application/json");
                assertThat(answer.contentType()).startsWith("application/json");
                return answer.json();
            }
        }
        throw new AssertionError("no link to the decision");
    }

    private static String pathAndQuery(URI url) {
        return url.getPath() + "?" + url.getQuery();
    }

    @Test
    void a_browser_gets_the_decision_as_a_page() throws IOException, InterruptedException {
        ObjectNode request = EhrClient.request("order-select", example("o1"));
        request.put("fhirServer", fhirBase);
        String url = card(request).path("links").path(0).path("url").stringValue();

        Answer page = ehr.get(pathAndQuery(URI.create(url)), "Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.contentType()).startsWith("text/html");
        assertThat(page.text()).contains("<html");
    }

    @Test
    void the_other_hooks_answer_too() throws IOException, InterruptedException {
        ObjectNode sign = EhrClient.request("order-sign", example("o9"));
        sign.put("fhirServer", fhirBase);
        JsonNode critical =
                ehr.post("therapy-fit-order-sign", sign.toString()).json().path("cards");
        assertThat(critical).hasSize(1);
        assertThat(critical.path(0).path("indicator").stringValue()).isEqualTo("critical");

        Case nothingOpen = example("sign-silent");
        ObjectNode quiet = EhrClient.request("order-sign", nothingOpen);
        ehr.addPrefetch(quiet, nothingOpen);
        assertThat(ehr.post("therapy-fit-order-sign", quiet.toString()).text()).isEqualTo("{\"cards\":[]}");

        Case underTherapy = example("again-not-selected");
        ObjectNode view = EhrClient.request("patient-view", underTherapy);
        ehr.addPrefetch(view, underTherapy);
        JsonNode info =
                ehr.post("therapy-fit-patient-view", view.toString()).json().path("cards");
        assertThat(info).hasSize(1);
        assertThat(info.path(0).path("indicator").stringValue()).isEqualTo("info");
    }

    @Test
    void an_order_of_another_kind_gets_no_cards_and_needs_no_data() throws IOException, InterruptedException {
        String body = EhrClient.request("order-select", example("o1"))
                .toString()
                .replace(
                        "https://therapyfit.dev/fhir/CodeSystem/modality",
                        "http://www.nlm.nih.gov/research/umls/rxnorm");

        Answer answer = ehr.post("therapy-fit-order-select", body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"cards\":[]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hook             | order-dispatch | 400 | hook",
                "hook             | order-sign     | 400 | hook",
                "hook             |                | 400 | hook",
                "hookInstance     |                | 400 | hookInstance",
                "fhirServer       | ftp://x        | 400 | fhirServer",
                "context          |                | 400 | context",
                "context.userId   |                | 400 | context.userId",
                "context.patientId|                | 400 | context.patientId",
                "context.patientId| nobody         | 400 | context.draftOrders.entry[0].resource.subject",
                "context.selections|               | 400 | context.selections",
                "context.draftOrders|              | 400 | context.draftOrders",
            })
    void a_wrong_request_is_refused_by_naming_its_field(String path, @Nullable String value, int status, String field)
            throws IOException, InterruptedException {
        ObjectNode request = EhrClient.request("order-select", example("o1"));
        request.put("fhirServer", fhirBase);
        int dot = path.indexOf('.');
        ObjectNode parent = dot < 0 ? request : (ObjectNode) request.path(path.substring(0, dot));
        String name = path.substring(dot + 1);
        if (value == null) {
            parent.remove(name);
        } else {
            parent.put(name, value);
        }

        assertRefused(ehr.post("therapy-fit-order-select", request.toString()), status, field);
    }

    @Test
    void a_patient_who_does_not_exist_is_told() throws IOException, InterruptedException {
        String body = EhrClient.request("order-select", example("o1"))
                .put("fhirServer", fhirBase)
                .toString()
                .replace("Patient/o1", "Patient/nobody")
                .replace("\"patientId\":\"o1\"", "\"patientId\":\"nobody\"");

        assertRefused(ehr.post("therapy-fit-order-select", body), 412, "context.patientId");
    }

    @Test
    void a_patient_who_can_be_had_in_no_way_is_told() throws IOException, InterruptedException {
        ObjectNode request = EhrClient.request("order-select", example("o1"));
        assertRefused(ehr.post("therapy-fit-order-select", request.toString()), 412, "prefetch.patient");

        try (ServerSocket closed = new ServerSocket(0)) {
            request.put("fhirServer", "http://localhost:" + closed.getLocalPort() + "/fhir");
        }
        assertRefused(ehr.post("therapy-fit-order-select", request.toString()), 412, "prefetch.patient");
    }

    @Test
    void what_is_no_hook_call_at_all_is_refused() throws IOException, InterruptedException {
        assertRefused(ehr.post("therapy-fit-order-select", "{ no json"), 400, "");
        assertRefused(ehr.post("no-such-service", "{}"), 404, "");
        assertRefused(ehr.get("/decisions/none"), 403, "");
        assertRefused(ehr.get("/nowhere"), 404, "");
        URI url = ehr.service().resolve("/cds-services/therapy-fit-order-select");
        assertRefused(ehr.send(HttpRequest.newBuilder(url)), 405, "");
        assertRefused(
                ehr.send(HttpRequest.newBuilder(url)
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{}"))),
                415,
                "");
        assertRefused(ehr.post("therapy-fit-order-select", " ".repeat(6_000_000)), 413, "");
    }

    private static void assertRefused(Answer answer, int status, String field) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(answer.json().path("resourceType").stringValue()).isEqualTo("OperationOutcome");
        assertThat(answer.json().path("issue")).isNotEmpty();
        List<JsonNode> fields = answer.json().path("issue").findValues("expression");
        assertThat(answer.text()).doesNotContain("Exception", "at dev.").contains("diagnostics");
        if (field.isEmpty()) {
            assertThat(fields).isEmpty();
        } else {
            assertThat(fields.toString()).contains("\"" + field + "\"");
        }
    }

    @Test
    void the_browser_client_of_cds_hooks_may_call() throws IOException, InterruptedException {
        java.net.http.HttpResponse<String> response = java.net.http.HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(ehr.service().resolve("/cds-services"))
                                .header("Origin", "https://sandbox.cds-hooks.org")
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("https://sandbox.cds-hooks.org");
    }

    @Test
    void health_is_told() throws IOException, InterruptedException {
        for (String probe : List.of("liveness", "readiness")) {
            assertThat(ehr.get("/actuator/health/" + probe)
                            .json()
                            .path("status")
                            .stringValue())
                    .isEqualTo("UP");
        }
    }

    @Test
    void a_start_that_cannot_be_is_one_line_and_code_2() throws IOException, InterruptedException {
        Path file = Files.createFile(folder.resolve("a-file"));
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertCannotStart(
                    Map.of(),
                    "port " + port + " is taken",
                    "--port",
                    port,
                    "--fhir-port",
                    "0",
                    "--data",
                    folder.resolve("x1").toString());
            assertCannotStart(
                    Map.of(),
                    port,
                    "--port",
                    "0",
                    "--fhir-port",
                    port,
                    "--data",
                    folder.resolve("x2").toString());
        }
        assertCannotStart(
                Map.of(),
                "a-file",
                "--port",
                "0",
                "--fhir-port",
                "0",
                "--data",
                file.resolve("below").toString());
        assertCannotStart(
                Map.of("THERAPY_FIT_FHIR_JDBC_URL", "jdbc:postgresql://localhost:1/nothing"),
                "database",
                "--port",
                "0",
                "--fhir-port",
                "0",
                "--data",
                folder.resolve("x3").toString());
    }

    private static void assertCannotStart(Map<String, String> environment, String part, String... options)
            throws IOException, InterruptedException {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "sandbox";
        System.arraycopy(options, 0, arguments, 1, options.length);
        try (Executable failing = Executable.start(environment, arguments)) {
            assertThat(failing.awaitEnd(Duration.ofMinutes(1))).isEqualTo(2);
            assertThat(failing.err()).singleElement().satisfies(line -> assertThat(line)
                    .contains(part));
        }
    }

    @Test
    @Order(Integer.MAX_VALUE - 1)
    void a_content_that_was_published_to_the_FHIR_server_is_read_from_it() throws IOException, InterruptedException {
        Instant at = Instant.parse("2026-06-15T09:00:00Z");
        Answer stored = ehr.send(HttpRequest.newBuilder(URI.create(fhirBase))
                .header("Content-Type", "application/fhir+json")
                .POST(BodyPublishers.ofString(Publication.of(CONTENT, CqlEvaluator.compile(CONTENT), at)
                        .bundle()
                        .toString())));
        assertThat(stored.status()).as(stored.text()).isEqualTo(200);

        Content read = Content.of(new ContentServer(URI.create(fhirBase), START).files());
        assertThat(read.librariesSha256()).isEqualTo(CONTENT.librariesSha256());
        assertThat(read.valueSets()).hasSameSizeAs(CONTENT.valueSets());
        assertThat(ServiceCatalog.of(read, CqlEvaluator.compile(read)).services())
                .hasSize(3);
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void it_ends_with_all_its_processes_when_it_is_told_to() throws InterruptedException {
        sandbox.awaitLine("^(curl -s )", START);
        assertEndsWithItsProcesses(Process::destroy, sandbox);
    }

    @Test
    void a_start_that_is_killed_leaves_no_process() throws IOException, InterruptedException {
        try (Executable killed = sandbox("killed")) {
            killed.awaitLine("(FHIR server: starting)", START);
            assertEndsWithItsProcesses(Process::destroyForcibly, killed);
        }
    }

    private static void assertEndsWithItsProcesses(Consumer<Process> end, Executable started)
            throws InterruptedException {
        List<ProcessHandle> children = started.process().descendants().toList();
        assertThat(children).isNotEmpty();
        end.accept(started.process());
        started.awaitEnd(STOP);
        for (ProcessHandle child : children) {
            assertThat(child.onExit()).succeedsWithin(STOP);
        }
    }
}
