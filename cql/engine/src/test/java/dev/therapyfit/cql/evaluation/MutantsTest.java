package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.evaluation.ClauseCounter.Place;
import dev.therapyfit.cql.evaluation.Mutants.Mutant;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A mutant gives what the CQL gives if the same fault is written into its text. */
class MutantsTest {
    private static final String CQL = """
            library Top version '1'
            using FHIR version '4.0.1'
            include FHIRHelpers version '4.0.1' called FHIRHelpers
            context Patient
            define "Ages": { 3, 30, 40, null, 90 }
            define "Bound": 30
            define "Limit": 2 'mg'
            define function "Is Old"(age Integer): age > "Bound" and age < 90
            define "Old": "Ages" A where "Is Old"(A)
            define "First Is Old": "Is Old"(First("Ages"))
            define "Has Old": exists ("Ages" A let Twice: A * 2 where Twice >= 60 return Twice)
            define "Unknown": null as Boolean
            define "Both": "Has Old" and not ("Unknown" and 1 = 1)
            define "Some": "Unknown" or 3 in { 1, 2, 3 } or false
            define "Within": Count("Ages") in Interval[4, 5) and "Limit" <= 2 'mg'
            define "Count": Count("Old") + 1
            define "Label": if "Both" then 'both' else 'none'
            define "Perhaps": { true, false, "Unknown" }
            define "Rows": { Tuple { id: 'a', given: true }, Tuple { id: 'b', given: "Unknown" } }
            define "In A Condition": "Perhaps" P where P = true and ("Unknown" or P = "Has Old")
            define "In A Not": "Perhaps" P where not (P = true and 1 = 1)
            define "As A Value": "Rows" R return R.given = true
            define "Never Null": "Rows" R return R.id = 'a' or exists "Ages"
            define "In A Case": "Rows" R return case when R.given = true then 'yes' when not (R.given = true) then 'no' else '?' end
            """;
    private static final PatientRecord RECORD = PatientRecord.builder()
            .add(Resource.of("Patient").with("id", "p"), Origin.PREFETCH)
            .build();
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");
    private static final List<String> NAMES = List.of(
            "Ages",
            "Old",
            "First Is Old",
            "Both",
            "Some",
            "Within",
            "Count",
            "Label",
            "In A Condition",
            "In A Not",
            "As A Value",
            "Never Null",
            "In A Case");
    private static final Inputs INPUTS = new Inputs("US", List.of());

    @Test
    void is_what_the_text_with_the_fault_would_be() {
        Mutants mutants = Mutants.compile(content(CQL), "Top");
        BitSet all = new BitSet();
        all.set(0, mutants.all().size());
        Mutants.Baseline baseline = mutants.baseline(RECORD, INPUTS, AT, all, results -> results.evaluate(NAMES));
        Map<String, Optional<Object>> written = values(CQL);
        Set<String> kinds = new HashSet<>();
        int changing = 0;

        for (Mutant mutant : mutants.all()) {
            Optional<String> text = text(mutant);
            if (text.isPresent()) {
                kinds.add(mutant.change().replaceAll("[0-9.]+", "1"));
                Object expected = outcome(() -> values(text.get()));
                Object actual = outcome(() ->
                        baseline.with(mutant.number()).map(MutantsTest::values).orElse(written));

                assertThat(actual)
                        .as(mutant.clause().text() + " -> " + mutant.change())
                        .isEqualTo(expected);
                if (!actual.equals(written)) {
                    changing++;
                    assertThat(baseline.differing()).contains(mutant.number());
                }
            }
        }

        assertThat(kinds).contains("1", "1 mg", "negated", "null is false", "without not", "<=", ">", "without where");
        assertThat(changing).isGreaterThan(15);
    }

    @Test
    void a_null_is_tried_as_false_unless_that_is_the_same() {
        Map<Clause, List<Mutant>> byClause =
                Mutants.compile(content(CQL), "Top").all().stream().collect(Collectors.groupingBy(Mutant::clause));
        Map<String, Optional<Object>> written = values(CQL);
        List<String> left = new ArrayList<>();
        Set<String> tried = new TreeSet<>();

        byClause.forEach((clause, mutants) -> {
            if (mutants.stream().anyMatch(mutant -> mutant.kind().equals("null"))) {
                tried.add(clause.definition());
            } else if (mutants.stream().anyMatch(mutant -> mutant.kind().matches("condition|comparison"))
                    && !clause.text().startsWith("where ")) {
                left.add(clause.definition());
                assertThat(values(replaced(clause, "Coalesce(" + clause.text() + ", false)")))
                        .as(clause.text())
                        .isEqualTo(written);
            }
        });

        assertThat(left).contains("In A Condition", "Never Null");
        assertThat(tried).contains("As A Value", "In A Case", "In A Not", "Both");
    }

    /** The CQL with the fault; empty if the fault cannot be written by changing one clause's text alone. */
    private static Optional<String> text(Mutant mutant) {
        String keyword = mutant.clause().text().startsWith("where ") ? "where " : "";
        String clause = mutant.clause().text().substring(keyword.length());
        String change = mutant.change();
        String with =
                switch (change) {
                    case "negated" -> "(not (" + clause + "))";
                    case "null is false" -> "Coalesce(" + clause + ", false)";
                    case "without not" -> clause.replaceFirst("^not ", "");
                    case "without where" -> clause.replaceFirst(" where .*?(?= return|$)", "");
                    case "<=" -> clause.replaceFirst("<", "<=");
                    case "<" -> clause.replaceFirst("<=", "<");
                    case ">=" -> clause.replaceFirst(">", ">=");
                    case ">" -> clause.replaceFirst(">=", ">");
                    case "or" -> clause.replaceFirst("^(\\S+) and ", "$1 or ");
                    default ->
                        change.matches("-?[0-9.]+")
                                ? change
                                : change.endsWith(" mg") ? change.replace(" mg", " 'mg'") : "";
                };
        return with.isEmpty() || with.equals(clause)
                ? Optional.empty()
                : Optional.of(replaced(mutant.clause(), keyword + with));
    }

    private static String replaced(Clause clause, String with) {
        int start = offset(clause.start());
        return CQL.substring(0, start) + with + CQL.substring(offset(clause.end()) + 1);
    }

    private static int offset(Place place) {
        int offset = 0;
        for (int line = 1; line < place.line(); line++) {
            offset = CQL.indexOf('\n', offset) + 1;
        }
        return offset + place.column() - 1;
    }

    /** Values, or that there are none. */
    private static Object outcome(Supplier<Map<String, Optional<Object>>> values) {
        try {
            return values.get();
        } catch (EvaluationException e) {
            return "fails";
        }
    }

    private static Map<String, Optional<Object>> values(String cql) {
        return values(CqlEvaluator.compile(content(cql), "Top").evaluate(RECORD, NAMES, INPUTS, AT));
    }

    private static Map<String, Optional<Object>> values(ExpressionResults results) {
        Map<String, Optional<Object>> values = new LinkedHashMap<>();
        NAMES.forEach(name -> values.put(name, results.value(name)));
        return values;
    }

    private static Content content(String cql) {
        return Content.of(Map.of("input/cql/Top.cql", cql.getBytes(StandardCharsets.UTF_8)));
    }
}
