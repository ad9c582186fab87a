package dev.therapyfit.cql.evaluation;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Results of named expressions as plain values: {@code Boolean}, {@code Integer}, {@code Long}, {@code BigDecimal},
 * {@code String} (also dates and quantities, in CQL notation), {@code List}, {@code Map} for a tuple, and HAPI types
 * for FHIR resources and elements. An expression that was not evaluated yet is evaluated when it is asked for, so that a
 * card which is not shown costs nothing. For one thread.
 */
public final class ExpressionResults {
    private final Map<String, Optional<Object>> values = new HashMap<>();
    private final Function<Collection<String>, Map<String, Optional<Object>>> evaluation;

    /** @param evaluation gives the value of each expression that it is asked for; empty for null */
    ExpressionResults(Function<Collection<String>, Map<String, Optional<Object>>> evaluation) {
        this.evaluation = evaluation;
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
            values.putAll(evaluation.apply(names));
        }
    }

    /**
     * The value of an expression; empty if it is null. Fails as {@link #evaluate} does.
     */
    public Optional<Object> value(String expression) {
        evaluate(List.of(expression));
        return values.getOrDefault(expression, Optional.empty());
    }

    /** A digest of each value that was asked for, by the names of the expressions. */
    public Map<String, String> digests() {
        Map<String, String> digests = new HashMap<>();
        values.forEach((name, value) -> digests.put(name, ValueDigest.of(value.orElse(null))));
        return digests;
    }

    /**
     * True if each of these expressions has the value of its digest: whoever asked for no others learns the same. Fails as
     * {@link #evaluate} does.
     */
    public boolean haveDigests(Map<String, String> digests) {
        return digests.entrySet().stream()
                .allMatch(
                        one -> ValueDigest.of(value(one.getKey()).orElse(null)).equals(one.getValue()));
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
