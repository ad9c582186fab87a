package dev.therapyfit.cli;

import dev.therapyfit.authoring.explanation.Explanation;
import java.io.PrintWriter;

/** What an expression is made of, as a tree of lines: the CQL, its value, and where it stands. */
final class ExplanationText {
    private ExplanationText() {}

    static void print(Explanation part, PrintWriter out) {
        print(part, "", out);
    }

    private static void print(Explanation part, String indent, PrintWriter out) {
        String place = part.place().isEmpty() ? "" : "  (" + part.place() + ")";
        out.println(indent + part.text() + " = " + part.value() + place);
        part.parts().forEach(inner -> print(inner, indent + "  ", out));
    }
}
