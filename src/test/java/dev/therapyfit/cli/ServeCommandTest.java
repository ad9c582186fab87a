package dev.therapyfit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code serve} with settings that cannot be used: it ends with one line that says which, and what was expected. */
@Timeout(120) // a service that starts does not end
class ServeCommandTest {
    @TempDir
    private Path folder = Path.of("");

    /** Settings, after those of a service that would start, and what is told of them. */
    static Stream<Arguments> settingsThatCannotBeUsed() {
        String client = "\n    clients:\n      - id: other\n        issuer: https://other.example.org/\n        ";
        String tls = "server.ssl.bundle: service\nspring.ssl.bundle.pem.service.keystore:\n  private-key: ";
        return Stream.of(
                arguments("therapy-fit: [", "the settings file is not YAML: line "),
                arguments("server.port: abc", "setting server.port: expected a whole number"),
                arguments("server.port: 99999", "setting server.port: expected 0 to 65535"),
                arguments("server.address: 192.0.2.1", "setting server.address: expected an address of this machine"),
                arguments("server.ssl.bundle: nobody", "server.ssl.bundle: expected a bundle of spring.ssl.bundle"),
                arguments(
                        tls + "file:/no/such.key\n  certificate: file:/no/such.crt",
                        "the certificates of spring.ssl or server.ssl cannot be used: /no/such.crt"),
                arguments("spring.config.import: file:/no/such.yml", "/no/such.yml"),
                arguments("therapy-fit.no-such: 1", "unknown setting: therapy-fit.no-such"),
                arguments("therapy-fit.deadline: fast", "therapy-fit.deadline: expected a duration, such as 450ms"),
                arguments("therapy-fit.deadline: 0ms", "setting therapy-fit.deadline: "),
                arguments("therapy-fit.evaluation-time: soon", "therapy-fit.evaluation-time: expected an instant"),
                arguments("therapy-fit.limits.resources: many", "limits.resources: expected a whole number"),
                arguments("therapy-fit.links.key: short", "therapy-fit.links.key: expected at least 32 bytes"),
                arguments(
                        "therapy-fit.terminology.url: http://127.0.0.1:1/fhir",
                        "therapy-fit.terminology.url: expected a FHIR R4 server that expands the content's value sets"),
                arguments("therapy-fit.content: /no/such", "/no/such: no content here"),
                arguments(
                        "therapy-fit.storage.url: jdbc:postgresql://127.0.0.1:1/x\ntherapy-fit.storage.start-timeout: 1ms",
                        "the database jdbc:postgresql://127.0.0.1:1/x cannot be used"),
                arguments(
                        "therapy-fit.outbound.allowed-networks: 10.0.0.0/99", "outbound.allowed-networks: 10.0.0.0/99"),
                arguments(
                        "therapy-fit.trust:" + client + "key-set: file:/no/such.json",
                        "trust.clients, other: key-set: expected a file that can be read"),
                arguments(
                        "therapy-fit.trust:" + client + "key-set-urls: [https://x.example]\n        jurisdiction: MARS",
                        "trust.clients, other: jurisdiction: expected two capital letters"),
                arguments(
                        "therapy-fit.trust:" + client + "features: [flying]",
                        "clients[0].features[0]: expected action-selection-behavior"));
    }

    @ParameterizedTest
    @MethodSource("settingsThatCannotBeUsed")
    void settings_that_cannot_be_used_are_told_in_one_line(String wrong, String told) throws IOException {
        Path settings = Files.writeString(folder.resolve("settings.yml"), """
                therapy-fit:
                  public-url: https://cds.example.org
                  storage.directory: %s
                  trust:
                    mode: clients
                    clients:
                      - id: general-hospital
                        issuer: https://ehr.example.org/
                        key-set-urls: [https://ehr.example.org/jwks.json]
                %s
                """.formatted(folder.resolve("data"), wrong));
        assertCannotStart(told, "--config", settings.toString());
    }

    @Test
    void a_port_that_is_taken_is_told() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertCannotStart("port " + port + " is taken", "--port", port);
        }
    }

    @Test
    void a_look_at_a_start_says_whether_it_would_succeed_and_makes_nothing() throws IOException {
        Path data = folder.resolve("data");
        Path settings = Files.writeString(
                folder.resolve("settings.yml"),
                "therapy-fit:\n  trust.mode: open\n  storage.directory: " + data + "\nserver.port: 0\n");

        assertThat(run("serve", "--check", "--config", settings.toString()))
                .isEqualTo(new Ran(0, "A start would succeed.", ""));
        assertThat(data).doesNotExist();

        Files.writeString(settings, "  limits.resources: 0\n", java.nio.file.StandardOpenOption.APPEND);
        assertThat(run("serve", "--check", "--config", settings.toString()).code())
                .isEqualTo(2);
    }

    @Test
    void a_database_that_is_looked_into_is_never_made() throws IOException {
        Path data = folder.resolve("data");
        Path settings =
                Files.writeString(folder.resolve("settings.yml"), "therapy-fit.storage.directory: " + data + "\n");

        for (String command : List.of(
                "feedback",
                "clients list",
                "audit --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --out " + folder.resolve("out"))) {
            Ran ran = run((command + " --config " + settings).split(" "));
            assertThat(ran.code()).as(command).isEqualTo(2);
            assertThat(ran.err())
                    .contains("therapy-fit.storage: expected the database of a service; there is none yet");
            assertThat(data).doesNotExist();
        }
    }

    @Test
    void ports_of_the_sandbox_that_cannot_both_be_had_are_told_before_anything_starts() {
        assertThat(run("sandbox", "--port", "18099", "--fhir-port", "18099").err())
                .isEqualTo("sandbox: --fhir-port: expected another port than --port, which is 18099 too");
        assertThat(run("sandbox", "--port", "0", "--fhir-port", "70000").err())
                .isEqualTo("sandbox: --fhir-port 70000: expected 0 to 65535");
    }

    /** What a command printed and answered. */
    private record Ran(int code, String out, String err) {}

    private static Ran run(String... arguments) {
        StringWriter err = new StringWriter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try {
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            int code = Commands.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
            return new Ran(
                    code,
                    out.toString(StandardCharsets.UTF_8).strip(),
                    err.toString().strip());
        } finally {
            System.setOut(before);
        }
    }

    /** One line of what is wrong, and of the log only how the start began, without a stack trace. */
    private static void assertCannotStart(String told, String option, String value) {
        Ran ran = run("serve", option, value);

        assertThat(ran.err().lines()).singleElement().asString().contains(told);
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.out().lines()).allMatch(line -> line.contains(" INFO "));
    }
}
