package dev.therapyfit.cli;

import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.evaluation.Explainer.Part;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an expression is made of, as a tree of lines: the CQL, its value, and where it stands. */
final class ExplanationText {
    private static final int LONGEST_TEXT = 70;
    private static final int LONGEST_VALUE = 100;
    private static final int MOST_OF_A_LIST = 3;

    private ExplanationText() {}

    static void print(Part part, int depth, PrintWriter out) {
        print(part, "", depth, out);
    }

    private static void print(Part part, String indent, int depth, PrintWriter out) {
        Clause clause = part.clause();
        String text = clause.body() ? "define \"" + clause.definition() + "\"" : shortened(clause.text(), LONGEST_TEXT);
        out.println(indent + text + " = " + value(part) + place(clause));
        if (depth > 0 && part.times() > 0) {
            part.parts().stream()
                    .filter(inner -> !isLiteral(inner))
                    .forEach(inner -> print(inner, indent + "  ", depth - 1, out));
        }
    }

    private static String place(Clause clause) {
        return clause.body()
                ? "  (" + clause.library() + ".cql:" + clause.start().line() + ")"
                : "";
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
            String some = list.stream()
                    .limit(MOST_OF_A_LIST)
                    .map(ExplanationText::plain)
                    .collect(Collectors.joining(", "));
            return list.size() + " [" + some + (list.size() > MOST_OF_A_LIST ? ", ...]" : "]");
        }
        if (value instanceof Map<?, ?> tuple) {
            return tuple.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + plain(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return value instanceof String ? "'" + value + "'" : String.valueOf(value);
    }

    private static String shortened(String text, int longest) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= longest ? line : line.substring(0, longest - 3) + "...";
    }
}
