package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.elm.Evaluation;
import dev.therapyfit.cql.record.PatientRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Results of named expressions as plain values: {@code Boolean}, {@code Integer}, {@code Long}, {@code BigDecimal},
 * {@code String} (also dates and quantities, in CQL notation), {@code List}, {@code Map} for a tuple, and HAPI types
 * for FHIR resources and elements. An expression that was not evaluated yet is evaluated when it is asked for, so that a
 * card which is not shown costs nothing. For one thread.
 */
public final class ExpressionResults {
    private final Map<String, Optional<Object>> values = new HashMap<>();
    private final Function<Collection<String>, Map<String, Optional<Object>>> source;
    private final @Nullable Evaluation evaluation;
    private final Set<String> askedBefore;

    /** @param source gives the value of each expression that it is asked for; empty for null */
    ExpressionResults(Function<Collection<String>, Map<String, Optional<Object>>> source) {
        this(source, null, Set.of());
    }

    /**
     * @param source gives the value of each expression that it is asked for; empty for null
     * @param evaluation of compiled content, from which it takes them
     * @param askedBefore what was asked for before that content changed
     */
    ExpressionResults(
            Function<Collection<String>, Map<String, Optional<Object>>> source,
            @Nullable Evaluation evaluation,
            Set<String> askedBefore) {
        this.source = source;
        this.evaluation = evaluation;
        this.askedBefore = askedBefore;
    }

    /** The evaluation from which it takes its values. */
    Evaluation evaluation() {
        return Objects.requireNonNull(evaluation, "evaluated by nodes");
    }

    /** The record that was evaluated. */
    public PatientRecord record() {
        return ((RecordData) evaluation().data()).record();
    }

    /** Names of the expressions that were asked for. */
    public Set<String> asked() {
        Set<String> asked = new HashSet<>(askedBefore);
        asked.addAll(values.keySet());
        return asked;
    }

    /** The same in less memory: plain values are made again when they are asked for. */
    public ExpressionResults packed() {
        return new ExpressionResults(source, evaluation, asked());
    }

    /**
     * Evaluates these together, which costs less than one by one.
     *
     * @throws IllegalArgumentException if there is no such expression
     * @throws EvaluationAbandoned if it took too long
     * @throws EvaluationException if the CQL fails
     */
    public void evaluate(Collection<String> names) {
        if (!values.keySet().containsAll(names)) {
            values.putAll(source.apply(names));
        }
    }

    /**
     * The value of an expression; empty if it is null. Fails as {@link #evaluate} does.
     */
    public Optional<Object> value(String expression) {
        evaluate(List.of(expression));
        return values.getOrDefault(expression, Optional.empty());
    }

    /**
     * The value of an expression as a type.
     *
     * @throws IllegalArgumentException if the value has another type: content and caller disagree
     */
    public <T> Optional<T> value(String expression, Class<T> type) {
        return value(expression).map(value -> {
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException("Expression \"" + expression + "\" gives "
                        + value.getClass().getSimpleName() + ": expected " + type.getSimpleName());
            }
            return type.cast(value);
        });
    }
}
