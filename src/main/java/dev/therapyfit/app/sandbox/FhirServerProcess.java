package dev.therapyfit.app.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The FHIR sandbox as a child process. It tells its progress in lines on its output, which are handed on, and it ends
 * when its input does, so it never outlives this process, however this one ends.
 */
public final class FhirServerProcess implements AutoCloseable {
    private static final String READY = "FHIR server: ready at ";
    private static final int SECONDS_TO_STOP = 10;

    private final Process process;
    private final CompletableFuture<URI> ready = new CompletableFuture<>();
    private final Thread output;
    private final Thread errors;
    private volatile boolean stopped;

    private FhirServerProcess(Process process, Consumer<String> progress, Consumer<String> failures) {
        this.process = process;
        this.output = relay(
                process.getInputStream(),
                line -> {
                    progress.accept(line);
                    if (line.startsWith(READY)) {
                        ready.complete(URI.create(line.substring(READY.length()).trim()));
                    }
                },
                () -> ready.completeExceptionally(new IllegalStateException("the FHIR server ended")));
        this.errors = relay(process.getErrorStream(), failures, () -> {});
    }

    /**
     * Starts the server.
     *
     * @param jar its executable jar
     * @param options its command line options
     * @param progress takes each line about its start
     * @param failures takes each line about a failure
     */
    public static FhirServerProcess start(
            Path jar, List<String> options, Consumer<String> progress, Consumer<String> failures) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // The quick compiler alone: a sandbox lives minutes and should start soon.
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", "-jar", jar.toString(), "--stop-with-stdin"));
        command.addAll(options);
        try {
            return new FhirServerProcess(new ProcessBuilder(command).start(), progress, failures);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Finds the server's jar: beside the application's jar, or where the build of this repository leaves it.
     *
     * @param application jar or class folder of the application
     */
    public static Optional<Path> findJar(@Nullable Path application) {
        List<Path> places = new ArrayList<>();
        Path folder = application == null ? null : application.toAbsolutePath().getParent();
        if (folder != null) {
            places.add(folder.resolve("fhir-server.jar"));
            places.add(
                    folder.resolve("../../fhir-server/target/fhir-server.jar").normalize());
        }
        places.add(Path.of("fhir-server/target/fhir-server.jar"));
        return places.stream().filter(Files::isRegularFile).findFirst();
    }

    /** Completed with the base URL when the server takes calls; failed if it ends before. */
    public CompletableFuture<URI> ready() {
        return ready;
    }

    /** Waits for the end of the process and of what it said; returns its exit code. */
    public int waitFor() throws InterruptedException {
        int code = process.waitFor();
        output.join();
        errors.join();
        return code;
    }

    /** True once {@link #stop} was called: then an end of the server is no surprise. */
    public boolean wasStopped() {
        return stopped;
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends the server: asks first, then insists. */
    public void stop() {
        stopped = true;
        try {
            process.getOutputStream().close();
            if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static Thread relay(InputStream from, Consumer<String> to, Runnable atEnd) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                        lines.lines().forEach(to);
                    } catch (IOException | UncheckedIOException e) {
                        // the process ended while it spoke: nothing more is to be told
                    }
                    atEnd.run();
                },
                "fhir-server-output");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
