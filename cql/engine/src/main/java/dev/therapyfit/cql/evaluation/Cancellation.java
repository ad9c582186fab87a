package dev.therapyfit.cql.evaluation;

import java.util.function.BooleanSupplier;

/**
 * How long an evaluation goes on. The engine cannot be stopped from without, so that it is asked for in what the engine
 * calls many times: retrieves and value sets.
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
