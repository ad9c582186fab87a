package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CqlEvaluatorTest {
    private static final Instant NOON = Instant.parse("2026-06-15T12:00:00Z");
    private static final String VALUE_SET = """
            {"resourceType": "ValueSet", "url": "http://x/ValueSet/length", "status": "active",
             "compose": {"include": [{"system": "http://x", "concept": [{"code": "height"}, {"code": "size"}]}]}}
            """;
    private static final String LIBRARY = """
            library Toy version '1'
            using FHIR version '4.0.1'
            include FHIRHelpers version '4.0.1' called FHIRHelpers
            codesystem "X": 'http://x'
            code "Weight": 'weight' from "X"
            valueset "Length": 'http://x/ValueSet/length'
            parameter "Names" List<String>
            context Patient
            define "Id": Patient.id.value
            define "Day": Today()
            define "Heavy": exists ([Observation: "Weight"] O where (O.value as FHIR.Quantity).value.value > 50)
            define "Lengths": ([Observation: "Length"] O return O.id.value)
            define "Short": Code { system: 'http://x', code: 'height' } in "Length"
            define "Open": [Goal] G return G.id.value
            define "Names Given": Combine("Names", '+')
            define "Born": Patient.birthDate.value
            define "Nothing": null as String
            define "Pair": Tuple { one: 1, none: null as String, deep: { Tuple { x: 'y' } } }
            define "Fails": Message(1, true, 'A1', 'Error', 'Mrs Secret')
            """;

    @Test
    void an_expression_is_evaluated_when_it_is_asked_for() {
        ExpressionResults results = toy(LIBRARY).evaluate(record(), List.of("Id"), Map.of(), NOON, () -> false);

        assertThat(results.value("Nothing")).isEmpty();
        assertThat(results.value("Heavy", Boolean.class)).isPresent();
        assertThatThrownBy(() -> results.value("Fails")).isInstanceOf(EvaluationException.class);
        assertThatThrownBy(() -> results.value("Unheard")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void expressions_see_the_record_the_time_and_the_parameters() {
        CqlEvaluator evaluator = toy(LIBRARY);

        ExpressionResults results = evaluator.evaluate(
                record(),
                List.of("Id", "Day", "Heavy", "Lengths", "Names Given", "Nothing", "Pair"),
                Map.of("Names", List.of("a", "b")),
                NOON,
                () -> false);

        assertThat(results.value("Id")).contains("p1");
        assertThat(results.value("Day")).contains("2026-06-15");
        assertThat(results.value("Heavy", Boolean.class)).contains(true);
        assertThat(results.value("Lengths")).contains(List.of("height-1"));
        assertThat(results.value("Names Given")).contains("a+b");
        assertThat(results.value("Nothing")).isEmpty();
        assertThat(results.value("Pair")).contains(Map.of("one", 1, "deep", List.of(Map.of("x", "y"))));
        assertThatThrownBy(() -> results.value("Heavy", String.class))
                .hasMessage("Expression \"Heavy\" gives Boolean: expected String");
    }

    @Test
    void what_does_not_exist_is_named() {
        CqlEvaluator evaluator = toy(LIBRARY);
        assertThatThrownBy(() -> evaluator.evaluate(record(), List.of("No"), Map.of(), NOON, () -> false))
                .hasMessage("Library Toy has no expression \"No\"");
        assertThatThrownBy(() -> evaluator.evaluate(record(), List.of("Id"), Map.of("No", 1), NOON, () -> false))
                .hasMessage("Library Toy has no parameter \"No\"");
    }

    @Test
    void a_failure_tells_no_data() {
        assertThatThrownBy(() -> toy(LIBRARY).evaluate(record(), List.of("Fails"), Map.of(), NOON, () -> false))
                .isInstanceOf(EvaluationException.class)
                .hasMessageStartingWith("CQL evaluation failed")
                .hasMessageNotContaining("Secret")
                .hasNoCause();
    }

    @ParameterizedTest
    @CsvSource({"Heavy", "Lengths", "Short"})
    void an_evaluation_that_nobody_waits_for_is_given_up_at_the_next_retrieve_or_value_set(String expression) {
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> toy(LIBRARY)
                        .evaluate(record(), List.of(expression), Map.of(), NOON, () -> asked.incrementAndGet() > 0))
                .isInstanceOf(EvaluationAbandoned.class);
        assertThat(toy(LIBRARY)
                        .evaluate(record(), List.of(expression), Map.of(), NOON, () -> false)
                        .value(expression))
                .isPresent();
        assertThat(asked).hasValue(1);
    }

    @Test
    void data_requirements_are_read_off_the_cql() {
        List<DataRequirement> requirements = toy(LIBRARY).dataRequirements();
        assertThat(requirements).extracting(DataRequirement::type).containsExactly("Goal", "Observation");
        assertThat(requirements.get(0).whole()).isTrue();
        assertThat(requirements.get(1).codePath()).isEqualTo("code");
        assertThat(requirements.get(1).codes()).containsExactly(code("height"), code("size"), code("weight"));
    }

    @Test
    void the_compiled_libraries_are_given_as_elm() {
        assertThat(toy(LIBRARY).elm())
                .containsOnlyKeys("FHIRHelpers", "Toy")
                .hasEntrySatisfying(
                        "Toy",
                        elm -> assertThat(elm).startsWith("{\"library\":").contains("\"name\":\"Heavy\""));
    }

    @ParameterizedTest
    @CsvSource({
        "1950-03-20, 1950-03-20",
        "1950-03, 1950-03",
        "1950-03-20T00:00:00Z, 1950-03-20",
        "1950-03-20T23:59:59.999-12:00, 1950-03-20",
        "9999-12-31T23:59:59.999-12:00, 9999-12-31",
        "1950-03-20T23:59:60Z, 1950-03-20"
    })
    void a_date_with_a_time_of_day_is_the_day_that_was_written(String written, String read) {
        Patient patient = FhirContext.forR4Cached()
                .newJsonParser()
                .parseResource(
                        Patient.class,
                        "{\"resourceType\": \"Patient\", \"id\": \"p1\", \"birthDate\": \"" + written + "\"}");
        PatientRecord record = PatientRecord.builder()
                .add(Written.read(patient), Origin.PREFETCH)
                .build();

        ExpressionResults results = toy(LIBRARY).evaluate(record, List.of("Born"), Map.of(), NOON, () -> false);

        assertThat(results.value("Born").map(String::valueOf)).contains(read);
    }

    @Test
    void every_compiler_error_is_told_with_its_place() {
        String broken = LIBRARY + "define \"A\": \"Nothing There\"\ndefine \"B\": 1 + 'x'\n";
        int line = (int) LIBRARY.lines().count() + 1;
        assertThatThrownBy(() -> toy(broken)).isInstanceOfSatisfying(ContentException.class, e -> {
            assertThat(e.problems()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(e.problems()).allMatch(problem -> problem.file().equals("input/cql/Toy.cql"));
            assertThat(e.problems()).anyMatch(problem -> problem.line() == line && problem.column() > 0);
            assertThat(e.problems()).anyMatch(problem -> problem.line() == line + 1);
        });
    }

    @Test
    void a_library_that_includes_a_broken_one_is_not_compiled_and_not_blamed() {
        Map<String, byte[]> files = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            StringBuilder text = new StringBuilder("library L" + i + " version '1'\n");
            for (int j = 0; j < i; j++) {
                text.append("include L").append(j).append(" version '1'\n");
            }
            text.append("define \"A\": ").append(i == 0 ? "\"Nothing There\"" : "L0.\"A\"");
            files.put("input/cql/L" + i + ".cql", text.toString().getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> CqlEvaluator.compile(Content.of(files), "L11"))
                .isInstanceOfSatisfying(ContentException.class, e -> assertThat(e.problems())
                        .allMatch(problem -> problem.file().equals("input/cql/L0.cql"))
                        .isNotEmpty());
    }

    @Test
    void what_only_follows_from_another_error_is_not_told_and_what_does_not_is() {
        assertThat(problems(Map.of(
                        "Base",
                        "library Base version '1'\ndefine \"Limit\": '90'\ndefine \"Other\": 1",
                        "Middle",
                        """
                        library Middle version '1'
                        include Base version '1' called Base
                        define "Low": 5 <= Base."Limit"
                        define "Wrong": Base."Other" + 'x'
                        """,
                        "Top",
                        """
                        library Top version '1'
                        include Middle version '1' called M
                        define "A": M."Low" and true
                        define "B": "Nothing There"
                        """)))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).startsWith("input/cql/Base.cql:2:17: '90' is a number"),
                        one -> assertThat(one).startsWith("input/cql/Middle.cql:4:17: Could not resolve call"),
                        one -> assertThat(one).startsWith("input/cql/Top.cql:4:13: Could not resolve identifier"));
    }

    @Test
    void of_a_library_that_cannot_be_parsed_only_that_is_told() {
        assertThat(problems(Map.of(
                        "Base",
                        "library Base version '1'\ndefin \"Limit\": 90\ndefine \"Twice\": \"Limit\" * 2",
                        "Top",
                        """
                        library Top version '1'
                        include Base version '1' called Base
                        define "A": Base."Limit" + 1
                        define "B" 1
                        """)))
                .allMatch(one -> one.contains("Syntax error"))
                .anyMatch(one -> one.startsWith("input/cql/Base.cql:2:1: "))
                .anyMatch(one -> one.startsWith("input/cql/Top.cql:4:12: "));
    }

    @Test
    void a_library_that_is_missing_is_told_once_where_it_is_included() {
        assertThat(problems(Map.of("Top", """
                        library Top version '1'
                        include Lost version '2' called Lost
                        define "A": Lost."Limit" + 1
                        define "B": "A" + 1
                        """)))
                .containsExactly("input/cql/Top.cql:2:1: library Lost version 2 is not in input/cql");
    }

    @Test
    void a_code_that_cannot_be_one_and_a_code_that_is_there_twice_are_told() {
        assertThat(problems(Map.of("Top", """
                        library Top version '1'
                        codesystem "L": 'http://loinc.org'
                        codesystem "S": 'http://snomed.info/sct'
                        codesystem "X": 'http://x/'
                        code "One": '1988-5' from "L"
                        code "Two": '1988-6' from "L"
                        code "Three": '115535003' from "S"
                        code "Four": '1988-5' from "L"
                        """)))
                .containsExactlyInAnyOrder(
                        "input/cql/Top.cql:4:1: system http://x/: expected it without the slash at its end",
                        "input/cql/Top.cql:6:1: code 1988-6 cannot be one of http://loinc.org: its form or check digit is wrong",
                        "input/cql/Top.cql:7:1: code 115535003 cannot be one of http://snomed.info/sct: its form or check digit is wrong",
                        "input/cql/Top.cql:8:1: code 1988-5 is declared twice, first as One");
    }

    private static List<String> problems(Map<String, String> libraries) {
        Map<String, byte[]> files = new HashMap<>();
        libraries.forEach(
                (name, text) -> files.put("input/cql/" + name + ".cql", text.getBytes(StandardCharsets.UTF_8)));
        try {
            CqlEvaluator.compile(Content.of(files), "Top");
            return List.of();
        } catch (ContentException e) {
            return e.problems().stream().map(String::valueOf).toList();
        }
    }

    @Test
    void a_value_set_that_is_not_in_the_content_is_told() {
        String other =
                LIBRARY.replace("context Patient", "valueset \"Lost\": 'http://x/ValueSet/lost'\ncontext Patient");
        assertThatThrownBy(() -> toy(other))
                .hasMessageContaining("value set http://x/ValueSet/lost is not in input/vocabulary/valueset");
    }

    @Test
    void an_operator_that_nothing_evaluates_is_told_with_its_place() {
        assertThat(problems(Map.of("Top", """
                        library Top version '1'
                        define "A":
                          ConvertsToRatio('1:2')
                        """)))
                .containsExactly("input/cql/Top.cql:3:3: operator ConvertsToRatio is not supported");
    }

    @Test
    void a_failure_tells_its_place() {
        String failing = LIBRARY + "define \"Many\": singleton from { 1, 2 }\n";
        int line = (int) LIBRARY.lines().count() + 1;
        assertThatThrownBy(() -> toy(failing).evaluate(record(), List.of("Many"), Map.of(), NOON, () -> false))
                .hasMessage("CQL evaluation failed (InvalidOperatorArgument at Toy:" + line + ":16-" + line + ":38)");
    }

    private static Terminology.Code code(String code) {
        return new Terminology.Code("http://x", code);
    }

    private static CqlEvaluator toy(String library) {
        return CqlEvaluator.compile(
                Content.of(Map.of(
                        "input/cql/Toy.cql", library.getBytes(StandardCharsets.UTF_8),
                        "input/vocabulary/valueset/length.json", VALUE_SET.getBytes(StandardCharsets.UTF_8))),
                "Toy");
    }

    /** Somebody of 180 and 80. */
    static PatientRecord record() {
        Patient patient = new Patient();
        patient.setId("p1");
        return PatientRecord.builder()
                .add(Written.read(patient), Origin.PREFETCH)
                .add(Written.read(observation("height-1", "height", 180)), Origin.PREFETCH)
                .add(Written.read(observation("weight-1", "weight", 80)), Origin.PREFETCH)
                .build();
    }

    private static Observation observation(String id, String code, int value) {
        Observation observation = new Observation();
        observation.setId(id);
        observation.getCode().addCoding().setSystem("http://x").setCode(code);
        observation.setValue(new Quantity(value));
        return observation;
    }
}
