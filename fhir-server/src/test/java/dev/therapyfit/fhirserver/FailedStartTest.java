package dev.therapyfit.fhirserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A start that cannot be ends with 2 and one line, before HAPI is even loaded. */
@Timeout(30)
class FailedStartTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory = Path.of("");

    @Test
    void a_taken_port_is_named() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(failure(Map.of(), "--data", directory.toString(), "--port", "" + taken.getLocalPort()))
                    .isEqualTo("FHIR server: port " + taken.getLocalPort()
                            + " is taken by another process; choose another one with --port (0 for any free one)");
        }
    }

    @Test
    void an_address_of_another_machine_is_named() {
        assertThat(failure(Map.of(), "--data", directory.toString(), "--port", "0", "--bind", "192.0.2.1"))
                .startsWith("FHIR server: cannot listen at 192.0.2.1 port 0 (");
    }

    @Test
    void a_data_directory_that_cannot_be_made_is_named() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(failure(
                        Map.of(), "--port", "0", "--data", file.resolve("data").toString()))
                .startsWith("FHIR server: the data directory " + file.resolve("data") + " cannot be made");
        assertThat(failure(Map.of(), "--port", "0", "--data", file.toString()))
                .startsWith("FHIR server: the data directory " + file + " cannot be made")
                .containsIgnoringCase("not a directory");
    }

    @Test
    void a_data_directory_that_h2_cannot_name_is_refused() {
        assertThat(failure(
                        Map.of(),
                        "--port",
                        "0",
                        "--data",
                        directory.resolve("a;b").toString()))
                .startsWith("FHIR server: the data directory ")
                .contains("has a ';' in its name");
    }

    @Test
    void a_file_that_is_no_database_is_named() throws IOException {
        Files.writeString(directory.resolve("fhir.mv.db"), "these are not the bytes you are looking for".repeat(500));

        assertThat(failure(Map.of(), "--port", "0", "--data", directory.toString()))
                .startsWith("FHIR server: the database " + directory.resolve("fhir.mv.db") + " cannot be opened: ");
    }

    @Test
    void a_database_that_nobody_serves_is_named_without_the_parameters_of_its_url() throws IOException {
        int unused;
        try (ServerSocket socket = new ServerSocket(0)) {
            unused = socket.getLocalPort();
        }

        assertThat(failure(
                        Map.of("THERAPY_FIT_FHIR_JDBC_PASSWORD", "secret"),
                        "--port=0",
                        "--data=" + directory,
                        "--jdbc-url=jdbc:postgresql://127.0.0.1:" + unused + "/fhir?sslpassword=hidden"))
                .startsWith("FHIR server: the database at jdbc:postgresql://127.0.0.1:" + unused
                        + "/fhir cannot be reached; check --jdbc-url: ")
                .doesNotContain("secret", "hidden");
    }

    @Test
    void only_postgresql_is_accepted_be_it_by_option_or_environment() {
        assertThat(failure(Map.of(), "--jdbc-url", "jdbc:mysql://db/fhir?password=secret"))
                .isEqualTo(
                        "FHIR server: the JDBC URL must be PostgreSQL's, jdbc:postgresql://HOST:PORT/DATABASE, but is"
                                + " jdbc:mysql://db/fhir");
        assertThat(failure(Map.of("THERAPY_FIT_FHIR_JDBC_URL", "jdbc:oracle:thin:@db")))
                .contains("but is jdbc:oracle:thin:@db");
    }

    @Test
    void a_password_in_the_url_is_refused_and_not_repeated() {
        assertThat(failure(Map.of(), "--jdbc-url", "jdbc:postgresql://db/fhir?ssl=true&password=secret"))
                .contains("THERAPY_FIT_FHIR_JDBC_PASSWORD")
                .doesNotContain("secret");
    }

    @Test
    void wrong_use_is_told_in_one_line() {
        assertThat(failure(Map.of(), "--prot", "1")).contains("'--prot'").contains("--help");
        assertThat(failure(Map.of(), "--port", "many")).contains("--port").contains("'many'");
        assertThat(failure(Map.of(), "--port", "70000")).contains("--port must be between 0 and 65535");
        assertThat(failure(Map.of(), "--seed-as-of", "yesterday")).contains("--seed-as-of");
        assertThat(failure(Map.of(), "--jdbc-password", "secret")).contains("'--jdbc-password'");
    }

    @Test
    void help_is_no_failure() {
        assertThat(run(Map.of(), "--help")).isZero();
        assertThat(out.toString())
                .contains("--port", "--bind", "--data", "--jdbc-url", "--jdbc-user", "--no-seed", "--seed-as-of")
                .contains("--stop-with-stdin", "THERAPY_FIT_FHIR_JDBC_PASSWORD");
        assertThat(err.toString()).isEmpty();
    }

    private String failure(Map<String, String> environment, String... args) {
        err.getBuffer().setLength(0);
        assertThat(run(environment, args)).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString().strip();
    }

    private int run(Map<String, String> environment, String... args) {
        CommandLine line = new FhirServerCommand(environment, Clock.systemUTC(), InputStream.nullInputStream()).line();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute(args);
    }
}
