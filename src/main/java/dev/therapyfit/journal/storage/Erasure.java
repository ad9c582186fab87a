package dev.therapyfit.journal.storage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Erases what is kept no longer, a part at a time, so that no call waits long for it. Several replicas may do it at the
 * same time: each takes rows that no other has.
 */
final class Erasure {
    private static final int AT_ONCE = 500;

    /** A token is remembered longer than it is valid, since a replica whose clock is slow may still take it. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(10);

    private final Database database;
    private final StorageSettings settings;
    private final Clock clock;

    Erasure(Database database, StorageSettings settings, Clock clock) {
        this.database = database;
        this.settings = settings;
        this.clock = clock;
    }

    /** Erases all that is due. Cards and feedback go with their decision. */
    Erased run() {
        Instant now = clock.instant();
        return new Erased(
                all(
                        "decision",
                        "id",
                        "saved_at < ? and whole is not null",
                        now.minus(settings.linkValidity()),
                        "update decision set whole = null"),
                all("decision", "id", "saved_at < ?", now.minus(settings.retention()), "delete from decision"),
                all("used_token", "token", "expires_at < ?", now.minus(CLOCKS_APART), "delete from used_token"),
                all("audit", "id", "asked_at < ?", now.minus(settings.auditRetention()), "delete from audit"));
    }

    /** Names of tables and columns are this class's own, never a caller's. */
    private int all(String table, String key, String due, Instant before, String change) {
        int sum = 0;
        int part;
        do {
            part = database.run(jdbc -> {
                List<Object> keys = jdbc.sql("select " + key + " from " + table + " where " + due + " order by " + key
                                + " limit " + AT_ONCE + " for update skip locked")
                        .param(before.atOffset(ZoneOffset.UTC))
                        .query((row, number) -> row.getObject(1))
                        .list();
                return keys.isEmpty()
                        ? 0
                        : jdbc.sql(change + " where " + key + " in (:keys)")
                                .param("keys", keys)
                                .update();
            });
            sum += part;
        } while (part == AT_ONCE);
        return sum;
    }
}
