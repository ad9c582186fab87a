package dev.therapyfit.journal.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An empty database for one test: H2 in a file, or a schema of its own on the PostgreSQL that THERAPY_FIT_TEST_JDBC_URL,
 * _USER and _PASSWORD name.
 */
final class TestDatabase implements AutoCloseable {
    private final StorageSettings settings;
    private final AutoCloseable end;

    private TestDatabase(StorageSettings settings, AutoCloseable end) {
        this.settings = settings;
        this.end = end;
    }

    enum Kind {
        H2,
        POSTGRESQL
    }

    /** Those that there are here. */
    static Stream<Kind> kinds() {
        return Stream.of(Kind.values())
                .filter(kind -> kind == Kind.H2
                        || environment("THERAPY_FIT_TEST_JDBC_URL").isPresent());
    }

    static TestDatabase of(Kind kind) throws IOException, SQLException {
        return kind == Kind.H2 ? h2() : postgreSql();
    }

    private static TestDatabase h2() throws IOException {
        Path folder = Files.createTempDirectory("storage");
        return new TestDatabase(settings("jdbc:h2:file:" + folder.resolve("service"), "sa", ""), () -> {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : (Iterable<Path>) files::iterator) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        });
    }

    private static TestDatabase postgreSql() throws SQLException {
        String url = environment("THERAPY_FIT_TEST_JDBC_URL").orElseThrow();
        String user = environment("THERAPY_FIT_TEST_JDBC_USER").orElse("");
        String password = environment("THERAPY_FIT_TEST_JDBC_PASSWORD").orElse("");
        String schema = "service_test_" + ProcessHandle.current().pid() + "_" + System.nanoTime();
        execute(url, user, password, "create schema " + schema);
        String ours = url + (url.contains("?") ? "&" : "?") + "currentSchema=" + schema;
        return new TestDatabase(
                settings(ours, user, password),
                () -> execute(url, user, password, "drop schema " + schema + " cascade"));
    }

    static StorageSettings settings(String url, String user, String password) {
        return new StorageSettings(
                url,
                user,
                password,
                4,
                Duration.ofMillis(1),
                Duration.ofHours(24),
                Duration.ofDays(90),
                Duration.ofDays(365));
    }

    StorageSettings settings() {
        return settings;
    }

    /** Runs a statement beside the storage. */
    void execute(String statement) throws SQLException {
        execute(DatabaseUrl.usable(settings.url()), settings.user(), settings.password(), statement);
    }

    /** Runs a statement beside the storage, and leaves it open whether it counts. */
    Transaction begin(String statement) throws SQLException {
        Connection connection =
                DriverManager.getConnection(DatabaseUrl.usable(settings.url()), settings.user(), settings.password());
        connection.setAutoCommit(false);
        try (Statement statements = connection.createStatement()) {
            statements.execute(statement);
        }
        return new Transaction(connection);
    }

    /** A statement that counts when it is committed. */
    record Transaction(Connection connection) implements AutoCloseable {
        void commit() throws SQLException {
            connection.commit();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private static void execute(String url, String user, String password, String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statements = connection.createStatement()) {
            statements.execute(statement);
        }
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }

    @Override
    public void close() throws SQLException, IOException {
        try {
            end.close();
        } catch (SQLException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
