package dev.therapyfit.journal.audit;

import java.time.Instant;
import java.util.function.Consumer;

/**
 * Keeps audit entries. The entry of an answer that rests on a decision, and of feedback, is kept by whoever keeps those,
 * in the same transaction; this is for all other calls. Safe to use from many threads.
 */
public interface AuditTrail {
    /** Keeps an entry soon, without making the caller wait. */
    void add(AuditEntry entry);

    /**
     * Reads entries in the order of time.
     *
     * @param from first instant
     * @param to the instant before which the last one lies
     * @param reader takes each
     */
    void read(Instant from, Instant to, Consumer<AuditEntry> reader);
}
