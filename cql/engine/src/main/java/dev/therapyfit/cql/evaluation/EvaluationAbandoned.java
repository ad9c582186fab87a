package dev.therapyfit.cql.evaluation;

/** An evaluation took longer than anybody waits for it. Nothing is known of what it would have given. */
public final class EvaluationAbandoned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EvaluationAbandoned() {
        super("the evaluation was abandoned: nobody waits for it any longer");
    }
}
