package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.record.PatientRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a decision says, without its words, its references and what it left out: all that must be the same for the same
 * facts, however they are written.
 *
 * @param states by name, for example {@code gate P8} to {@code triggered precaution [msc, secretome]}
 */
record Answer(SortedMap<String, String> states) {
    private static final List<String> PLAIN =
            List.of("outcome", "reason", "provisional", "deciding", "excluded", "concordance");

    /** The answer for a record. */
    static Answer of(CqlEvaluator evaluator, PatientRecord record, Case example) {
        try {
            return of(evaluator
                    .evaluate(record, List.of("Decision"), example.inputs(), example.at())
                    .value("Decision", Map.class)
                    .orElseThrow());
        } catch (EvaluationException e) {
            return new Answer(new TreeMap<>(Map.of("evaluation", String.valueOf(e.getMessage()))));
        }
    }

    static Answer of(Map<?, ?> decision) {
        SortedMap<String, String> states = new TreeMap<>();
        for (String name : PLAIN) {
            states.put(name, String.valueOf(decision.get(name)));
        }
        states.put("P", text(map(decision.get("preference")), "state"));
        for (Map<?, ?> criterion : maps(decision.get("criteria"))) {
            states.put(text(criterion, "id"), text(criterion, "state"));
        }
        for (Map<?, ?> axis : maps(decision.get("axes"))) {
            states.put(text(axis, "id"), text(axis, "known"));
        }
        for (Map<?, ?> gate : maps(decision.get("gates"))) {
            states.put(
                    "gate " + text(gate, "id"),
                    text(gate, "state") + " " + text(gate, "effect") + " " + sorted(gate.get("modalities")));
        }
        List<String> regulatory = maps(decision.get("regulatory")).stream()
                .map(row -> text(row, "modality") + " " + text(row, "jurisdiction") + " " + text(row, "status"))
                .sorted()
                .toList();
        states.put("regulatory", String.valueOf(regulatory));
        return new Answer(states);
    }

    /** State by gate, without effect and modalities. */
    SortedMap<String, String> gates() {
        SortedMap<String, String> gates = new TreeMap<>();
        states.forEach((name, state) -> {
            if (name.startsWith("gate ")) {
                gates.put(name.substring("gate ".length()), state.substring(0, state.indexOf(' ')));
            }
        });
        return gates;
    }

    /** What another answer says differently, one entry a state; empty if it is the same. */
    List<String> differences(Answer other) {
        TreeSet<String> names = new TreeSet<>(states.keySet());
        names.addAll(other.states.keySet());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String here = states.getOrDefault(name, "nothing");
            String there = other.states.getOrDefault(name, "nothing");
            if (!here.equals(there)) {
                differences.add(name + ": " + here + " -> " + there);
            }
        }
        return differences;
    }

    private static List<String> sorted(@Nullable Object list) {
        return ((Collection<?>) Objects.requireNonNull(list))
                .stream().map(String::valueOf).sorted().toList();
    }

    private static List<Map<?, ?>> maps(@Nullable Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        ((Collection<?>) Objects.requireNonNull(list)).forEach(entry -> maps.add(map(entry)));
        return maps;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    private static String text(Map<?, ?> map, String key) {
        return String.valueOf(map.get(key));
    }
}
