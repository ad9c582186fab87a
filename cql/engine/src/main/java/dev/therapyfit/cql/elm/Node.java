package dev.therapyfit.cql.elm;

import org.jspecify.annotations.Nullable;

/**
 * One ELM expression, ready to be evaluated: what can be known before there is a patient was looked up when it was made.
 * Immutable but for what it remembers of the last type that it met, so that threads share it.
 */
abstract class Node {
    /**
     * The value of this expression.
     *
     * @param evaluation the patient, the instant, the parameters
     * @param slots aliases, lets and operands of the definition that this expression stands in
     * @return a CQL value; null is CQL's null
     */
    abstract @Nullable Object value(Evaluation evaluation, @Nullable Object[] slots);

    /** True if the value is {@code true}, not if it is {@code false} or null. */
    boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
        return Boolean.TRUE.equals(value(evaluation, slots));
    }

    /** True if the value is a list with an element that is not null. */
    boolean exists(Evaluation evaluation, @Nullable Object[] slots) {
        Iterable<?> list = (Iterable<?>) value(evaluation, slots);
        if (list != null) {
            for (Object element : list) {
                if (element != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Values of nodes, in their order. */
    static @Nullable Object[] values(Node[] nodes, Evaluation evaluation, @Nullable Object[] slots) {
        @Nullable Object[] values = new @Nullable Object[nodes.length];
        fill(values, nodes, evaluation, slots);
        return values;
    }

    /** Puts values of nodes into the first places of an array, which may have more. */
    static void fill(@Nullable Object[] values, Node[] nodes, Evaluation evaluation, @Nullable Object[] slots) {
        for (int i = 0; i < nodes.length; i++) {
            values[i] = nodes[i].value(evaluation, slots);
        }
    }

    /** A value that is the same for each patient at each instant. */
    static final class Constant extends Node {
        private final @Nullable Object value;

        Constant(@Nullable Object value) {
            this.value = value;
        }

        @Nullable
        Object value() {
            return value;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return value;
        }
    }
}
