package dev.therapyfit.ehr.outbound;

import java.util.function.BiConsumer;

/** Names the trace that a request belongs to, if it belongs to one. */
public interface TraceHeaders {
    /** No request belongs to a trace. */
    TraceHeaders NONE = headers -> {};

    /**
     * Adds the headers.
     *
     * @param headers takes a header's name and value
     */
    void addTo(BiConsumer<String, String> headers);
}
