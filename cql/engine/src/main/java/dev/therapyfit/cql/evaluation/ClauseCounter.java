package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.Program;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/**
 * Evaluates as {@link CqlEvaluator} does and remembers which clauses were evaluated. Slower, and for any number of threads:
 * a tool for whoever writes content, never part of the service.
 */
public final class ClauseCounter {
    private final CompiledContent compiled;
    private final Program program;
    private final List<Clause> clauses;
    private final AtomicIntegerArray evaluated;

    private ClauseCounter(CompiledContent compiled, ClauseNumbers numbers) {
        this.compiled = compiled;
        this.clauses = numbers.clauses();
        this.evaluated = new AtomicIntegerArray(clauses.size());
        this.program = compiled.program(expression -> {
            Integer number = numbers.of(expression);
            return number == null ? null : value -> evaluated.set(number, 1);
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
        return new ClauseCounter(compiled, ClauseNumbers.of(content, compiled.libraries()));
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
}
