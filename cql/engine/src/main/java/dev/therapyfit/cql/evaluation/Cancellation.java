package dev.therapyfit.cql.evaluation;

import java.util.function.BooleanSupplier;

/**
 * How long an evaluation goes on. Nothing stops it from without, so that it is asked for in what happens often: retrieves,
 * rows of queries.
 */
record Cancellation(BooleanSupplier isCancelled) {
    /** That of somebody who waits for as long as it takes. */
    static final Cancellation ENDLESS = new Cancellation(() -> false);

    /**
     * Goes on, if somebody still waits.
     *
     * @throws EvaluationAbandoned if not
     */
    void require() {
        if (isCancelled.getAsBoolean()) {
            throw new EvaluationAbandoned();
        }
    }
}
