package dev.therapyfit.fhirserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of one data directory under the executable jar: its first start is stopped, its second killed, its third
 * completes the patients. {@code SandboxIT} starts once more on what is complete, and ends the server by its input.
 */
@TestMethodOrder(OrderAnnotation.class)
class FhirServerJarIT {
    private static final int PATIENTS = 24;
    private static final int KILLED_AT = 4;
    /** A clean stop takes a second or two; the rest is for a machine that is busy with other things. */
    private static final long STOP_SECONDS = 20;

    @TempDir
    static Path data = Path.of("");

    @Test
    @Order(1)
    void a_start_is_stopped_cleanly_before_it_is_done() throws Exception {
        try (ServerProcess server = start()) {
            server.await(line -> line.startsWith("FHIR server: starting (H2 file "));
            server.terminate();

            assertThat(server.awaitEnd(STOP_SECONDS)).isZero();
            assertThat(server.out()).hasSize(1);
            assertThat(server.err()).isEmpty();
        }
    }

    @Test
    @Order(2)
    void a_start_may_be_killed_while_it_writes_patients() throws Exception {
        try (ServerProcess server = start()) {
            server.await(("FHIR server: seeding " + KILLED_AT + " of " + PATIENTS)::equals);
            server.kill();
        }
    }

    @Test
    @Order(3)
    void the_next_start_completes_them_and_a_signal_ends_it() throws Exception {
        try (ServerProcess server = start()) {
            String base = server.awaitReady();

            assertThat(server.out().get(0))
                    .isEqualTo("FHIR server: starting (H2 file " + data.resolve("fhir.mv.db") + ")");
            List<String> seeding = server.out().subList(1, server.out().size() - 1);
            assertThat(seeding).hasSizeBetween(PATIENTS - KILLED_AT, PATIENTS);
            assertThat(seeding)
                    .containsExactlyElementsOf(IntStream.rangeClosed(PATIENTS - seeding.size() + 1, PATIENTS)
                            .mapToObj(i -> "FHIR server: seeding " + i + " of " + PATIENTS)
                            .toList());
            Client client = new Client(base);
            assertThat(client.search("/Patient?_summary=count").getTotal()).isEqualTo(PATIENTS);
            assertThat(client.search("/Observation?patient=o1&_summary=count").getTotal())
                    .isEqualTo(3);
            assertThat(client.read(Patient.class, "/Patient/horse-range").getIdPart())
                    .isEqualTo("horse-range");

            itsPortIsTaken(URI.create(base).getPort());
            itsDatabaseIsLocked();

            server.terminate();
            assertThat(server.awaitEnd(STOP_SECONDS)).isZero();
            assertThat(server.err()).isEmpty();
            assertThat(Files.readString(data.resolve("logs").resolve("fhir-server.log")))
                    .contains("HAPI FHIR version");
            assertThat(data.resolve("fhir.trace.db")).doesNotExist();
        }
    }

    private static void itsPortIsTaken(int port) throws Exception {
        try (ServerProcess second = ServerProcess.start("--data", data.toString(), "--port", "" + port)) {
            assertThat(second.awaitEnd(STOP_SECONDS)).isEqualTo(2);
            assertThat(second.out()).isEmpty();
            assertThat(second.err())
                    .containsExactly("FHIR server: port " + port
                            + " is taken by another process; choose another one with --port (0 for any free one)");
        }
    }

    private static void itsDatabaseIsLocked() throws Exception {
        try (ServerProcess second = start()) {
            assertThat(second.awaitEnd(STOP_SECONDS)).isEqualTo(2);
            assertThat(second.out()).isEmpty();
            assertThat(second.err())
                    .containsExactly("FHIR server: the database " + data.resolve("fhir.mv.db")
                            + " is in use by another process; stop that one or choose another directory with --data");
        }
    }

    private static ServerProcess start() throws Exception {
        return ServerProcess.start("--data", data.toString(), "--port", "0");
    }
}
