package dev.therapyfit.fhirserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hl7.fhir.r4.model.Condition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The same server on PostgreSQL. Runs where THERAPY_FIT_TEST_JDBC_URL names a database that the user of
 * THERAPY_FIT_TEST_JDBC_USER and _PASSWORD may make schemas in; each test has its own schema and drops it.
 */
@EnabledIfEnvironmentVariable(named = "THERAPY_FIT_TEST_JDBC_URL", matches = ".+")
class FhirServerOnPostgreSqlTest {
    private static final int PATIENTS = 24;

    private final String url = environment("THERAPY_FIT_TEST_JDBC_URL").orElse("");
    private final Optional<String> user = environment("THERAPY_FIT_TEST_JDBC_USER");
    private final Optional<String> password = environment("THERAPY_FIT_TEST_JDBC_PASSWORD");
    private final String schema = "therapy_fit_test_" + ProcessHandle.current().pid();

    @TempDir
    Path data = Path.of("");

    @BeforeEach
    void makeSchema() throws SQLException {
        execute("drop schema if exists " + schema + " cascade", "create schema " + schema);
    }

    @AfterEach
    void dropSchema() throws SQLException {
        execute("drop schema " + schema + " cascade");
    }

    @Test
    void the_patients_are_written_once_and_stay() throws StartFailure {
        List<String> first = run(client -> {
            assertThat(client.search("/Patient?_summary=count").getTotal()).isEqualTo(PATIENTS);
            assertThat(Client.ids(client.search("/Condition?code=http://snomed.info/sct%7C239873007")))
                    .containsExactly("Condition/o1-knee");
            assertThat(client.pages("/Observation?_count=11")).hasSizeGreaterThan(2);
            assertThat(client.post("", """
                                    {"resourceType": "Bundle", "type": "transaction", "entry": [
                                      {"resource": {"resourceType": "Patient", "id": "added"},
                                       "request": {"method": "PUT", "url": "Patient/added"}}]}""").statusCode()).isEqualTo(200);
        });
        assertThat(first)
                .hasSize(PATIENTS + 2)
                .contains(
                        "starting (PostgreSQL)", "seeding 1 of " + PATIENTS, "seeding " + PATIENTS + " of " + PATIENTS);

        List<String> second = run(client -> {
            assertThat(client.search("/Patient?_summary=count").getTotal()).isEqualTo(PATIENTS + 1);
            assertThat(client.read(Condition.class, "/Condition/o1-knee")
                            .getMeta()
                            .getVersionId())
                    .isEqualTo("1");
        });
        assertThat(second).hasSize(3).contains(PATIENTS + " patients are there already");
    }

    @Test
    void a_user_that_the_database_refuses_is_named() {
        assertThat(failure(url, "nobody_of_this_name"))
                .startsWith("FHIR server: the database at jdbc:postgresql:")
                .endsWith(" refuses user nobody_of_this_name; check --jdbc-user and THERAPY_FIT_FHIR_JDBC_PASSWORD");
    }

    @Test
    void a_database_that_does_not_exist_is_named() {
        String missing = url.replaceFirst("/[^/?]*(\\?.*)?$", "/no_such_database");

        assertThat(failure(missing, user.orElse("")))
                .startsWith("FHIR server: the database at " + missing + " cannot be reached; check --jdbc-url: ");
    }

    private interface Use {
        void of(Client client);
    }

    private List<String> run(Use use) throws StartFailure {
        List<String> progress = new CopyOnWriteArrayList<>();
        String withSchema = url + (url.contains("?") ? "&" : "?") + "currentSchema=" + schema;
        Settings settings = new Settings(
                "127.0.0.1",
                0,
                data,
                PostgreSql.at(withSchema, user, password),
                Optional.of(LocalDate.parse("2026-07-15")));
        try (FhirServer server = new FhirServer(settings, progress::add)) {
            use.of(new Client(server.start()));
        }
        return progress;
    }

    private String failure(String jdbcUrl, String jdbcUser) {
        StringWriter err = new StringWriter();
        CommandLine line = new FhirServerCommand(
                        Map.of("THERAPY_FIT_FHIR_JDBC_PASSWORD", password.orElse("wrong")),
                        Clock.systemUTC(),
                        InputStream.nullInputStream())
                .line()
                .setErr(new PrintWriter(err, true));
        assertThat(line.execute("--port=0", "--data=" + data, "--jdbc-url=" + jdbcUrl, "--jdbc-user=" + jdbcUser))
                .isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString().strip();
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user.orElse(null), password.orElse(null));
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name));
    }
}
