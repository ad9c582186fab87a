package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code therapy-fit} as a process, with what it printed. */
final class Executable implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("target/therapy-fit").toAbsolutePath();

    /** Options of the JVM that a test gives with its own: tests start many processes, which live shortly. */
    static final String QUICK_START = "-XX:TieredStopAtLevel=1 -XX:SharedArchiveFile="
            + Path.of("target/tested.jsa").toAbsolutePath();

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    private Executable(Process process) {
        this.process = process;
        this.readers = List.of(read(process.getInputStream(), out), read(process.getErrorStream(), err));
    }

    /** Starts it in a folder of its own, since a service leaves its database in the folder that it was started in. */
    static Executable start(Map<String, String> environment, String... arguments) throws IOException {
        return startIn(Files.createTempDirectory("therapy-fit-executable"), environment, arguments);
    }

    static Executable startIn(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(LAUNCHER.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("THERAPYFIT_WARMUP", "0s"); // a test that needs it says so
        builder.environment().put("JAVA_OPTS", TestBrowser.IS_FOR_PICTURES ? "" : QUICK_START);
        builder.environment().putAll(environment);
        return new Executable(builder.start());
    }

    List<String> out() {
        return out;
    }

    List<String> err() {
        return err;
    }

    Process process() {
        return process;
    }

    /** Waits until a line matches; gives the first group, or fails with what was printed. */
    String awaitLine(String regex, Duration longest) throws InterruptedException {
        Pattern pattern = Pattern.compile(regex);
        long end = System.nanoTime() + longest.toNanos();
        while (System.nanoTime() < end) {
            Optional<String> found = out.stream()
                    .map(pattern::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group(1))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("no line " + regex + "; printed: " + out + "; errors: " + err);
    }

    /** Waits for the end. */
    int awaitEnd(Duration longest) throws InterruptedException {
        assertThat(process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS))
                .as("ended; printed: %s; errors: %s", out, err)
                .isTrue();
        for (Thread reader : readers) {
            reader.join(longest.toMillis());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private static Thread read(InputStream from, List<String> into) {
        Thread thread = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                lines.lines().forEach(into::add);
            } catch (IOException | UncheckedIOException e) {
                into.add("(the stream broke)");
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
