package dev.therapyfit.clients;

import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.util.SortedMap;

/**
 * Clients that are registered beside the configuration, while the service runs, as the text of their settings. Safe to
 * use from many threads and processes. Every method fails with {@link Unavailable} while the place where they are kept
 * is away.
 */
public interface ClientRecords {
    /** Settings by id. */
    SortedMap<String, String> all();

    /** False if there is one of that id already; it is not changed. */
    boolean add(String id, String settings);

    /** False if there is none of that id. */
    boolean remove(String id);
}
