package dev.therapyfit.hooks.failure;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A call that gets no cards. Its texts name fields and expectations, never values that were sent, so that they can be
 * answered and logged.
 */
public abstract sealed class CdsFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    private CdsFailure(List<Problem> problems) {
        super(problems.stream()
                .map(problem -> problem.expression() + ": " + problem.diagnostics())
                .collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /** At least one. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * One thing wrong.
     *
     * @param expression the field in dotted notation, for example {@code context.patientId}; empty if it is the whole
     * @param diagnostics what was expected
     */
    public record Problem(String expression, String diagnostics) {}

    /** The body cannot be understood, or contradicts itself or the service that was called. */
    public static final class BadHookRequest extends CdsFailure {
        private static final long serialVersionUID = 1L;

        public BadHookRequest(String field, String expected) {
            super(List.of(new Problem(field, expected)));
        }
    }

    /** No such service or decision. */
    public static final class NotFound extends CdsFailure {
        private static final long serialVersionUID = 1L;

        public NotFound(String what) {
            super(List.of(new Problem("", what)));
        }
    }

    /** Data that the decision needs were not sent and cannot be read. */
    public static final class DataUnavailable extends CdsFailure {
        private static final long serialVersionUID = 1L;

        public DataUnavailable(List<Problem> problems) {
            super(problems);
        }
    }

    /** The body is longer than this service takes. */
    public static final class TooLarge extends CdsFailure {
        private static final long serialVersionUID = 1L;

        public TooLarge(long limit) {
            super(List.of(new Problem("", "the body is too large: expected at most " + limit + " bytes")));
        }
    }
}
