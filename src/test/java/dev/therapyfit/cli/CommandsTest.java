package dev.therapyfit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.ContentCopy;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.BundleContents;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandsTest {
    private static final Path CONTENT = Path.of("../cql");
    private static final Content CONTENT_READ = Content.read(CONTENT);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder = Path.of("");

    /** What a command printed and answered. */
    private record Ran(int code, String out, String err) {}

    @ParameterizedTest
    @ValueSource(strings = {"o1", "o2", "o8", "o9", "o10"})
    void evaluate_prints_the_expected_decision_as_json(String name) throws IOException {
        Case example = example(name);
        Path bundle = file(name + ".json", bundle(example.resources()));

        Ran ran = run("evaluate", "--patient", bundle.toString(), "--at", "2026-06-15T09:00:00Z", "--format", "json");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        Map<?, ?> decision = JSON.readValue(ran.out(), Map.class);
        assertThat(example.expected().differences(decision)).isEmpty();
        assertThat(decision.get("evaluatedAt")).isEqualTo("2026-06-15T09:00:00Z");
        assertThat(ran.out()).contains("\"name\" : \"TherapyFit\"");
    }

    @Test
    void a_case_is_shown_as_the_card_of_each_hook() {
        Ran card = run("evaluate", "--case", "o1", "--format", "card");

        assertThat(card.code()).as(card.err()).isZero();
        assertThat(card.out())
                .startsWith("[warning] Article criteria: MSC 2 of 2 that apply, secretome 0 of 3.")
                .contains("-> The decision behind this card, datum by datum");
        assertThat(run("evaluate", "--case", "o1", "--format", "card", "--hook", "patient-view")
                        .out())
                .startsWith("No card at patient-view.");
        assertThat(run("evaluate", "--case", "o1", "--format", "card", "--engine", "reference")
                        .out())
                .isEqualTo(card.out());
        assertThat(run("evaluate", "--case", "nobody").code()).isEqualTo(2);
        assertThat(run("evaluate", "--case", "o1", "--patient", "x.json").code())
                .isEqualTo(2);
    }

    @Test
    void an_expression_is_explained_by_its_parts() throws IOException {
        Ran explained = run("explain", "--case", "o1", "--expression", "M1", "--depth", "2");

        assertThat(explained.code()).isZero();
        assertThat(explained.out().lines().toList())
                .first()
                .asString()
                .startsWith("define \"M1\" = {")
                .contains("id: 'M1'", "met: true", "(TherapyFitCriteria.cql:");
        assertThat(explained.out().lines()).contains("  \"M1 Met\" = true").hasSizeBetween(3, 60);
        assertThat(run("explain", "--case", "o1", "--expression", "Heart Failure Stage Window")
                        .out())
                .startsWith("define \"Heart Failure Stage Window\" = 6 'months'  (");
        assertThat(run("explain", "--case", "o1", "--expression", "TherapyFitCriteria.M1", "--depth", "2")
                        .out())
                .isEqualTo(explained.out());
        assertThat(run("explain", "--case", "o1", "--expression", "Not There").code())
                .isEqualTo(2);
        Ran several = run("explain", "--case", "o1", "--expression", "Excluded Data");
        assertThat(several.code()).isEqualTo(2);
        assertThat(several.err()).contains("expected one of [", "TherapyFitStages.Excluded Data");
    }

    @Test
    void some_cases_are_run_by_their_names_and_told_to_a_ci_server() throws IOException {
        Ran some = run("test", "--filter", "^o[12]$");
        assertThat(some.out()).isEqualTo("2 of 2 cases passed" + System.lineSeparator());
        assertThat(run("test", "--filter", "^nobody$").code()).isEqualTo(2);

        Path copy = copyOfContent();
        edit(copy, "expected/o1.yaml", "msc-favoured", "neither");
        Ran junit = run("test", "--content", copy.toString(), "--filter", "^o[12]$", "--format", "junit");
        assertThat(junit.code()).isEqualTo(1);
        assertThat(junit.out())
                .startsWith("<?xml")
                .contains(
                        "<testsuite name=\"content\" tests=\"1\" failures=\"1\">",
                        "<testcase classname=\"content\" name=\"o1\"><failure message=\"Advanced knee",
                        "outcome: expected neither, was msc-favoured</failure>");
    }

    @Test
    void a_folder_of_patients_is_shown_line_by_line() throws IOException {
        file("a.bundle.json", bundle(example("o1").resources()));
        Files.writeString(folder.resolve("b.bundle.json"), "{}");
        file("c.bundle.json", bundle(example("o1").resources()));

        Ran table = run("evaluate", "--patients", folder.toString(), "--at", "2026-06-15T09:00:00Z");

        assertThat(table.code()).as("wrong input").isEqualTo(2);
        assertThat(table.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("a  msc-favoured"),
                        line -> assertThat(line).startsWith("b  not readable: "),
                        line -> assertThat(line).isEqualTo("c  msc-favoured"));

        Files.delete(folder.resolve("b.bundle.json"));
        assertThat(run("evaluate", "--patients", folder.toString()).code()).isZero();
    }

    @Test
    void the_same_input_gives_the_same_bytes() throws IOException {
        Case example = example("o8");
        List<Resource> reversed = new ArrayList<>(example.resources());
        java.util.Collections.reverse(reversed);
        List<String> answers = new ArrayList<>();
        for (Resource bundle : List.of(bundle(example.resources()), bundle(reversed))) {
            answers.add(run(
                            "evaluate",
                            "--patient",
                            file("x.json", bundle).toString(),
                            "--at",
                            "2026-06-15T09:00:00Z",
                            "--format",
                            "json")
                    .out());
        }
        assertThat(answers.get(0)).isEqualTo(answers.get(1)).contains("\"outcome\" : \"both-acceptable\"");
    }

    @Test
    void an_order_in_its_own_file_counts_whatever_its_status() throws IOException {
        Case example = example("o1");
        List<Resource> chart = new ArrayList<>();
        Resource order = Resource.of("MedicationRequest");
        for (Resource resource : example.resources()) {
            if (resource.isOf("MedicationRequest")) {
                order = resource.with("status", "active");
            } else {
                chart.add(resource);
            }
        }

        Ran ran = run(
                "evaluate",
                "--patient",
                file("chart.json", bundle(chart)).toString(),
                "--order",
                file("order.json", order).toString(),
                "--at",
                "2026-06-15T09:00:00Z",
                "--format",
                "JSON");

        assertThat(example.expected().differences(JSON.readValue(ran.out(), Map.class)))
                .isEmpty();
        assertThat(ran.out()).contains("\"origin\" : \"context\"");
    }

    @Test
    void evaluate_prints_a_table_for_people() throws IOException {
        Ran ran = run(
                "evaluate",
                "--patient",
                file("o1.json", bundle(example("o1").resources())).toString(),
                "--at",
                "2026-06-15T09:00:00Z");

        assertThat(ran.code()).isZero();
        assertThat(ran.out().lines()).allMatch(line -> line.length() <= 110);
        assertThat(ran.out())
                .contains(
                        "Outcome       msc-favoured, rule 7",
                        "MSC 2 of 2 that apply, secretome 0 of 3",
                        "Kellgren-Lawrence grade 4")
                .contains(
                        "Observation/o1-kl",
                        "Not recorded".toLowerCase(java.util.Locale.ROOT).replace(' ', '-'));
    }

    @Test
    void wrong_use_and_unreadable_input_give_one_line_and_code_2() throws IOException {
        Path text = folder.resolve("text.json");
        Files.writeString(text, "Mrs Secret has {");
        Path patient = file(
                "patient.json",
                example("o1").resources().stream()
                        .filter(resource -> resource.isOf("Patient"))
                        .findFirst()
                        .orElseThrow());
        Path empty = file("empty.json", bundle(List.of()));
        Path order = file(
                "goal.json",
                example("o1").resources().stream()
                        .filter(resource -> resource.isOf("Goal"))
                        .findFirst()
                        .orElseThrow());
        Path good = file("good.json", bundle(example("o1").resources()));

        assertOneLine(run(), "a command is missing");
        assertOneLine(run("evaluate"), "--patient");
        assertOneLine(run("evaluate", "--patient", "nowhere.json"), "nowhere.json: no such file");
        assertOneLine(run("evaluate", "--patient", text.toString()), "expected a FHIR R4 resource in JSON");
        assertThat(run("evaluate", "--patient", text.toString()).err()).doesNotContain("Secret");
        assertOneLine(run("evaluate", "--patient", patient.toString()), "expected a FHIR R4 Bundle");
        assertOneLine(run("evaluate", "--patient", empty.toString()), "expected one Patient in the Bundle, got 0");
        assertOneLine(
                run("evaluate", "--patient", good.toString(), "--order", order.toString()),
                "expected MedicationRequest or ServiceRequest, got Goal");
        assertOneLine(run("evaluate", "--patient", good.toString(), "--at", "yesterday"), "yesterday");
        assertOneLine(run("evaluate", "--patient", good.toString(), "--format", "xml"), "xml");
        assertOneLine(
                run("evaluate", "--patient", good.toString(), "--content", folder.toString()),
                "expected a folder that holds input/");
        assertOneLine(run("serve", "--config", "nowhere.yml"), "nowhere.yml: no such file");
        assertOneLine(run("fly"), "fly");
    }

    @Test
    void test_fails_with_the_difference_when_a_case_does() throws IOException {
        Path copy = copyOfContent();
        Path expected = copy.resolve("expected/o1.yaml");
        Files.writeString(expected, Files.readString(expected).replace("outcome: msc-favoured", "outcome: neither"));

        Ran ran = run("test", "--coverage", "--content", copy.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .contains("FAILED o1: ", "outcome: expected neither, was msc-favoured", "0 of 1 cases passed")
                .containsPattern("(?m)^TherapyFit +(\\d+)/\\1 +\\d+/\\d+ +\\d\\d\\.\\d % +\\d+/\\d+$")
                .containsPattern("(?m)^All +\\d+/\\d+ +\\d+/\\d+ +\\d\\d\\.\\d % +\\d+/\\d+$")
                .containsPattern("(?m)^input/cql/TherapyFitActivity\\.cql:\\d+:\\d+: \"References\" is not evaluated$");
    }

    @Test
    void test_passes_on_the_packaged_content() {
        Ran ran = run("test", "--format", "json");
        assertThat(ran.code()).isZero();
        assertThat(JSON.readTree(ran.out()).path("passed").intValue()).isGreaterThan(100);
        assertThat(JSON.readTree(ran.out()).path("failed").intValue()).isZero();
    }

    @Test
    void check_says_every_problem_with_its_place() throws IOException {
        assertThat(run("check").code()).isZero();
        Path copy = copyOfContent();
        Path cql = copy.resolve("input/cql/TherapyFitThresholds.cql");
        List<String> lines = new ArrayList<>(Files.readAllLines(cql));
        lines.add("define \"Broken\": \"Nothing Of That Name\" + 1");
        Files.write(cql, lines);

        Ran ran = run("check", "--content", copy.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("input/cql/TherapyFitThresholds.cql:" + lines.size() + ":");
    }

    /** Each of these once compiled, and the service then said that data are missing. */
    @ParameterizedTest
    @ValueSource(strings = {"check", "test"})
    void what_would_silently_decide_otherwise_is_a_problem_with_its_place(String command) throws IOException {
        Path copy = copyOfContent();
        edit(copy, "input/cql/TherapyFitThresholds.cql", "\"Chronic From Days\": 180", "\"Chronic From Days\": '180'");
        edit(copy, "input/vocabulary/valueset/heart-failure.json", "http://snomed.info/sct", "http://snomed.info/sct/");
        edit(copy, "input/vocabulary/valueset/pregnant.json", "LA15173-0", "LA15173O");
        edit(copy, "input/vocabulary/codesystem/objective.json", "\"safety-priority\"", "\"reproducibility\"");
        edit(copy, "input/resources/library/TherapyFitCards.json", "\"0.1.0\"", "\"0.2.0\"");
        Files.delete(copy.resolve("input/resources/library/TherapyFitContraindications.json"));

        Ran ran = run(command, "--content", copy.toString());

        assertThat(ran.code()).isEqualTo(command.equals("check") ? 1 : 2);
        String said = ran.out() + ran.err();
        assertThat(said)
                .containsPattern("input/cql/TherapyFitThresholds.cql:\\d+:29: '180' is a number written as a text")
                .containsPattern("heart-failure.json:\\d+:\\d+: system http://snomed.info/sct/: expected it without")
                .containsPattern("pregnant.json:\\d+:\\d+: code LA15173O cannot be one of http://loinc.org")
                .containsPattern("objective.json:\\d+:\\d+: code reproducibility is there twice")
                .containsPattern("TherapyFitCards.json:\\d+:\\d+: version 0.2.0: expected 0.1.0")
                .contains("TherapyFitContraindications has no Library resource");
        assertThat(said.lines().distinct()).hasSameSizeAs(said.lines().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "test"})
    void a_case_that_no_rule_can_meet_is_a_problem_with_its_place(String command) throws IOException {
        Path copy = copyOfContent();
        try (Stream<Path> expected = Files.list(copy.resolve("expected"))) {
            Path first = expected.sorted().findFirst().orElseThrow();
            Files.writeString(
                    first, Files.readString(first).replaceFirst("(?m)^outcome: .*$", "outcome: mcs-favoured"));
        }

        Ran ran = run(command, "--content", copy.toString());

        assertThat(ran.code()).isEqualTo(command.equals("check") ? 1 : 2);
        assertThat(ran.out() + ran.err()).containsPattern("[.]yaml:\\d+:\\d+: outcome: no rule says mcs-favoured");
    }

    @Test
    void a_library_that_was_renamed_aside_is_missing() throws IOException {
        Path copy = copyOfContent();
        Path library = copy.resolve("input/cql/TherapyFitThresholds.cql");
        Files.move(library, library.resolveSibling("TherapyFitThresholds.cql.old"));

        Ran ran = run("check", "--content", copy.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("Library TherapyFitThresholds: no CQL of that name is in input/cql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "test"})
    void what_is_wrong_with_one_file_does_not_hide_what_is_wrong_with_others(String command) throws IOException {
        Path copy = copyOfContent();
        edit(copy, "input/vocabulary/valueset/crp.json", "\"status\": \"draft\",", "\"status\": \"draft\"");
        edit(copy, "input/vocabulary/valueset/lvef.json", "\"status\":", "\"status\": \"draft\", \"status\":");
        edit(copy, "input/cql/TherapyFitThresholds.cql", "\"Chronic From Days\": 180", "\"Chronic From Days\": '180'");
        edit(copy, "input/cql/TherapyFitActivity.cql", "'1988-5'", "'1988-6'");
        edit(copy, "input/cql/TherapyFitActivity.cql", "'http://loinc.org'", "'http://loinc.org/'");
        edit(copy, "input/vocabulary/conceptmap/anticoagulant-words.json", "\"anticoagulant\"", "\"anticoagulants\"");
        edit(
                copy,
                "input/resources/plandefinition/therapy-fit-patient-view.json",
                "\"name\": \"patient-view\"",
                "\"name\": \"patient-vew\"");
        Path expected = copy.resolve("expected/o1.yaml");
        Files.writeString(
                expected,
                Files.readString(expected)
                                .replace("jurisdiction: US", "jurisdiction: USA")
                                .replace("gates:", "gates:\n  H99: clear")
                        + "unread: [Conditon]\nleftOut: {Observation/nope: old}\nnote: again\n");

        Ran ran = run(command, "--content", copy.toString());

        assertThat(ran.code()).isEqualTo(command.equals("check") ? 1 : 2);
        List<String> said = (ran.out() + ran.err())
                .lines()
                .map(line -> line.replaceFirst("^test: ", ""))
                .filter(line -> line.contains(": "))
                .toList();
        assertThat(said)
                .doesNotHaveDuplicates()
                .anyMatch(line -> line.matches("input/vocabulary/valueset/crp.json:9:\\d+: not JSON"))
                .anyMatch(line -> line.matches("input/.*/lvef.json:\\d+:\\d+: the key status is there twice"))
                .anyMatch(line -> line.matches("input/cql/TherapyFitThresholds.cql:\\d+:29: '180' is a number .*"))
                .anyMatch(line -> line.matches("input/cql/TherapyFitActivity.cql:\\d+:1: system http://loinc.org/.*"))
                .anyMatch(line ->
                        line.matches(".*/anticoagulant-words.json:\\d+:\\d+: code anticoagulants of .* is not.*"))
                .anyMatch(
                        line -> line.matches(".*/therapy-fit-patient-view.json:\\d+:\\d+: action.trigger.name: .*vew"))
                .anyMatch(line -> line.matches("expected/o1.yaml:4:15: jurisdiction: expected two capital .*"))
                .anyMatch(line -> line.matches("expected/o1.yaml:\\d+:3: gates: no rule says H99"))
                .anyMatch(line -> line.matches("expected/o1.yaml:\\d+:10: unread: Conditon is no resource type .*"))
                .anyMatch(line -> line.matches("expected/o1.yaml:\\d+:11: leftOut: the case has no resource .*"))
                .anyMatch(line -> line.matches("expected/o1.yaml:\\d+:1: the key note is there twice"))
                .noneMatch(line -> line.contains("Internal error") || line.contains("Could not"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "test"})
    void a_folder_without_content_is_a_wrong_use(String command) {
        Ran ran = run(command, "--content", folder.toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err().strip().lines())
                .hasSize(1)
                .allMatch(line -> line.contains("expected a folder that holds input/"));
    }

    private static void edit(Path content, String file, String from, String to) throws IOException {
        String text = Files.readString(content.resolve(file));
        assertThat(text).contains(from);
        Files.writeString(content.resolve(file), text.replace(from, to));
    }

    @Test
    void test_says_what_no_case_evaluates_when_asked() throws IOException {
        Path copy = copyOfContent();

        Ran ran = run("test", "--coverage", "--content", copy.toString(), "--format", "json");

        assertThat(ran.code()).isZero();
        JsonNode coverage = JSON.readTree(ran.out()).path("coverage");
        assertThat(coverage.path("clauses").path("evaluated").intValue())
                .isPositive()
                .isLessThan(coverage.path("clauses").path("all").intValue());
        assertThat(coverage.path("libraries")
                        .path(1)
                        .path("missed")
                        .path(0)
                        .path("file")
                        .asString())
                .isEqualTo("input/cql/TherapyFitActivity.cql");
    }

    @Test
    void test_writes_the_coverage_as_a_page_and_as_lcov() throws IOException {
        Path copy = copyOfContent();
        Path html = copy.resolve("coverage.html");
        Path lcov = copy.resolve("coverage.info");

        Ran ran = run("test", "--content", copy.toString(), "--html", html.toString(), "--lcov", lcov.toString());

        assertThat(ran.code()).isZero();
        assertThat(Files.readString(html))
                .contains(
                        "<h2>input/cql/TherapyFitCriteria.cql</h2>", "title=\"never evaluated\"", "title=\"true only\"")
                .doesNotContain("title=\"true only\">true</span>");
        String cql = Files.readString(copy.resolve("input/cql/TherapyFitCriteria.cql"));
        String shown = Files.readString(html)
                .replaceAll(
                        "(?s).*<h2>input/cql/TherapyFitCriteria.cql</h2>\\s*<pre tabindex=\"0\">(.*?)</pre>.*", "$1")
                .replaceAll("<[^>]*>", "");
        assertThat(HtmlUtils.htmlUnescape(shown).strip()).isEqualTo(cql.strip());
        assertThat(Files.readString(lcov)).contains("SF:" + copy + "/input/cql/TherapyFitCriteria.cql");
        assertOneLine(run("test", "--lcov", copy + "/no/file"), "--lcov");
    }

    @Test
    void check_lists_what_each_value_set_holds() {
        assertThat(run("check", "--value-sets").out())
                .containsPattern(
                        "(?m)^malignancy +\\d{4} listed, +1 with all below, +0 patterns +http://snomed.info/sct$");
    }

    @Test
    void check_counts_confidences_and_lists_the_codes_to_verify() throws IOException {
        Ran table = run("check", "--codes");

        assertThat(table.code()).isZero();
        assertThat(table.out()).containsPattern("\\d+ A, \\d+ B, \\d+ C, 0 without; \\d+ of own systems");
        assertThat(table.out().lines())
                .anyMatch(line -> line.matches("B +[a-z-]+ +http://snomed.info/sct +\\d+ +[A-Z].*"))
                .anyMatch(line ->
                        line.matches("B +http://loinc.org +1988-5 +CRP +input/cql/TherapyFitActivity.cql:\\d+"));
    }

    @Test
    void check_fails_on_a_code_without_a_confidence() throws IOException {
        Path copy = copyOfContent();
        Path ards = copy.resolve("input/vocabulary/valueset/ards.json");
        String text = Files.readString(ards);
        int rated = text.split("\"valueCode\": \"A\"", -1).length - 1;
        Files.writeString(ards, text.replace("\"valueCode\": \"A\"", "\"valueCode\": \"Z\""));

        Ran ran = run("check", "--codes", "--content", copy.toString(), "--format", "json");

        assertThat(ran.code()).isEqualTo(1);
        JsonNode report = JSON.readTree(ran.out());
        JsonNode confidence = report.path("confidence");
        assertThat(confidence.path("missing").intValue()).isEqualTo(rated).isPositive();
        assertThat(report.path("codes").size())
                .isEqualTo(
                        confidence.path("b").intValue() + confidence.path("c").intValue() + rated);
        assertThat(report.path("codes").findValuesAsString("confidence")).containsOnly("B", "C", "MISSING");
        assertThat(report.path("problems").findValuesAsString("message"))
                .contains("code 67782005 of http://snomed.info/sct has no confidence: expected A, B or C");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "sandbox", "evaluate", "test", "check", "replay", "feedback", "audit", "clients"})
    void each_command_has_a_help(String command) {
        Ran ran = run(command, "--help");
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).startsWith("Usage: therapy-fit " + command);
    }

    private static void assertOneLine(Ran ran, String part) {
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().lines()).singleElement().satisfies(line -> assertThat(line)
                .contains(part));
    }

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    private static Case example(String name) {
        return Cases.find(CONTENT_READ, name).orElseThrow();
    }

    private static Resource bundle(List<Resource> resources) {
        return BundleContents.collection(resources);
    }

    private Path file(String name, Resource resource) throws IOException {
        return Files.writeString(folder.resolve(name), Json.of(resource));
    }

    /** A copy that may be changed: all that decides, and one case. */
    private Path copyOfContent() throws IOException {
        Path copy = folder.resolve("content");
        ContentCopy.to(copy, "o1");
        return copy;
    }
}
