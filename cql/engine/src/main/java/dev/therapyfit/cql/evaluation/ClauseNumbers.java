package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.evaluation.ClauseCounter.Place;
import dev.therapyfit.cql.evaluation.ClauseCounter.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cqframework.cql.cql2elm.tracking.Trackable;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.cql.model.DataType;
import org.hl7.elm.r1.CodeSystemRef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.ExpressionRef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.ValueSetRef;
import org.jspecify.annotations.Nullable;

/** The clauses of libraries, and which expression of ELM each is. */
final class ClauseNumbers extends BaseElmLibraryVisitor<@Nullable Void, CqlSource> {
    private final IdentityHashMap<Expression, Integer> numbers = new IdentityHashMap<>();
    private final IdentityHashMap<Expression, Boolean> seen = new IdentityHashMap<>();
    private final List<Clause> clauses = new ArrayList<>();
    private final List<Integer> outer = new ArrayList<>();
    private final Map<String, Integer> bodies = new HashMap<>();
    private final Map<Integer, String> references = new HashMap<>();
    private Map<String, String> included = Map.of();
    private int current = -1;
    private Lines lines = Lines.of("");
    private String definition = "";
    private boolean body;

    private ClauseNumbers() {}

    static ClauseNumbers of(Content content, List<Library> libraries) {
        ClauseNumbers numbers = new ClauseNumbers();
        libraries.forEach(library -> numbers.add(
                library, content.library(String.valueOf(library.getIdentifier().getId()))));
        return numbers;
    }

    /** All clauses, in the order of the text within each library. */
    List<Clause> clauses() {
        return List.copyOf(clauses);
    }

    /** Which of them an expression is; null if it is none. */
    @Nullable
    Integer of(Expression expression) {
        return numbers.get(expression);
    }

    /** The clause that another one is a part of; -1 for the body of a definition. */
    int outer(int clause) {
        return outer.get(clause);
    }

    /** The body of a definition, such as {@code Library.Name}; null if there is none. */
    @Nullable
    Integer body(@Nullable String definition) {
        return bodies.get(definition);
    }

    /** The definition that a clause refers to; null if it does not. */
    @Nullable
    String reference(int clause) {
        return references.get(clause);
    }

    private void add(Library library, CqlSource source) {
        if (library.getStatements() == null) {
            return;
        }
        included = Translation.included(library);
        lines = Lines.of(source.text());
        for (ExpressionDef def : library.getStatements().getDef()) {
            boolean context = def.getName() != null && def.getName().equals(def.getContext());
            if (def.getExpression() != null && def.getLocator() != null && !context) {
                definition = String.valueOf(def.getName());
                body = true;
                visitExpression(def.getExpression(), source);
            }
        }
    }

    @Override
    public @Nullable Void visitExpression(Expression expression, CqlSource source) {
        boolean whole = body;
        body = false;
        String locator = expression.getLocator();
        boolean names = expression instanceof ValueSetRef || expression instanceof CodeSystemRef;
        if (seen.put(expression, true) == null
                && locator != null
                && !names
                && (whole || expression.getLocalId() != null)) {
            numbers.put(expression, clauses.size());
            outer.add(whole ? -1 : current);
            if (whole) {
                bodies.put(source.name() + "." + definition, clauses.size());
            }
            if (expression instanceof ExpressionRef reference) { // of a function too
                references.put(
                        clauses.size(),
                        included.getOrDefault(String.valueOf(reference.getLibraryName()), source.name()) + "."
                                + reference.getName());
            }
            clauses.add(clause(source, locator, whole, type(expression)));
        }
        int before = current;
        current = numbers.getOrDefault(expression, whole ? -1 : current);
        super.visitExpression(expression, source);
        current = before;
        return null;
    }

    private static String type(Expression expression) {
        DataType type = Trackable.INSTANCE.getResultType(expression);
        return type == null
                ? ""
                : type.toString().replaceAll("tuple\\{.*}", "tuple").replace("System.", "");
    }

    private Clause clause(CqlSource source, String locator, boolean whole, String type) {
        Place start = lines.start(locator);
        Place end = lines.end(locator);
        return new Clause(
                source.name(),
                source.file(),
                definition,
                whole,
                start,
                end,
                lines.text(start, end),
                type,
                Seen.NOTHING);
    }

    @Override
    protected @Nullable Void defaultResult(Element element, CqlSource source) {
        return null;
    }

    /** The text of a library by lines, and what the compiler's locators ({@code 3:5-4:10} or {@code 3:5}) say of it. */
    private record Lines(List<String> lines) {
        static Lines of(String text) {
            return new Lines(text.lines().toList());
        }

        Place start(String locator) {
            return place(locator.split("-", 2)[0]);
        }

        Place end(String locator) {
            String[] ends = locator.split("-", 2);
            return place(ends[ends.length - 1]);
        }

        String text(Place start, Place end) {
            StringBuilder text = new StringBuilder();
            for (int line = start.line(); line <= Math.min(end.line(), lines.size()); line++) {
                String all = lines.get(line - 1);
                int from = line == start.line() ? start.column() - 1 : 0;
                int to = line == end.line() ? Math.min(end.column(), all.length()) : all.length();
                text.append(all, Math.min(from, to), to).append('\n');
            }
            return text.toString().strip();
        }

        private static Place place(String text) {
            String[] parts = text.split(":", 2);
            return new Place(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        }
    }
}
