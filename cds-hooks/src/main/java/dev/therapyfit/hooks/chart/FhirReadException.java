package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.fhir.Resource;
import java.util.List;

/** Something could not be read from a client's FHIR server. The message holds no patient data. */
public final class FhirReadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** The server says that there is no such resource (404, 410). */
        NOT_FOUND,
        /** The server refuses (401, 403). */
        REFUSED,
        /** The server does not know what it is asked for (other 4xx), such as a search parameter. */
        NOT_UNDERSTOOD,
        /** The server answers, and says that its answer is not all. */
        INCOMPLETE,
        /** The server answers something else than data. */
        FAILED,
        /** Not asked, since too many reads wait or it failed a moment ago. */
        NOT_ASKED,
        /** Not asked: it is at an address that the service must not connect to. */
        NOT_ALLOWED,
        /** No answer: not reachable or too slow. */
        UNREACHABLE
    }

    private final Kind kind;
    private final transient List<Resource> found;

    public FhirReadException(Kind kind, String message) {
        this(kind, message, List.of());
    }

    /**
     * @param found what was read before it failed, such as the first pages
     */
    public FhirReadException(Kind kind, String message, List<Resource> found) {
        super(message);
        this.kind = kind;
        this.found = List.copyOf(found);
    }

    /** The same failure, with what was read before it. */
    public FhirReadException after(List<Resource> earlier) {
        return new FhirReadException(kind, String.valueOf(getMessage()), earlier);
    }

    /** What was read before it failed; not all that there is. */
    public List<Resource> found() {
        return found;
    }

    public Kind kind() {
        return kind;
    }
}
