package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.Program;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates as {@link CqlEvaluator} does and remembers which clauses were evaluated. Slower, and for any number of threads:
 * a tool for whoever writes content, never part of the service.
 */
public final class ClauseCounter {
    private final CompiledContent compiled;
    private final Program program;
    private final List<Clause> clauses;
    private final AtomicIntegerArray seen;

    private ClauseCounter(CompiledContent compiled, ClauseNumbers numbers) {
        this.compiled = compiled;
        this.clauses = numbers.clauses();
        this.seen = new AtomicIntegerArray(clauses.size());
        this.program = compiled.program(expression -> {
            Integer number = numbers.of(expression);
            return number == null ? null : value -> add(number, Seen.bit(value));
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
     * @param type its type, for a reader; empty if it was not translated here
     * @param seen which values it had
     */
    public record Clause(
            String library,
            String file,
            String definition,
            boolean body,
            Place start,
            Place end,
            String text,
            String type,
            Seen seen) {
        private static final Set<String> LITERALS = Set.of("true", "false");

        /** True if it was evaluated, whatever its value, null included. */
        public boolean evaluated() {
            return seen.bits != 0;
        }

        /** True if it was true or false, and could have been the other. */
        public boolean isCondition() {
            return (seen.isTrue() || seen.isFalse()) && !LITERALS.contains(text);
        }
    }

    /** Which kinds of values a clause had. */
    public static final class Seen {
        /** None at all. */
        static final Seen NOTHING = new Seen(0);

        private static final int NULL = 1;
        private static final int TRUE = 2;
        private static final int FALSE = 4;
        private static final int OTHER = 8;

        private final int bits;

        private Seen(int bits) {
            this.bits = bits;
        }

        private static int bit(@Nullable Object value) {
            if (value == null) {
                return NULL;
            }
            return value instanceof Boolean flag ? flag ? TRUE : FALSE : OTHER;
        }

        public boolean isNull() {
            return (bits & NULL) != 0;
        }

        public boolean isTrue() {
            return (bits & TRUE) != 0;
        }

        public boolean isFalse() {
            return (bits & FALSE) != 0;
        }

        /** True for one case and false for another. */
        public boolean isBoth() {
            return isTrue() && isFalse();
        }
    }

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
        CompiledContent compiled = CqlEvaluator.compile(content, mainLibrary).compiled();
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
                .mapToObj(i -> with(clauses.get(i), new Seen(seen.get(i))))
                .toList();
    }

    /** Most values are of a kind that was seen before. */
    private void add(int clause, int bit) {
        if ((seen.get(clause) & bit) == 0) {
            seen.accumulateAndGet(clause, bit, (before, one) -> before | one);
        }
    }

    private static Clause with(Clause clause, Seen seen) {
        return new Clause(
                clause.library(),
                clause.file(),
                clause.definition(),
                clause.body(),
                clause.start(),
                clause.end(),
                clause.text(),
                clause.type(),
                seen);
    }
}
