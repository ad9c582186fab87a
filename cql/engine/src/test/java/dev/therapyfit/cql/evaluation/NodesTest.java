package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.UriType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nodes do that no interpreter has to: hide names, keep constants, hold tuples, end in time. */
class NodesTest {
    private static final Instant NOON = Instant.parse("2026-06-15T12:00:00Z");
    private static final String HEAD = """
            library Top version '1'
            using FHIR version '4.0.1'
            include FHIRHelpers version '4.0.1' called FHIRHelpers
            valueset "Length": 'http://x/ValueSet/length'
            parameter "Seven" Integer default 7
            context Patient
            define function "Sorted"(value Integer):
              ({Tuple{value: 3}, Tuple{value: 1}, Tuple{value: 2}}) T return all T sort by (value + 0)
            """;
    private static final String VALUE_SET = """
            {"resourceType": "ValueSet", "url": "http://x/ValueSet/length", "status": "active",
             "compose": {"include": [{"system": "http://x", "concept": [{"code": "height"}]}]}}
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    ({1,2,3}) X return all (({X}) X where X > 1 return all X)                            | [[], [2], [3]]
                    ({ {1,2},{3} }) L return all Count((L) L where L > 1)                                | [1, 1]
                    ({1,2,3}) X where exists (({X}) X where X > 1) return all X                          | [2, 3]
                    ({1,2,3}) X return all (({5}) Y with ({4,5}) X such that X = Y return all X + Y)     | [[6], [7], [8]]
                    ({3,4}) A let A3: (({A}) A return all A * 2) return all A3                           | [[6], [8]]
                    ({2,3}) X return all (({7}) Y without ({X}) X such that X = 2 return all Y)          | [[], [7]]
                    ({1,2}) A return all (from ({7}) B, ({A}) A return all A)                            | [[1], [2]]
                    "Sorted"(5)                                                                          | [{value=1}, {value=2}, {value=3}]
                    ({Tuple{a: 1, b: 2}, Tuple{a: 1, b: 1}, Tuple{a: 0, b: 9}}) T sort by a desc, b asc  | [{a=1, b=1}, {a=1, b=2}, {a=0, b=9}]
                    (if "Seven" > 3 then Tuple{a: 1} else 'x') is Tuple{a Integer}                       | true
                    ((if "Seven" > 3 then Tuple{a: 1} else 'x') as Tuple{a Integer}).a                   | 1
                    Mode({Tuple{a: 1}}).a                                                                | 1
                    Mode({Tuple{a: 1}}) in {Tuple{a: 1}}                                                 | true
                    Tuple{a: 1, b: null as String} = Tuple{a: 1, b: null as String}                      | true
                    System.Quantity{value: 5.0} = 5.0 '1'                                                | true
                    System.Quantity{value: 5.0} = 1 'mg'                                                 |
                    ({1,2,3}) X let Y: X * 10 aggregate R starting 0: R + Y                              | 60
                    not (null as Boolean) or true                                                        | true
                    """)
    void an_expression_has_the_value_that_the_specification_gives_it(String expression, String value) {
        Object result = evaluator(expression)
                .evaluate(record(), List.of("It"), Map.of(), NOON, () -> false)
                .value("It")
                .orElse(null);

        assertThat(result == null ? null : result.toString()).isEqualTo(value);
    }

    @Test
    void a_code_that_has_an_extension_only_is_no_member_of_anything() {
        Observation observation = observation(1, "mg");
        observation.getCode().addCoding(coding("height", null)).addCoding(coding(null, "http://x"));

        assertThat(evaluator("Count([Observation: \"Length\"])")
                        .evaluate(record(observation), List.of("It"), Map.of(), NOON, () -> false)
                        .value("It"))
                .contains(0);
    }

    private static Coding coding(@Nullable String code, @Nullable String system) {
        Coding coding = new Coding();
        coding.setCode(code);
        coding.setSystem(system);
        coding.getSystemElement().addExtension("http://x", new UriType("unknown"));
        coding.getCodeElement().addExtension("http://x", new UriType("unknown"));
        return coding;
    }

    @Test
    void a_failure_tells_no_data_wherever_it_comes_from() {
        CqlEvaluator evaluator =
                evaluator("([Observation] O return all FHIRHelpers.ToQuantity(O.value as FHIR.Quantity)) Q sort desc");

        assertThatThrownBy(() -> evaluator.evaluate(
                        record(observation(54, "mg"), observation(77, "cm")),
                        List.of("It"),
                        Map.of(),
                        NOON,
                        () -> false))
                .isInstanceOf(EvaluationException.class)
                .hasMessageStartingWith("CQL evaluation failed (InvalidComparison at Top:")
                .hasMessageNotContaining("54");
    }

    @Test
    void lists_that_are_compared_each_with_each_end_when_nobody_waits() {
        Observation[] many = new Observation[300];
        for (int i = 0; i < many.length; i++) {
            many[i] = observation(i, "mg");
        }
        AtomicInteger asked = new AtomicInteger();

        assertThatThrownBy(() -> evaluator(
                                "Count(distinct ([Observation] O return all Interval[-1.0, (O.value as FHIR.Quantity).value.value]))")
                        .evaluate(
                                record(many),
                                List.of("It"),
                                Map.of(),
                                NOON,
                                () -> asked.incrementAndGet() > 2 * many.length))
                .isInstanceOf(EvaluationAbandoned.class);
    }

    @Test
    void an_external_function_is_refused() {
        assertThatThrownBy(() -> compile(HEAD + "define function \"Ext\"(a Integer) returns Integer: external\n"
                        + "define \"It\": \"Ext\"(1)\n"))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("function Ext is external: nothing provides it");
    }

    private static CqlEvaluator evaluator(String expression) {
        return compile(HEAD + "define \"It\": " + expression + "\n");
    }

    private static CqlEvaluator compile(String library) {
        return CqlEvaluator.compile(
                Content.of(Map.of(
                        "input/cql/Top.cql", library.getBytes(StandardCharsets.UTF_8),
                        "input/vocabulary/valueset/length.json", VALUE_SET.getBytes(StandardCharsets.UTF_8))),
                "Top");
    }

    private static PatientRecord record(Observation... observations) {
        Patient patient = new Patient();
        patient.setId("p1");
        return PatientRecord.builder()
                .add(Written.read(patient), Origin.PREFETCH)
                .addAll(Written.all(observations), Origin.PREFETCH)
                .build();
    }

    private static Observation observation(int value, String unit) {
        Observation observation = new Observation();
        observation.setId("o-" + value + unit);
        observation.setValue(new Quantity()
                .setValue(BigDecimal.valueOf(value))
                .setSystem("http://unitsofmeasure.org")
                .setCode(unit)
                .setUnit(unit));
        return observation;
    }
}
