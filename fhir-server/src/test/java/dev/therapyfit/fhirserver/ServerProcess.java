package dev.therapyfit.fhirserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The executable jar in a process of its own, as a person or the application starts it. */
final class ServerProcess implements AutoCloseable {
    private static final long START_SECONDS = 240;

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();

    private ServerProcess(Process process) {
        this.process = process;
        collect(process.getInputStream(), out);
        collect(process.getErrorStream(), err);
    }

    static ServerProcess start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                Path.of("target", "fhir-server.jar").toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("THERAPY_FIT_FHIR_"));
        return new ServerProcess(builder.start());
    }

    /** Waits for a line of standard output; fails if the process ends before it. */
    String await(Predicate<String> line) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end) {
            boolean alive = process.isAlive();
            var found = out.stream().filter(line).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            assertThat(alive).as("alive; out %s, err %s", out, err).isTrue();
            process.waitFor(20, TimeUnit.MILLISECONDS);
        }
        throw new AssertionError("No such line within " + START_SECONDS + " s; out " + out + ", err " + err);
    }

    /** The URL of its ready line. */
    String awaitReady() throws InterruptedException {
        String prefix = "FHIR server: ready at ";
        return await(line -> line.startsWith(prefix)).substring(prefix.length());
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int awaitEnd(long seconds) throws InterruptedException {
        assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                .as("ended within %s s; out %s", seconds, out)
                .isTrue();
        return process.exitValue();
    }

    List<String> out() {
        return out;
    }

    List<String> err() {
        return err;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static void collect(InputStream stream, List<String> into) {
        Thread thread = new Thread(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
                    Stream<String> lines = reader.lines()) {
                lines.forEach(into::add);
            } catch (IOException | UncheckedIOException e) {
                // the process was killed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
