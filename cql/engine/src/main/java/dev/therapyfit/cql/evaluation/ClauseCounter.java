package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cqframework.cql.elm.visiting.BaseElmLibraryVisitor;
import org.hl7.elm.r1.CodeSystemRef;
import org.hl7.elm.r1.Element;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionDef;
import org.hl7.elm.r1.Library;
import org.hl7.elm.r1.ValueSetRef;
import org.hl7.elm.r1.VersionedIdentifier;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.CqlEngine;
import org.opencds.cqf.cql.engine.execution.Environment;

/**
 * Evaluates as {@link CqlEvaluator} does and remembers which clauses were evaluated. Many times slower, and for one
 * thread only: a tool for whoever writes content, never part of the service.
 *
 * <p>The engine counts visits but tells them by line only ({@code lcov}). So this compiles libraries of its own and
 * gives each clause in them a line number that no other has, which makes a line's count the clause's.
 */
public final class ClauseCounter {
    private final CompiledContent compiled;
    private final Set<String> expressions;
    private final List<Numbered> clauses;
    private final Environment environment;
    private final CqlEngine engine;

    private ClauseCounter(CompiledContent compiled, List<Numbered> clauses) {
        this.compiled = compiled;
        this.expressions = CqlEvaluator.expressionNames(compiled.mainLibrary());
        this.clauses = clauses;
        this.environment = compiled.environment(Cancellation.ENDLESS);
        this.engine = new CqlEngine(
                environment,
                EnumSet.of(CqlEngine.Options.EnableExpressionCaching, CqlEngine.Options.EnableCoverageCollection));
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

    /** A clause before anything was evaluated, and the line that stands for it. */
    private record Numbered(int number, Clause clause) {}

    /**
     * Compiles all CQL of the content.
     *
     * @throws ContentException as {@link CqlEvaluator#compile} does
     */
    public static ClauseCounter compile(Content content, String mainLibrary) {
        CompiledContent compiled = CompiledContent.compile(content, mainLibrary);
        List<Numbered> clauses = new ArrayList<>();
        for (Library library : compiled.libraries()) {
            number(
                    library,
                    content.library(String.valueOf(library.getIdentifier().getId())),
                    clauses);
        }
        return new ClauseCounter(compiled, List.copyOf(clauses));
    }

    /** Another counter over the same compiled content, which has counted nothing yet: one for each thread. */
    public ClauseCounter another() {
        return new ClauseCounter(compiled, clauses);
    }

    private static void number(Library library, CqlSource source, List<Numbered> into) {
        if (library.getStatements() == null) {
            return;
        }
        Numbering numbering = new Numbering(source, into);
        for (ExpressionDef def : library.getStatements().getDef()) {
            boolean context = def.getName() != null && def.getName().equals(def.getContext());
            if (def.getExpression() != null && def.getLocator() != null && !context) {
                numbering.definition = String.valueOf(def.getName());
                numbering.body = true;
                numbering.visitExpression(def.getExpression(), library);
            }
            def.setLocator(null);
        }
    }

    /** Replaces the locators of a library's expressions by numbers. */
    private static final class Numbering extends BaseElmLibraryVisitor<@Nullable Void, Library> {
        private final CqlSource source;
        private final Lines lines;
        private final List<Numbered> into;
        private final IdentityHashMap<Expression, Boolean> seen = new IdentityHashMap<>();
        private String definition = "";
        private boolean body;

        Numbering(CqlSource source, List<Numbered> into) {
            this.source = source;
            this.lines = Lines.of(source.text());
            this.into = into;
        }

        @Override
        public @Nullable Void visitExpression(Expression expression, Library library) {
            boolean whole = body;
            body = false;
            String locator = expression.getLocator();
            if (seen.put(expression, true) == null) {
                expression.setLocator(null);
                boolean names = expression instanceof ValueSetRef || expression instanceof CodeSystemRef;
                if (locator != null && !names && (whole || expression.getLocalId() != null)) {
                    int number = into.size() + 1;
                    expression.setLocator(number + ":1");
                    into.add(new Numbered(number, clause(locator, whole)));
                }
            }
            return super.visitExpression(expression, library);
        }

        private Clause clause(String locator, boolean whole) {
            Place start = lines.start(locator);
            Place end = lines.end(locator);
            return new Clause(
                    source.name(), source.file(), definition, whole, start, end, lines.text(start, end), false);
        }

        @Override
        protected @Nullable Void defaultResult(Element element, Library library) {
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
        environment.registerDataProvider(CompiledContent.FHIR_MODEL, compiled.data(record, Cancellation.ENDLESS));
        engine.getCache().getExpressions().clear();
        engine.getState().getParameters().clear();
        CqlEvaluator.answer(engine, compiled.question(record, expressions, inputs.parameters(record), at));
    }

    /** All clauses of the content's libraries, in the order of the text within each. */
    public List<Clause> clauses() {
        Set<Integer> evaluated = new HashSet<>();
        Map<String, VersionedIdentifier> identifiers = new HashMap<>();
        compiled.libraries()
                .forEach(library ->
                        identifiers.put(String.valueOf(library.getIdentifier().getId()), library.getIdentifier()));
        engine.getState()
                .getGlobalCoverage()
                .exportLcovInfo(List.copyOf(identifiers.values()))
                .lines()
                .filter(line -> line.startsWith("DA:") && !line.endsWith(",0"))
                .forEach(line -> evaluated.add(Integer.valueOf(line.substring(3, line.indexOf(',')))));
        return clauses.stream()
                .map(numbered -> evaluated(numbered.clause(), evaluated.contains(numbered.number())))
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
