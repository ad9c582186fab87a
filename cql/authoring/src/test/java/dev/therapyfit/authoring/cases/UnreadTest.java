package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What could not be read is unknown: with a type taken away and named as unread, no decision claims what the whole
 * record denies.
 */
class UnreadTest {
    private static final CqlEvaluator EVALUATOR = WholeContent.EVALUATOR;
    private static final List<Case> CASES = VariantsOfCases.share(
            WholeContent.CASES.stream()
                    .filter(example -> example.unread().isEmpty())
                    .toList(),
            8,
            0);
    private static final List<String> TYPES =
            EVALUATOR.dataRequirements().stream().map(DataRequirement::type).toList();

    @TestFactory
    Stream<DynamicTest> an_unread_type_makes_no_claim_that_the_whole_record_denies() {
        return CASES.stream()
                .map(example -> DynamicTest.dynamicTest(example.name(), () -> {
                    Map<?, ?> whole = decision(example.record(), example);
                    for (String type : TYPES) {
                        List<Resource> read = new ArrayList<>(example.resources());
                        List<Resource> unread = read.stream()
                                .filter(resource -> resource.isOf(type) && example.origin(resource) != Origin.CONTEXT)
                                .toList();
                        if (unread.isEmpty()) {
                            continue;
                        }
                        read.removeAll(unread);
                        assertNoFalseClaim(decision(record(example, read, type), example), whole, type, true);
                        for (Resource firstPage : unread) {
                            read.add(firstPage);
                            assertNoFalseClaim(decision(record(example, read, type), example), whole, type, false);
                        }
                    }
                }));
    }

    /**
     * A first page can trigger a gate that a later page would lift, and the ingredients of a product can lift H4: it
     * stays triggered, to be on the careful side. So does what another fact only contradicts.
     */
    private static void assertNoFalseClaim(Map<?, ?> reduced, Map<?, ?> whole, String type, boolean nothingRead) {
        String what = type + (nothingRead ? " unread" : " read in part");
        Map<String, String> states = states(whole.get("criteria"));
        states(reduced.get("criteria")).forEach((id, state) -> {
            if (!state.equals("unknown")) {
                assertThat(state).as(what + ": " + id).isEqualTo(states.get(id));
            }
        });
        String preference = String.valueOf(map(reduced.get("preference")).get("state"));
        if (!preference.equals("unknown")) {
            assertThat(preference)
                    .as(what + ": P")
                    .isEqualTo(String.valueOf(map(whole.get("preference")).get("state")));
        }
        Map<String, String> known = entries(whole.get("axes"), "known");
        entries(reduced.get("axes"), "known").forEach((id, value) -> {
            if (value.equals("true")) {
                assertThat(known).as(what + ": " + id).containsEntry(id, "true");
            }
        });
        boolean strict = nothingRead && !type.equals("Medication");
        Map<String, String> gates = states(whole.get("gates"));
        states(reduced.get("gates")).forEach((id, state) -> {
            if (state.equals("clear")) {
                assertThat(gates).as(what + ": " + id).containsEntry(id, state);
            }
            if (state.equals("triggered") && strict) {
                assertThat(gates.get(id)).as(what + ": " + id).isIn("triggered", "unconfirmed");
            }
        });
        if (type.equals("Condition") || type.equals("AllergyIntolerance")) {
            assertThat(reduced.get("reason"))
                    .as(what)
                    .isIn("safety-data-not-read", "contraindicated", "species-without-data");
        }
    }

    @Test
    void with_everything_unread_all_is_unknown_but_what_the_order_and_the_patient_say() {
        for (Case example : CASES) {
            List<Resource> context = example.resources().stream()
                    .filter(resource ->
                            !TYPES.contains(resource.type().name()) || example.origin(resource) == Origin.CONTEXT)
                    .toList();
            PatientRecord.Builder record = PatientRecord.builder();
            TYPES.forEach(type -> record.addIncomplete(type, "taken away"));
            context.forEach(resource -> record.add(resource, example.origin(resource)));
            Map<?, ?> decision = decision(record.build(), example);
            assertNoFalseClaim(decision, decision(example.record(), example), "everything", true);
            assertThat(entries(decision.get("axes"), "known"))
                    .containsOnly(
                            Map.entry("T1", "false"),
                            Map.entry("T2", "false"),
                            Map.entry("T3", "false"),
                            Map.entry("T4", "true"));
        }
    }

    private static PatientRecord record(Case example, List<Resource> resources, String unread) {
        PatientRecord.Builder record = PatientRecord.builder().addIncomplete(unread, "taken away");
        resources.forEach(resource -> record.add(resource, example.origin(resource)));
        return record.build();
    }

    private static Map<?, ?> decision(PatientRecord record, Case example) {
        return EVALUATOR
                .evaluate(record, List.of("Decision"), example.inputs(), example.at())
                .value("Decision", Map.class)
                .orElseThrow();
    }

    private static Map<String, String> states(@Nullable Object entries) {
        return entries(entries, "state");
    }

    private static Map<String, String> entries(@Nullable Object entries, String element) {
        Map<String, String> values = new TreeMap<>();
        assertThat(entries).isInstanceOf(List.class);
        for (Object entry : (List<?>) Objects.requireNonNull(entries)) {
            values.put(
                    String.valueOf(map(entry).get("id")),
                    String.valueOf(map(entry).get(element)));
        }
        return values;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<?, ?>) Objects.requireNonNull(value);
    }
}
