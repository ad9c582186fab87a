package dev.therapyfit.cql.evaluation;

import java.util.Map;
import java.util.Optional;

/**
 * Results of named expressions as plain values: {@code Boolean}, {@code Integer}, {@code Long}, {@code BigDecimal},
 * {@code String} (also dates and quantities, in CQL notation), {@code List}, {@code Map} for a tuple, and HAPI types
 * for FHIR resources and elements. A CQL null is an absent entry.
 */
public final class ExpressionResults {
    private final Map<String, Object> values;

    ExpressionResults(Map<String, Object> values) {
        this.values = values;
    }

    /** The value of an expression; empty if it is null. */
    public Optional<Object> value(String expression) {
        return Optional.ofNullable(values.get(expression));
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
