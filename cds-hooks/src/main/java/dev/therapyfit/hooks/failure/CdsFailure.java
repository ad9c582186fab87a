package dev.therapyfit.hooks.failure;

import java.time.Duration;
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
        super(problems.stream().map(Problem::text).collect(Collectors.joining("; ")));
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
    public record Problem(String expression, String diagnostics) {
        private String text() {
            return expression.isEmpty() ? diagnostics : expression + ": " + diagnostics;
        }
    }

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

    /** It was here and is kept no longer. */
    public static final class Gone extends CdsFailure {
        private static final long serialVersionUID = 1L;

        public Gone(String what) {
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

    /** Nobody knows who calls: the token is missing or not valid. */
    public static final class Unauthenticated extends CdsFailure {
        private static final long serialVersionUID = 1L;

        private final boolean withToken;

        /** A token that is not taken. */
        public Unauthenticated(String expected) {
            this(expected, true);
        }

        private Unauthenticated(String expected, boolean withToken) {
            super(List.of(new Problem("", expected)));
            this.withToken = withToken;
        }

        /** No token at all. */
        public static Unauthenticated withoutToken() {
            return new Unauthenticated("required: expected the header Authorization with a Bearer token", false);
        }

        /** True if there was a token. */
        public boolean isWithToken() {
            return withToken;
        }
    }

    /** The client is known and may not do this. */
    public static final class Forbidden extends CdsFailure {
        private static final long serialVersionUID = 1L;

        public Forbidden(String field, String expected) {
            super(List.of(new Problem(field, expected)));
        }
    }

    /** The body does not come, or comes too slowly. */
    public static final class TooSlow extends CdsFailure {
        private static final long serialVersionUID = 1L;

        public TooSlow(String expected) {
            super(List.of(new Problem("", expected)));
        }
    }

    /** The client calls more often than it may, or more often at the same time. */
    public static final class TooManyCalls extends CdsFailure {
        private static final long serialVersionUID = 1L;

        private final Duration retryAfter;

        public TooManyCalls(String expected, Duration retryAfter) {
            super(List.of(new Problem("", "too many calls: expected " + expected + " from this client")));
            this.retryAfter = retryAfter;
        }

        /** When to try again. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The service cannot answer now, and can soon: it is busy, or something that it needs is away. */
    public static final class Unavailable extends CdsFailure {
        private static final long serialVersionUID = 1L;

        private final Duration retryAfter;

        public Unavailable(String why, Duration retryAfter) {
            super(List.of(new Problem("", why)));
            this.retryAfter = retryAfter;
        }

        /** When to try again. */
        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The body is compressed in a way that this service does not know. */
    public static final class UnknownContentEncoding extends CdsFailure {
        private static final long serialVersionUID = 1L;

        public UnknownContentEncoding() {
            super(List.of(new Problem("", "Content-Encoding not supported: expected gzip, identity or none")));
        }
    }

    /** The body holds more than this service takes. */
    public static final class TooLarge extends CdsFailure {
        private static final long serialVersionUID = 1L;

        /** Of something in it. */
        public TooLarge(String field, String expected) {
            super(List.of(new Problem(field, expected)));
        }

        /** In bytes. */
        public TooLarge(long limit) {
            super(List.of(new Problem("", "the body is too large: expected at most " + limit + " bytes")));
        }
    }
}
