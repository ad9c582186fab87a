package dev.therapyfit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ReplayCommandTest {
    private static final Path CONTENT = Path.of("../cql");
    private static final Content CONTENT_READ = Content.read(CONTENT);
    private static final Case EXAMPLE = example("o1");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder = Path.of("");

    private Path decision = Path.of("");

    private static Case example(String name) {
        return Cases.find(CONTENT_READ, name).orElseThrow();
    }

    private record Ran(int code, String out, String err) {}

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    private Path bundle(List<Resource> resources) throws IOException {
        Resource bundle = BundleContents.collection(resources);
        return Files.writeString(folder.resolve("chart.json"), Json.of(bundle));
    }

    private Ran replay(Path earlier, List<Resource> chart, String... more) throws IOException {
        return run(Stream.concat(
                        Stream.of(
                                "replay",
                                "--decision",
                                earlier.toString(),
                                "--patient",
                                bundle(chart).toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    @BeforeEach
    void decide() throws IOException {
        Ran ran = run(
                "evaluate",
                "--patient",
                bundle(EXAMPLE.resources()).toString(),
                "--at",
                "2026-06-15T09:00:00Z",
                "--format",
                "json");
        decision = Files.writeString(folder.resolve("decision.json"), ran.out());
    }

    @Test
    void the_same_chart_in_another_order_is_decided_in_the_same_way() throws IOException {
        List<Resource> reversed = new java.util.ArrayList<>(EXAMPLE.resources());
        Collections.reverse(reversed);

        Ran ran = replay(decision, reversed);

        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("The decision is the same.", "Content  the same", "Inputs   the same");
    }

    @Test
    void the_jurisdiction_is_that_of_the_earlier_decision_unless_it_is_given() throws IOException {
        String chart = bundle(EXAMPLE.resources()).toString();
        String inTheEu = run(
                        "evaluate",
                        "--patient",
                        chart,
                        "--at",
                        "2026-06-15T09:00:00Z",
                        "--jurisdiction",
                        "EU",
                        "--format",
                        "json")
                .out();
        Files.writeString(decision, inTheEu);

        Ran same = run("replay", "--decision", decision.toString(), "--patient", chart);
        assertThat(same.out()).contains("The decision is the same.", "Inputs   the same");
        Ran elsewhere = run("replay", "--decision", decision.toString(), "--patient", chart, "--jurisdiction", "US");
        assertThat(elsewhere.out()).contains("The decision is different.", "Inputs   others");

        ObjectNode inJapan = (ObjectNode) JSON.readTree(inTheEu);
        inJapan.put("jurisdiction", "JP");
        Files.writeString(decision, inJapan.toString());
        assertThat(run("replay", "--decision", decision.toString(), "--patient", chart)
                        .out())
                .contains("Inputs   others");
    }

    @Test
    void an_order_that_was_signed_again_is_found_in_the_chart() throws IOException {
        Case again = example("again-differs");
        Decision before = DecisionMaker.of(CONTENT_READ)
                .decide(
                        CqlEvaluator.compile(CONTENT_READ)
                                .evaluate(
                                        again.record(), List.of(DecisionMaker.EXPRESSION), again.inputs(), again.at()),
                        again.record(),
                        new Inputs(again.jurisdiction(), again.selections()),
                        again.at());
        Path file = Files.writeString(folder.resolve("again.json"), JSON.writeValueAsString(before));

        Ran ran = replay(file, again.resources());

        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).contains("The decision is the same.", "Inputs   the same");
        assertThat(ran.code()).isZero();
    }

    @Test
    void what_changed_is_named_by_criterion_with_before_and_after() throws IOException {
        List<Resource> changed = EXAMPLE.resources().stream()
                .filter(resource -> !resource.isOf("Observation"))
                .toList();

        Ran ran = replay(decision, changed, "--format", "json");

        assertThat(ran.code()).isEqualTo(1);
        JsonNode replayed = JSON.readTree(ran.out());
        assertThat(replayed.path("same").booleanValue()).isFalse();
        assertThat(replayed.path("sameContent").booleanValue()).isTrue();
        assertThat(replayed.path("sameInputs").booleanValue()).isFalse();
        assertThat(replayed.path("changes").valueStream()).anySatisfy(change -> {
            assertThat(change.path("part").stringValue()).isEqualTo("criterion");
            assertThat(change.path("id").stringValue()).isEqualTo("M1");
            assertThat(change.path("field").stringValue()).isEqualTo("evidence");
            assertThat(change.path("before").stringValue()).contains("Observation/o1-kl");
            assertThat(change.path("after").stringValue()).doesNotContain("Observation/");
        });
    }

    @Test
    void another_content_is_told_even_if_it_decides_the_same() throws IOException {
        ObjectNode earlier = (ObjectNode) JSON.readTree(Files.readString(decision));
        ((ObjectNode) earlier.path("content")).put("sha256", "0".repeat(64)).put("version", "0.0.9");
        Files.writeString(decision, earlier.toString());

        Ran ran = replay(decision, EXAMPLE.resources());

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("Content  another: 0.0.9 (000000000000) -> ");
    }

    @Test
    void a_body_that_lacks_prefetch_is_refused_since_no_server_is_read() throws IOException {
        Path body = Files.writeString(folder.resolve("body.json"), """
                {"hook": "patient-view", "hookInstance": "1", "fhirServer": "http://127.0.0.1:9/fhir",
                 "context": {"userId": "Practitioner/1", "patientId": "o1"},
                 "prefetch": {"patient": {"resourceType": "Patient", "id": "o1"}}}""");

        Ran ran = run("replay", "--decision", decision.toString(), "--request", body.toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err().strip().lines()).singleElement().asString().contains("reads no server", "Condition");
    }

    @Test
    void the_server_of_a_body_says_whose_an_absolute_reference_is() throws IOException {
        assertThat(replayed("https://ehr.example/fhir", "https://ehr.example/fhir")
                        .err())
                .isEmpty();

        Ran ran = replayed("https://ehr.example/fhir", "https://other.example/fhir");
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("lacks the prefetch of Condition:");
    }

    /** Replays a body with everything, of which the conditions are about a patient of that server. */
    private Ran replayed(String fhirServer, String serverOfThePatient) throws IOException {
        ObjectNode body = JSON.createObjectNode();
        body.put("hook", "patient-view").put("hookInstance", "1").put("fhirServer", fhirServer);
        body.putObject("context").put("userId", "Practitioner/1").put("patientId", "o1");
        ObjectNode prefetch = body.putObject("prefetch");
        ServiceCatalog.of(CONTENT_READ, CqlEvaluator.compile(CONTENT_READ))
                .services()
                .forEach(service -> service.prefetchKeys().forEach(prefetch::putNull));
        prefetch.putObject("patient").put("resourceType", "Patient").put("id", "o1");
        prefetch.set("condition", JSON.readTree("""
                {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": {"resourceType": "Condition",
                 "id": "c1", "code": {"text": "x"}, "subject": {"reference": "%s/Patient/o1"}}}]}""".formatted(serverOfThePatient)));
        Path file = Files.writeString(folder.resolve("body.json"), body.toString());
        return run("replay", "--decision", decision.toString(), "--request", file.toString());
    }

    @Test
    void what_cannot_be_read_is_told_in_one_line() throws IOException {
        String chart = bundle(EXAMPLE.resources()).toString();
        Path half = Files.writeString(folder.resolve("half.json"), "{\"id\": \"x\"}");

        for (Ran ran : List.of(
                run("replay", "--decision", "nowhere.json", "--patient", chart),
                run("replay", "--decision", half.toString(), "--patient", chart),
                run("replay", "--decision", chart, "--patient", chart),
                run("replay", "--decision", decision.toString(), "--request", chart),
                run("replay", "--decision", decision.toString()))) {
            assertThat(ran.code()).isEqualTo(2);
            assertThat(ran.err().strip().lines()).hasSize(1);
        }
    }
}
