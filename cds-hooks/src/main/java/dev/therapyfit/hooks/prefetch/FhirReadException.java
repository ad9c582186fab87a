package dev.therapyfit.hooks.prefetch;

/** Something could not be read from a client's FHIR server. The message holds no patient data. */
public final class FhirReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** The server says that there is no such resource (404, 410). */
        NOT_FOUND,
        /** The server refuses (401, 403). */
        REFUSED,
        /** The server answers something else than data. */
        FAILED,
        /** No answer: not reachable or too slow. */
        UNREACHABLE
    }

    private final Kind kind;

    public FhirReadException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
