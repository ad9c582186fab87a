package dev.therapyfit.cql.elm;

/**
 * An operator could not be evaluated, such as a singleton from two elements. Says where, and the kind of failure; not the
 * engine's own message, which may hold what stands in a patient's record.
 */
public final class EvaluationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationFailure(String place, RuntimeException cause) {
        super(cause.getClass().getSimpleName() + " at " + place, cause);
    }
}
