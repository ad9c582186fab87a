package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.content.DecisionSchema.Part;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a case expects of its decision: of each part that it states a text, a flag, a list of texts, or what it expects of each
 * entry of a list, by the entry's name; and perhaps the whole answer, word for word.
 *
 * @param values by the name of the part
 * @param answer the decision and its cards, as maps and lists; empty if the case does not keep them
 */
public record Expectation(SortedMap<String, Stated> values, Optional<Map<String, Object>> answer) {
    /**
     * What is expected of a part.
     *
     * @param part the part
     * @param value a text, a flag, a list of texts or a map
     */
    public record Stated(Part part, Object value) {}

    public Expectation {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** Expects nothing. */
    public static Expectation none() {
        return new Expectation(new TreeMap<>(), Optional.empty());
    }

    /** The text that is expected of a part; empty if the case does not state one. */
    public String text(String part) {
        return value(part) instanceof String text ? text : "";
    }

    /** Every text that is expected, and the name of each entry. */
    public Stream<String> texts() {
        return values.values().stream()
                .map(Stated::value)
                .flatMap(value -> {
                    if (value instanceof Map<?, ?> map) {
                        return Stream.concat(map.keySet().stream(), map.values().stream());
                    }
                    return value instanceof Collection<?> list ? list.stream() : Stream.of(value);
                })
                .map(String::valueOf);
    }

    /** The state that is expected of each entry of a part that the case names. */
    public Map<String, String> states(String part) {
        SortedMap<String, String> states = new TreeMap<>();
        if (value(part) instanceof Map<?, ?> map) {
            map.forEach((name, state) -> states.put(String.valueOf(name), String.valueOf(state)));
        }
        return states;
    }

    private @Nullable Object value(String part) {
        Stated stated = values.get(part);
        return stated == null ? null : stated.value();
    }

    /**
     * Compares a decision with this expectation.
     *
     * @param decision value of the expression {@code Decision}, as maps and lists
     * @return one sentence a difference; empty if the decision is as expected
     */
    public List<String> differences(Map<?, ?> decision) {
        List<String> differences = new ArrayList<>();
        values.forEach((name, stated) -> {
            Object actual = actual(stated, decision.get(name));
            if (!stated.value().equals(actual)) {
                differences.add(name + ": expected " + stated.value() + ", was " + actual);
            }
        });
        return List.copyOf(differences);
    }

    /** What stands in the decision, in the way in which it is stated here. */
    private static @Nullable Object actual(Stated stated, @Nullable Object value) {
        return switch (stated.part().kind()) {
            case ITEM -> value instanceof Map<?, ?> map ? map.get("state") : "";
            case ITEMS -> items(stated, value);
            case ROWS -> rows(stated, value);
            default -> value;
        };
    }

    /** The state of each entry; one that needs nobody's attention only if it is stated. */
    private static SortedMap<String, String> items(Stated stated, @Nullable Object entries) {
        SortedMap<String, String> states = byName(entries, "id", "state");
        states.entrySet()
                .removeIf(
                        entry -> stated.part().quiet().contains(entry.getValue()) && !isStated(stated, entry.getKey()));
        return states;
    }

    /** The second field by the first, of the rows that are stated: there may be more. */
    private static SortedMap<String, String> rows(Stated stated, @Nullable Object entries) {
        List<String> fields = stated.part().fields();
        SortedMap<String, String> rows = byName(entries, fields.get(0), fields.get(Math.min(1, fields.size() - 1)));
        rows.keySet().removeIf(name -> !isStated(stated, name));
        return rows;
    }

    private static boolean isStated(Stated stated, String name) {
        return stated.value() instanceof Map<?, ?> map && map.containsKey(name);
    }

    private static SortedMap<String, String> byName(@Nullable Object entries, String name, String value) {
        SortedMap<String, String> values = new TreeMap<>();
        if (entries instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Map<?, ?> map) {
                    values.put(String.valueOf(map.get(name)), Objects.toString(map.get(value), ""));
                }
            }
        }
        return values;
    }
}
