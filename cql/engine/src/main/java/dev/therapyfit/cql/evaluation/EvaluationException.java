package dev.therapyfit.cql.evaluation;

/**
 * The CQL could not be evaluated over a record. The message names the expression and the kind of failure only, since
 * an engine's own message may hold patient data.
 */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationException(String message) {
        super(message);
    }
}
