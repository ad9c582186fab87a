package dev.therapyfit.authoring.explanation;

import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.evaluation.Explainer.Notation;
import dev.therapyfit.cql.evaluation.Explainer.Part;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A part of an expression in words.
 *
 * @param text its CQL, shortened to a line
 * @param value its value, shortened
 * @param place file and line of a definition; empty for a part of one
 * @param parts what it is made of, without what stands in the CQL as it is
 */
public record Explanation(String text, String value, String place, List<Explanation> parts) {
    private static final int LONGEST_TEXT = 70;
    private static final int LONGEST_VALUE = 100;
    private static final int MOST_OF_A_LIST = 3;

    /**
     * Of a part and of those in it.
     *
     * @param depth how deep it goes; 0: the part alone
     */
    public static Explanation of(Part part, int depth) {
        Clause clause = part.clause();
        return new Explanation(
                clause.body() ? "define \"" + clause.definition() + "\"" : shortened(clause.text(), LONGEST_TEXT),
                value(part),
                clause.body() ? clause.library() + ".cql:" + clause.start().line() : "",
                depth > 0 && part.times() > 0
                        ? part.parts().stream()
                                .filter(inner -> !isLiteral(inner))
                                .map(inner -> of(inner, depth - 1))
                                .toList()
                        : List.of());
    }

    /** What stands in the CQL as it is needs no explanation. */
    private static boolean isLiteral(Part part) {
        String text = part.clause().text();
        return part.parts().isEmpty()
                && (text.startsWith("'") || text.matches("[-\\d.]+") || text.matches("true|false|null"));
    }

    private static String value(Part part) {
        if (part.times() == 0) {
            return "not evaluated";
        }
        String value = shortened(plain(part.value()), LONGEST_VALUE);
        return part.times() == 1 ? value : value + ", the last of " + part.times();
    }

    private static String plain(@Nullable Object value) {
        if (value instanceof Resource resource) {
            return resource.reference();
        }
        if (value instanceof Element element) {
            return element.type().name();
        }
        if (value instanceof List<?> list) {
            String some =
                    list.stream().limit(MOST_OF_A_LIST).map(Explanation::plain).collect(Collectors.joining(", "));
            return list.size() + " [" + some + (list.size() > MOST_OF_A_LIST ? ", ...]" : "]");
        }
        if (value instanceof Map<?, ?> tuple) {
            return tuple.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + plain(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof Notation notation) {
            return notation.cql();
        }
        return value instanceof String ? "'" + value + "'" : String.valueOf(value);
    }

    private static String shortened(String text, int longest) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= longest ? line : line.substring(0, longest - 3) + "...";
    }
}
