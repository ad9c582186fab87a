package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.Program;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.elm.r1.CodeSystemRef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.ValueSetRef;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates as {@link CqlEvaluator} does and remembers which clauses were evaluated. Slower, and for any number of threads:
 * a tool for whoever writes content, never part of the service.
 */
public final class ClauseCounter {
    private final CompiledContent compiled;
    private final Program program;
    private final List<Clause> clauses;
    private final AtomicIntegerArray evaluated;

    private ClauseCounter(CompiledContent compiled, Numbering numbering) {
        this.compiled = compiled;
        this.clauses = List.copyOf(numbering.clauses);
        this.evaluated = new AtomicIntegerArray(clauses.size());
        this.program = compiled.program(expression -> {
            Integer number = numbering.numbers.get(expression);
            return number == null ? null : () -> evaluated.set(number, 1);
        });
    }

    /**
     * A piece of CQL that has a value: an ELM expression that the compiler took from a place in the text ({@code
     * localId} and {@code locator}), inside a definition. None is what it merely inserts, such as a conversion; what only
     * declares, such as libraries, value sets, parameters, operands and the context; and the name of a value set or code
     * system, which an operator looks up without evaluating it.
     *
     * @param library name of its library
     * @param file path inside the content
     * @param definition name of the expression or function that it is in
     * @param body true if it is all that the definition says; evaluated, the definition was
     * @param start where it begins
     * @param end its last character
     * @param text the CQL
     * @param evaluated true if it was evaluated, whatever its value, null included
     */
    public record Clause(
            String library,
            String file,
            String definition,
            boolean body,
            Place start,
            Place end,
            String text,
            boolean evaluated) {}

    /** A character of a file; line and column count from 1. */
    public record Place(int line, int column) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
        }
    }

    /**
     * Compiles all CQL of the content.
     *
     * @throws ContentException as {@link CqlEvaluator#compile} does
     */
    public static ClauseCounter compile(Content content, String mainLibrary) {
        CompiledContent compiled = CompiledContent.compile(content, mainLibrary);
        Numbering numbering = new Numbering();
        for (Library library : compiled.libraries()) {
            numbering.add(
                    library,
                    content.library(String.valueOf(library.getIdentifier().getId())));
        }
        return new ClauseCounter(compiled, numbering);
    }

    /** Finds the clauses of libraries. */
    private static final class Numbering extends BaseElmLibraryVisitor<@Nullable Void, CqlSource> {
        private final IdentityHashMap<Expression, Integer> numbers = new IdentityHashMap<>();
        private final IdentityHashMap<Expression, Boolean> seen = new IdentityHashMap<>();
        private final List<Clause> clauses = new ArrayList<>();
        private Lines lines = Lines.of("");
        private String definition = "";
        private boolean body;

        void add(Library library, CqlSource source) {
            if (library.getStatements() == null) {
                return;
            }
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
                clauses.add(clause(source, locator, whole));
            }
            return super.visitExpression(expression, source);
        }

        private Clause clause(CqlSource source, String locator, boolean whole) {
            Place start = lines.start(locator);
            Place end = lines.end(locator);
            return new Clause(
                    source.name(), source.file(), definition, whole, start, end, lines.text(start, end), false);
        }

        @Override
        protected @Nullable Void defaultResult(Element element, CqlSource source) {
            return null;
        }
    }

    /**
     * Evaluates every expression of the main library over one record.
     *
     * @param record the patient
     * @param inputs what is asked besides
     * @param at the instant that CQL's {@code Now()} and {@code Today()} answer
     * @throws EvaluationException if the CQL fails; what was evaluated until then counts
     */
    public void evaluate(PatientRecord record, Inputs inputs, Instant at) {
        Evaluation evaluation =
                compiled.evaluation(program, record, inputs.parameters(record), at, Cancellation.ENDLESS);
        String library = String.valueOf(compiled.main().getId());
        CqlEvaluator.expressionNames(compiled.mainLibrary())
                .forEach(name -> CqlEvaluator.value(evaluation, library, name));
    }

    /** All clauses of the content's libraries, in the order of the text within each. */
    public List<Clause> clauses() {
        return IntStream.range(0, clauses.size())
                .mapToObj(i -> evaluated(clauses.get(i), evaluated.get(i) > 0))
                .toList();
    }

    private static Clause evaluated(Clause clause, boolean evaluated) {
        return new Clause(
                clause.library(),
                clause.file(),
                clause.definition(),
                clause.body(),
                clause.start(),
                clause.end(),
                clause.text(),
                evaluated);
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
