package dev.therapyfit.cql.record;

/** How a fact came to be known. */
public enum Origin {
    /** Sent by the client in the hook's prefetch, or given as a file. */
    PREFETCH,
    /** Read from the client's FHIR server. */
    FETCHED,
    /** Part of the hook's context: an order that is about to be signed. */
    CONTEXT
}
