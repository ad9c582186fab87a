package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.elm.Program;
import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates one expression and tells the value of each of its parts, down to what was retrieved: for whoever asks why. Slower
 * than {@link CqlEvaluator}, and for one question at a time: not safe to use from several threads.
 */
public final class Explainer {
    private final CompiledContent compiled;
    private final ClauseNumbers numbers;
    private final List<Clause> clauses;
    private final Program program;
    private final int[] times;
    private final @Nullable Object[] values;

    private Explainer(CompiledContent compiled, ClauseNumbers numbers) {
        this.compiled = compiled;
        this.numbers = numbers;
        this.clauses = numbers.clauses();
        this.times = new int[clauses.size()];
        this.values = new @Nullable Object[clauses.size()];
        this.program = compiled.program(expression -> {
            Integer number = numbers.of(expression);
            return number == null
                    ? null
                    : value -> {
                        times[number]++;
                        values[number] = value;
                    };
        });
    }

    /**
     * A part of an expression with its value.
     *
     * @param clause where it stands, and what it says
     * @param times how often it was evaluated; 0 for a part that nothing depended on
     * @param value its last value, see {@link ExpressionResults}, with {@link Notation} in place of its text; null is a value of CQL too
     * @param parts what it is made of: its own parts, and the definition that it names, where that is not told before
     */
    public record Part(Clause clause, int times, @Nullable Object value, List<Part> parts) {}

    /** What is no text but has one, such as a date or a quantity: as CQL writes it. */
    public record Notation(String cql) {
        static Notation of(Object value) {
            return new Notation(value.toString());
        }
    }

    /**
     * Compiles all CQL of the content.
     *
     * @param mainLibrary the library whose expressions need not be named with it
     * @throws ContentException as {@link CqlEvaluator#compile} does
     */
    public static Explainer compile(Content content, String mainLibrary) {
        CompiledContent compiled = CqlEvaluator.compile(content, mainLibrary).compiled();
        return new Explainer(compiled, ClauseNumbers.of(content, compiled.libraries()));
    }

    /**
     * Evaluates an expression.
     *
     * @param expression its name in the main library, or with a library in front: {@code Library.Name}
     * @param record the patient
     * @param inputs what is asked besides
     * @param at the instant that CQL's {@code Now()} and {@code Today()} answer
     * @throws IllegalArgumentException if there is no such expression
     * @throws EvaluationException if the CQL fails
     */
    public Part explain(String expression, PatientRecord record, Inputs inputs, Instant at) {
        String main = compiled.main().getId() + "." + expression;
        String name = numbers.body(main) == null ? expression : main;
        Integer body = numbers.body(name);
        int dot = name.indexOf('.');
        if (body == null || dot < 0) {
            throw new IllegalArgumentException("no expression " + expression);
        }
        forget();
        try {
            Evaluation evaluation =
                    compiled.evaluation(program, record, inputs.parameters(record), at, Cancellation.ENDLESS);
            CqlEvaluator.value(evaluation, name.substring(0, dot), name.substring(dot + 1));
            return part(body, new HashSet<>(Set.of(body)));
        } finally {
            forget();
        }
    }

    /** One patient's values are never told of another. */
    private void forget() {
        Arrays.fill(times, 0);
        Arrays.fill(values, null);
    }

    private Part part(int clause, Set<Integer> told) {
        List<Part> parts = new ArrayList<>();
        IntStream.range(clause + 1, clauses.size())
                .takeWhile(inner -> numbers.outer(inner) >= clause)
                .filter(inner -> numbers.outer(inner) == clause)
                .forEach(inner -> parts.add(part(inner, told)));
        Integer named = numbers.body(numbers.reference(clause));
        if (named != null && told.add(named)) {
            parts.add(part(named, told));
        }
        return new Part(clauses.get(clause), times[clause], EngineValues.plain(values[clause], Notation::of), parts);
    }
}
