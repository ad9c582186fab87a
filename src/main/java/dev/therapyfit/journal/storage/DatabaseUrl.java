package dev.therapyfit.journal.storage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A JDBC URL that can be used: which kinds there are, and what is added to them. */
final class DatabaseUrl {
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final String H2_FILE = "jdbc:h2:file:";
    private static final String H2_MEMORY = "jdbc:h2:mem:";

    /** Settings of H2 that open it to the network or to other processes. */
    private static final Pattern REMOTE =
            Pattern.compile(";\\s*(AUTO_SERVER|AUTO_SERVER_PORT)\\s*=", Pattern.CASE_INSENSITIVE);

    /** What H2 traces are statements with their values: patient data. */
    private static final Pattern TRACE = Pattern.compile(";\\s*TRACE_", Pattern.CASE_INSENSITIVE);

    /** What runs statements when it is opened, which can do whatever a setting can, such as start a trace. */
    private static final Pattern STATEMENTS = Pattern.compile(
            ";\\s*(INIT|DATABASE_EVENT_LISTENER|JAVA_OBJECT_SERIALIZER)\\s*=|;[^;]*RUNSCRIPT",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern PASSWORD = Pattern.compile("[?&;]password=", Pattern.CASE_INSENSITIVE);

    /**
     * PostgreSQL's words, so that one set of statements serves both; H2's own shutdown hook would close the file under
     * calls that are still answered; no trace file. H2 keeps what it has rewritten for 45 seconds, in case the disk has
     * not got the new place yet; we have it written to the disk at every commit, so that five are ample and the file stays
     * small. Compressed, it grows by less than half.
     */
    private static final String H2_OPTIONS = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
            + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;RETENTION_TIME=5000;COMPRESS=TRUE";

    private DatabaseUrl() {}

    /**
     * The URL with all that this service needs.
     *
     * @throws StorageFailure if it is of another kind, holds a password or has statements traced
     */
    static String usable(String url) {
        if (PASSWORD.matcher(url).find()) {
            throw new StorageFailure("therapy-fit.storage.url holds a password, where others may read it: set"
                    + " therapy-fit.storage.password");
        }
        if (url.startsWith(POSTGRESQL)) {
            return url;
        }
        if (TRACE.matcher(url).find()) {
            throw new StorageFailure(
                    "therapy-fit.storage.url sets a trace of H2, which writes patient data to where nobody"
                            + " looks after them: expected none");
        }
        if (STATEMENTS.matcher(url).find()) {
            throw new StorageFailure("therapy-fit.storage.url has H2 run statements or classes when it is opened"
                    + " (INIT and the like): expected none");
        }
        if ((url.startsWith(H2_FILE) || url.startsWith(H2_MEMORY))
                && !REMOTE.matcher(url).find()) {
            return url + H2_OPTIONS;
        }
        throw new StorageFailure("therapy-fit.storage.url " + withoutParameters(url) + ": expected " + POSTGRESQL
                + "//HOST:PORT/DATABASE or " + H2_FILE + "PATH, without a server of H2");
    }

    /** The file of an H2 database; empty if the database is no file. */
    static Optional<Path> file(String url) {
        if (!isFile(url)) {
            return Optional.empty();
        }
        String path = withoutParameters(url).substring(H2_FILE.length());
        String home = path.startsWith("~") ? System.getProperty("user.home") + path.substring(1) : path;
        return Optional.of(Path.of(home + ".mv.db"));
    }

    /**
     * Looks whether the file of a database can be made.
     *
     * @throws StorageFailure if the URL cannot be used, or the folder cannot be written to
     */
    static void requireWritable(String url) {
        usable(url);
        Path folder = file(url).map(Path::toAbsolutePath).map(Path::getParent).orElse(null);
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (folder != null && !(Files.isDirectory(folder) && Files.isWritable(folder))) {
            throw new StorageFailure("the database " + withoutParameters(url) + " cannot be made: " + folder
                    + " is no folder that can be written to");
        }
    }

    static boolean isFile(String url) {
        return url.startsWith(H2_FILE);
    }

    static boolean isPostgreSql(String url) {
        return url.startsWith(POSTGRESQL);
    }

    /** Parameters may hold secrets. */
    static String withoutParameters(String url) {
        return url.toLowerCase(Locale.ROOT).startsWith("jdbc:") ? url.split("[?;]", 2)[0] : "(no JDBC URL)";
    }
}
