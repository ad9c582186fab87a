package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.content.Content;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentChangeTest {
    private static final Instant NOON = Instant.parse("2026-06-15T12:00:00Z");
    private static final String VALUE_SET = """
            {"resourceType": "ValueSet", "url": "http://x/ValueSet/%s", "status": "active",
             "compose": {"include": [%s]}}
            """;
    private static final String LIBRARY = """
            library Toy version '1'
            using FHIR version '4.0.1'
            include FHIRHelpers version '4.0.1' called FHIRHelpers
            codesystem "X": 'http://x'
            code "Weight": 'weight' from "X"
            valueset "Sizes": 'http://x/ValueSet/sizes'
            context Patient
            define "Limit": 50
            define function "Above"(number Decimal): number > "Limit"
            define "Weights": [Observation: "Weight"] O return (O.value as FHIR.Quantity).value.value
            define "Heavy": exists ("Weights" W where "Above"(W))
            define "Size": Count([Observation: "Sizes"])
            define "Fails": Message(1, "Heavy", 'A1', 'Error', 'no')
            define "Careful": if "Heavy" then 0 else "Fails"
            define "Answer": (if "Heavy" then 'heavy ' else 'light ') + ToString("Size") + ' ' + ToString("Careful")
            define "Twice": "Answer" + "Answer"
            """;
    private static final CqlEvaluator BEFORE = toy(LIBRARY, "height");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    define "Limit": 50  | define "Limit": 60                 | true
                    define "Limit": 50  | define "Limit": 90                 | false
                    define "Limit": 50  | define "Limit": Count("Weights")   | true
                    number > "Limit"    | number >= "Limit"                  | true
                    number > "Limit"    | number < "Limit"                   | false
                    'heavy '            | 'very heavy '                      | false
                    define "Heavy":     | define "Mild": 1 define "Heavy":   | true
                    define "Size":      | define "Size": 1 +                 | false
                    'weight' from       | 'other' from                       | false
                    """)
    void gives_what_a_new_evaluation_gives(String text, String other, boolean isSame) {
        assertThat(LIBRARY).contains(text);
        CqlEvaluator now = toy(LIBRARY.replace(text, "\n" + other), "height");
        Optional<ContentChange> change = ContentChange.between(BEFORE, now);

        if (text.endsWith("from")) {
            assertThat(change).as("a declaration is another").isEmpty();
            return;
        }
        ContentChange.Again again = change.orElseThrow().evaluate(evaluate(BEFORE));
        assertThat(again.isSame()).isEqualTo(isSame);
        assertThat(again.results().value("Twice")).isEqualTo(evaluate(now).value("Twice"));
        assertThat(again.results().asked()).containsExactlyInAnyOrder("Twice");
    }

    @Test
    void a_value_set_is_a_part_of_what_names_it_or_a_set_that_imports_it() {
        CqlEvaluator now = toy(LIBRARY, "width");

        ContentChange.Again again =
                ContentChange.between(BEFORE, now).orElseThrow().evaluate(evaluate(BEFORE));
        assertThat(again.isSame()).isFalse();
        assertThat(again.results().value("Twice")).contains("heavy 0 0heavy 0 0");
    }

    @Test
    void changes_can_follow_each_other() {
        ExpressionResults results = evaluate(BEFORE);
        CqlEvaluator last = BEFORE;
        for (String edited : List.of(
                LIBRARY.replace("'heavy '", "'much '"),
                LIBRARY.replace("Count([", "2 + Count(["),
                LIBRARY.replace("50", "70"),
                LIBRARY.replace("50", "85"),
                LIBRARY.replace("'light '", "'lighter '"),
                LIBRARY)) {
            CqlEvaluator now = toy(edited, "height");
            results = ContentChange.between(last, now)
                    .orElseThrow()
                    .evaluate(results)
                    .results();
            assertThat(results.value("Twice"))
                    .as(edited)
                    .isEqualTo(evaluate(now).value("Twice"));
            last = now;
        }
    }

    @Test
    void what_is_gone_is_not_the_same() {
        CqlEvaluator now = toy(LIBRARY.replace("\"Twice\"", "\"Double\""), "height");

        ContentChange.Again again =
                ContentChange.between(BEFORE, now).orElseThrow().evaluate(evaluate(BEFORE));
        assertThat(again.isSame()).isFalse();
        assertThat(again.results().value("Double")).contains("heavy 1 0heavy 1 0");
    }

    private static ExpressionResults evaluate(CqlEvaluator evaluator) {
        return evaluator.evaluate(CqlEvaluatorTest.record(), List.of("Twice"), Map.of(), NOON, () -> false);
    }

    private static CqlEvaluator toy(String library, String size) {
        Map<String, String> files = Map.of(
                "input/cql/Toy.cql",
                library,
                "input/vocabulary/valueset/sizes.json",
                VALUE_SET.formatted("sizes", "{\"valueSet\": [\"http://x/ValueSet/size\"]}"),
                "input/vocabulary/valueset/size.json",
                VALUE_SET.formatted("size", "{\"system\": \"http://x\", \"concept\": [{\"code\": \"" + size + "\"}]}"));
        Map<String, byte[]> bytes = new HashMap<>();
        files.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
        return CqlEvaluator.compile(Content.of(bytes), "Toy");
    }
}
