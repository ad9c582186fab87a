package dev.therapyfit.journal.storage;

import java.time.Duration;

/**
 * Where things are kept, and how long.
 *
 * @param url JDBC URL of H2 or PostgreSQL, without a password
 * @param user name of the database's user
 * @param password its password; empty if none is needed
 * @param connections connections at the same time, which is also how many calls are served at the same time
 * @param startTimeout how long a start waits for a database that is away
 * @param linkValidity how long the data of the patient behind a decision are kept, which is as long as its link is valid
 * @param retention how long decisions and feedback are kept
 * @param auditRetention how long audit entries are kept
 */
public record StorageSettings(
        String url,
        String user,
        String password,
        int connections,
        Duration startTimeout,
        Duration linkValidity,
        Duration retention,
        Duration auditRetention) {

    /** Without the password: this text may be logged. */
    @Override
    public String toString() {
        return "StorageSettings[" + DatabaseUrl.withoutParameters(url) + "]";
    }
}
