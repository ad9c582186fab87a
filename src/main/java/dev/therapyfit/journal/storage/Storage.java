package dev.therapyfit.journal.storage;

import dev.therapyfit.clients.ClientRecords;
import dev.therapyfit.clients.UsedTokens;
import dev.therapyfit.hooks.decision.DecisionStore;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.journal.AnswerStore;
import dev.therapyfit.journal.audit.AuditTrail;
import dev.therapyfit.journal.feedback.FeedbackStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.time.Clock;

/**
 * Everything that is kept when a call has ended, on one database. Its parts are ports of other packages; each of their methods fails
 * with {@link Unavailable} when the database is away, and works again when it is back.
 */
public final class Storage implements AutoCloseable {
    private final Database database;
    private final Answers answers;
    private final FeedbackEntries feedback;
    private final Audit audit;
    private final Tokens tokens;
    private final Clients clients;
    private final Erasure erasure;
    private final byte[] linkKey;

    private Storage(Database database, StorageSettings settings, Clock clock) {
        this.database = database;
        this.answers = new Answers(database, clock);
        this.feedback = new FeedbackEntries(database, clock);
        this.tokens = new Tokens(database);
        this.clients = new Clients(database, clock);
        this.erasure = new Erasure(database, settings, clock);
        this.linkKey = LinkKey.of(database, clock);
        this.audit = new Audit(database);
    }

    /**
     * Opens the database and brings its tables up to date.
     *
     * @param settings where and how long
     * @param clock the time of day
     * @throws StorageFailure if it cannot be used
     */
    public static Storage open(StorageSettings settings, Clock clock) {
        Database database = Database.open(settings);
        try {
            return new Storage(database, settings, clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** False if the database is a file that is not there yet. */
    public static boolean exists(StorageSettings settings) {
        return DatabaseUrl.file(settings.url()).map(Files::exists).orElse(true);
    }

    /**
     * Connects to the database and leaves it as it is; a file that is not there yet is not made.
     *
     * @throws StorageFailure if it cannot be used
     */
    public static void requireReachable(StorageSettings settings) {
        if (exists(settings)) {
            Database.requireReachable(settings);
        } else {
            DatabaseUrl.requireWritable(settings.url());
        }
    }

    /** True if its tables are those of this version, so that a start changes nothing of them. */
    public static boolean isUpToDate(StorageSettings settings) {
        return exists(settings) && Database.isUpToDate(settings);
    }

    public AnswerStore answers() {
        return answers;
    }

    public DecisionStore decisions() {
        return answers::find;
    }

    public FeedbackStore feedback() {
        return feedback;
    }

    public AuditTrail audit() {
        return audit;
    }

    public UsedTokens usedTokens() {
        return tokens;
    }

    public ClientRecords clients() {
        return clients;
    }

    /** The secret that all replicas sign links with. */
    public byte[] linkKey() {
        return linkKey.clone();
    }

    /** Has the pool of connections measured; once. */
    public void measuredBy(MeterRegistry meters) {
        database.measuredBy(meters);
    }

    /** Erases what is kept no longer. */
    public Erased erase() {
        return erasure.run();
    }

    @Override
    public void close() {
        audit.close();
        database.close();
    }
}
