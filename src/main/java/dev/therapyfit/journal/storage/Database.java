package dev.therapyfit.journal.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The database, its tables brought up to date, and a way to use it that never holds a caller longer than that one wants
 * to wait: statements run on threads of their own, and a database that hangs keeps those.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** The shortest wait for a connection that HikariCP knows. A call waits as long even if its time is up. */
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(250);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** So many callers' statements share a transaction at most. */
    private static final int MOST_TOGETHER = 64;

    /** Calls that wait for a connection, for each connection. More would wait in vain. */
    private static final int WAITING = 20;

    private final HikariDataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final ThreadPoolExecutor readers;
    private final ThreadPoolExecutor writer;
    private final Queue<Write<?>> pending = new ConcurrentLinkedQueue<>();
    private final boolean isFile;

    /** Who commits to a file and has it written; in turn, so that none who writes again and again keeps others from it. */
    private final Lock writing = new ReentrantLock(true);

    private Database(HikariDataSource dataSource, int connections, boolean isFile) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.isFile = isFile;
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
        this.readers = threads("storage", connections, connections * WAITING);
        this.writer = threads("storage-writer", 1, connections * WAITING);
    }

    private static ThreadPoolExecutor threads(String name, int most, int waiting) {
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(most, most, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Opens the database and brings its tables up to date.
     *
     * @throws StorageFailure if it cannot be reached in time, or its tables are not ours
     */
    static Database open(StorageSettings settings) {
        HikariDataSource dataSource = connected(settings);
        try {
            migrate(settings);
            return new Database(dataSource, settings.connections(), DatabaseUrl.isFile(settings.url()));
        } catch (RuntimeException e) {
            dataSource.close();
            throw e;
        }
    }

    /** Connects, and changes nothing. */
    static void requireReachable(StorageSettings settings) {
        connected(settings).close();
    }

    private static HikariDataSource connected(StorageSettings settings) {
        try {
            return new HikariDataSource(pool(settings));
        } catch (PoolInitializationException e) {
            throw new StorageFailure(explain(settings, e));
        }
    }

    void measuredBy(MeterRegistry meters) {
        dataSource.setMetricRegistry(meters);
    }

    private static HikariConfig pool(StorageSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("storage");
        config.setJdbcUrl(DatabaseUrl.usable(settings.url()));
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(settings.connections());
        config.setConnectionTimeout(SHORTEST_WAIT.toMillis());
        config.setValidationTimeout(SHORTEST_WAIT.toMillis());
        config.setInitializationFailTimeout(Math.max(1, settings.startTimeout().toMillis()));
        config.setExceptionOverride(new BrokenConnection());
        if (DatabaseUrl.isPostgreSql(settings.url())) {
            config.addDataSourceProperty("connectTimeout", "1");
            // A server that hangs without closing its connections is given up, so that new ones can be made.
            config.addDataSourceProperty("socketTimeout", "2");
            config.addDataSourceProperty("tcpKeepAlive", "true");
            config.addDataSourceProperty("ApplicationName", "therapy-fit");
            // The detail of an error holds values of the row.
            config.addDataSourceProperty("logServerErrorDetail", "false");
        }
        return config;
    }

    /** On a connection of its own, because a change of a large table may take longer than a call may. */
    private static void migrate(StorageSettings settings) {
        try {
            flyway(settings).migrate();
        } catch (FlywayException e) {
            throw new StorageFailure("the tables of the database " + DatabaseUrl.withoutParameters(settings.url())
                    + " cannot be brought up to date: " + firstLine(e));
        }
    }

    static boolean isUpToDate(StorageSettings settings) {
        try {
            return flyway(settings).info().pending().length == 0;
        } catch (FlywayException e) {
            return false;
        }
    }

    private static Flyway flyway(StorageSettings settings) {
        return Flyway.configure()
                .dataSource(new DriverManagerDataSource(
                        DatabaseUrl.usable(settings.url()), settings.user(), settings.password()))
                .locations("classpath:dev/therapyfit/journal/storage/migration")
                .table("therapy_fit_schema")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
    }

    private static String explain(StorageSettings settings, PoolInitializationException failure) {
        SQLException cause = Stream.iterate((Throwable) failure, t -> t != null, Throwable::getCause)
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .findFirst()
                .orElseGet(() -> new SQLException(failure));
        String where = "the database " + DatabaseUrl.withoutParameters(settings.url());
        String state = String.valueOf(cause.getSQLState());
        if (state.equals("90020")) {
            return where + " is in use by another process: stop that one, or use PostgreSQL, which many may use";
        }
        if (state.startsWith("28")) {
            return where + " refuses user " + settings.user()
                    + ": check therapy-fit.storage.user and therapy-fit.storage.password";
        }
        return where + " cannot be used: check therapy-fit.storage.url (" + firstLine(cause) + ")";
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * Runs statements in a transaction, which they may share with those of other callers that wait too: one commit and one
     * sync serve all. What they wrote is on the disk when this returns.
     *
     * @param deadline when the caller waits no longer; what runs then may still be committed
     * @param statements may be run again, if those of another caller of the same transaction fail
     * @throws Unavailable if the database is away, busy or too slow
     */
    <T> T call(Deadline deadline, Function<JdbcClient, T> statements) {
        Write<T> write = new Write<>(statements, new CompletableFuture<>());
        pending.add(write);
        try {
            writer.execute(this::commitPending);
        } catch (RejectedExecutionException e) {
            pending.remove(write);
            throw busy();
        }
        return await(deadline, write.result());
    }

    /** Statements that somebody waits for. */
    private record Write<T>(Function<JdbcClient, T> statements, CompletableFuture<T> result) {
        /** Runs them; what it gives tells whoever waits. */
        Runnable run(JdbcClient jdbc) {
            T value = statements.apply(jdbc);
            return () -> result.complete(value);
        }
    }

    /** Commits whatever waits, if an earlier turn has not done so. */
    private void commitPending() {
        List<Write<?>> batch = new ArrayList<>();
        while (batch.size() < MOST_TOGETHER) {
            Write<?> next = pending.poll();
            if (next == null) {
                break;
            }
            if (!next.result().isDone()) {
                batch.add(next);
            }
        }
        if (!batch.isEmpty()) {
            commit(batch);
        }
    }

    private void commit(List<Write<?>> batch) {
        try {
            List<Runnable> done =
                    run(jdbc -> batch.stream().map(write -> write.run(jdbc)).toList());
            done.forEach(Runnable::run);
        } catch (RuntimeException e) {
            if (batch.size() > 1 && !(e instanceof Unavailable)) {
                batch.forEach(write -> commit(List.of(write))); // one of them is wrong, which is not the others' fault
            } else {
                batch.forEach(write -> write.result().completeExceptionally(e));
            }
        }
    }

    /** The same for statements that write nothing. */
    <T> T read(Deadline deadline, Function<JdbcClient, T> statements) {
        try {
            return await(deadline, readers.submit(() -> read(statements)));
        } catch (RejectedExecutionException e) {
            throw busy();
        }
    }

    private static Unavailable busy() {
        return new Unavailable("too many calls wait for the database", RETRY_AFTER);
    }

    private static <T> T await(Deadline deadline, Future<T> future) {
        try {
            long wait = Math.max(deadline.remaining().toNanos(), SHORTEST_WAIT.toNanos());
            return future.get(wait, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            // Never by interruption: H2 would close its file.
            future.cancel(false);
            LOG.warn("The database does not answer in time");
            throw new Unavailable("the database does not answer in time", RETRY_AFTER);
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new Unavailable("the service ends", RETRY_AFTER);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Runs statements in one transaction on the caller's thread, as long as it takes. What they wrote is on the disk when
     * this returns.
     *
     * <p>H2 leaves it to a thread of its own, half a second later, to write a file, so that it has to be told to. If it fails
     * then, for example because the disk is full, it closes the file and forgets what was not written; what one thread has
     * committed and another one is just writing would be forgotten though both were told that all is well. So one
     * transaction at a time is committed and written.
     *
     * @throws Unavailable if the database is away
     */
    <T> T run(Function<JdbcClient, T> statements) {
        if (!isFile) {
            return transaction(statements);
        }
        writing.lock();
        try {
            T result = transaction(statements);
            orAway(() -> jdbc.sql("checkpoint sync").update());
            return result;
        } finally {
            writing.unlock();
        }
    }

    /** The same for statements that write nothing. */
    <T> T read(Function<JdbcClient, T> statements) {
        return transaction(statements);
    }

    @SuppressWarnings("NullAway") // the template hands on what the statements give, which is never null
    private <T> T transaction(Function<JdbcClient, T> statements) {
        return orAway(() -> transactions.execute(transaction -> statements.apply(jdbc)));
    }

    /**
     * Does something with the database.
     *
     * @throws Unavailable if it is away
     */
    private static <T> T orAway(Supplier<T> work) {
        try {
            return work.get();
        } catch (DataAccessException | TransactionException e) {
            String state = sqlState(e);
            if (isDefect(state)) {
                throw e;
            }
            // The message may hold values, so only its kind is told.
            LOG.warn("The database is away: {}, SQL state {}", e.getClass().getSimpleName(), state);
            throw new Unavailable("the database is away", RETRY_AFTER);
        }
    }

    /** A statement, a value or a constraint is wrong: trying again would not help. */
    private static boolean isDefect(String state) {
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("42");
    }

    private static String sqlState(Throwable failure) {
        return Stream.iterate(failure, t -> t != null, Throwable::getCause)
                .filter(SQLException.class::isInstance)
                .map(cause -> String.valueOf(((SQLException) cause).getSQLState()))
                .findFirst()
                .orElse("");
    }

    @Override
    public void close() {
        writer.shutdown();
        readers.shutdown();
        try {
            if (!writer.awaitTermination(5, TimeUnit.SECONDS) || !readers.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("The database still works at the end of the service");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dataSource.close();
    }
}
