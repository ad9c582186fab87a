package dev.therapyfit.authoring.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.authoring.cases.WholeContent;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LintTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-06-15");
    private static final String PLAN = """
            {"resourceType": "PlanDefinition", "id": "p", "url": "http://x/PlanDefinition/p", "status": "draft",
             "library": ["http://x/Library/Top"]}""";
    private static final String SCHEMA = """
            {"properties": {"checks": {"type": "array", "items": {"type": "object", "properties": {
              "id": {"type": "string"}, "state": {"enum": ["yes", "no", "?"], "x-cleared": "no"}}}}}}""";

    @Test
    void the_content_has_no_warning() {
        Content content = WholeContent.CONTENT;

        assertThat(Lint.of(content, CqlEvaluator.compile(content), LocalDate.parse("2026-06-15")))
                .isEmpty();
    }

    @Test
    void each_rule_finds_what_it_is_about_at_its_place() {
        List<LintWarning> warnings = lint("""
                library Top version '1'
                using FHIR version '4.0.1'
                include FHIRHelpers version '4.0.1' called FHIRHelpers
                include Base version '1' called Base
                codesystem "Used": 'http://used'
                codesystem "Idle": 'http://idle'
                valueset "Some": 'http://x/ValueSet/some'
                valueset "Other": 'http://x/ValueSet/some'
                code "A": 'a' from "Used"
                code "B": 'b' from "Used"
                context Patient
                define "No Disease": not exists [Condition]
                define "No Mild": not exists ([Condition] C where C.severity ~ "A")
                define "Text": [Observation] O return cast O.value as FHIR.string
                define "High": [Observation] O where (O.value as FHIR.Quantity).value > 5
                define "Low": [Observation] O where 5.0 >= (O.value as FHIR.Quantity).value.value
                define "Right": [Observation] O where (O.value as FHIR.Quantity) > 5 'mg/L'
                define "Whole": [Observation] O where (O.value as FHIR.integer).value > 5
                define "Of Base": Base."Twice"(2)
                define "Set": [Condition: "Some"] C where C.code in "Some"
                define "By One": case when exists "Set" or "Right" is null then 'no' else '?' end
                define "By A Name": if "Is There" then 'no' else '?'
                define "Is There": "Set" is not null
                define "By All": if exists "Set" and not exists "Whole" then 'no' else '?'
                // @lint one-negative: an example
                define "Meant": if exists "Set" then 'no' else '?'
                define "Said": 'It is the best of all; bestow it'
                """, """
                library Base version '1'
                using FHIR version '4.0.1'
                context Patient
                define function "Twice"(n Integer): n * 2
                define function "Thrice"(n Integer): n * 3
                // @lint unused: an example
                define "Spare": 1
                """);

        assertThat(warnings)
                .extracting(warning -> warning.rule() + " " + warning.file().replaceAll(".*/", "") + ":"
                        + warning.line() + ":" + warning.column())
                .containsExactly(
                        "unused Base.cql:5:1",
                        "unused Top.cql:6:1",
                        "unused Top.cql:8:1",
                        "unused Top.cql:10:1",
                        "exists-as-no Top.cql:12:22",
                        "exists-as-no Top.cql:13:19",
                        "strict-cast Top.cql:14:39",
                        "number-without-unit Top.cql:15:32",
                        "number-without-unit Top.cql:16:31",
                        "one-negative Top.cql:21:28",
                        "one-negative Top.cql:22:24",
                        "forbidden-word Top.cql:27:16",
                        "forbidden-word plan.json:2:48",
                        "review-due plan.json:2:90");
        assertThat(warnings.get(0))
                .hasToString(
                        "input/cql/Base.cql:5:1: warning: nothing refers to \"Thrice\": remove it, or use it [unused]");
    }

    @Test
    void each_way_of_writing_the_same_is_found() {
        assertThat(lint("""
                library Top version '1'
                using FHIR version '4.0.1'
                include FHIRHelpers version '4.0.1' called FHIRHelpers
                include Base version '1' called Base
                valueset "Some": 'http://x/ValueSet/some'
                context Patient
                define "All": [Condition]
                define "Limit": 10.0
                define "Values": [Observation] O return O.value as FHIR.Quantity
                define "No 1": not exists "All"
                define "No 2": exists [Condition] = false
                define "No 3": (exists [Condition]) is false
                define "No 4": Count([Condition]) = 0
                define "Some 1": Count([Condition]) > 2
                define "High 1": First("Values").value.value > "Limit"
                define "High 2": First([Observation] O return O.value as FHIR.Quantity).value.value between 3.0 and 30.0
                define "High 3": First("Values") > 10 'mg/L'
                define "By Count": if Count("All") > 0 then 'no' else '?'
                define "By More": if Count("All") > 1 then 'no' else '?'
                define "Of Base": Base."Set"
                """, """
                library Base version '1'
                using FHIR version '4.0.1'
                valueset "Some": 'http://x/ValueSet/some'
                context Patient
                define "Set": [Condition: "Some"]
                """))
                .filteredOn(warning ->
                        warning.file().endsWith("Top.cql") && !warning.rule().equals("unused"))
                .extracting(warning -> warning.rule() + " " + warning.line())
                .containsExactly(
                        "exists-as-no 10",
                        "exists-as-no 11",
                        "exists-as-no 12",
                        "exists-as-no 13",
                        "number-without-unit 15",
                        "number-without-unit 16",
                        "one-negative 18");
    }

    @ParameterizedTest
    @CsvSource({"2026-06-14, true", "2026-06-15, false", "2026-05, true", "2026-06, false", "2025, true", "2026, false"
    })
    void a_review_is_due_after_the_last_day_of_what_is_written(String end, boolean isDue) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        put(files, "input/cql/Top.cql", "library Top version '1'\ndefine \"One\": 1\n");
        put(files, "input/resources/library/Top.json", """
                {"resourceType": "Library", "id": "Top", "url": "http://x/Library/Top", "version": "1", "name": "Top",
                 "status": "draft", "type": {"coding": [{"code": "logic-library"}]}, "effectivePeriod": {"end": "%s"},
                 "content": [{"contentType": "text/cql", "url": "../../cql/Top.cql"}]}""".formatted(end));
        put(files, "input/resources/plandefinition/plan.json", PLAN);
        put(files, "input/schema/decision.json", SCHEMA);
        Content content = Content.of(files);

        assertThat(Lint.of(content, CqlEvaluator.compile(content), TODAY))
                .filteredOn(warning -> warning.rule().equals("review-due"))
                .hasSize(isDue ? 1 : 0);
    }

    private static List<LintWarning> lint(String top, String base) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        put(files, "input/cql/Top.cql", top);
        put(files, "input/cql/Base.cql", base);
        put(
                files,
                "input/resources/plandefinition/plan.json",
                PLAN.replace("]}", "], \"title\": \"Best of all\", \"effectivePeriod\": {\"end\": \"2026-06-14\"}}"));
        put(files, "input/schema/decision.json", SCHEMA);
        put(files, "input/vocabulary/valueset/some.json", """
                {"resourceType": "ValueSet", "id": "some", "url": "http://x/ValueSet/some", "version": "1",
                 "status": "draft", "compose": {"include": [{"system": "http://used", "concept": [{"code": "a"}]}]}}""");
        for (String name : List.of("Top", "Base")) {
            put(files, "input/resources/library/" + name + ".json", """
                    {"resourceType": "Library", "id": "%s", "url": "http://x/Library/%s", "version": "1", "name": "%s",
                     "status": "draft", "type": {"coding": [{"code": "logic-library"}]},
                     "extension": [{"url": "%s", "extension": [{"url": "forbidden", "valueString": "best"}]}]}""".formatted(name, name, name, Wording.URL));
        }
        Content content = Content.of(files);
        return Lint.of(content, CqlEvaluator.compile(content, "Top"), TODAY);
    }

    private static void put(Map<String, byte[]> files, String path, String text) {
        files.put(path, text.getBytes(StandardCharsets.UTF_8));
    }
}
