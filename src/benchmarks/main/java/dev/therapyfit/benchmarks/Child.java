package dev.therapyfit.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process that says a line when it is ready. */
final class Child implements AutoCloseable {
    static final String SERVICE_READY = "Therapy Fit is ready: ";

    private final Process process;
    private final String said;
    private final double seconds;

    private Child(Process process, String said, double seconds) {
        this.process = process;
        this.said = said;
        this.seconds = seconds;
    }

    /** The service, from its jar, with a database of its own in a new folder. */
    static Child service(List<String> options, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-jar", jar().toString(), "serve", "--port", "0"));
        command.addAll(List.of(arguments));
        return start(command, SERVICE_READY);
    }

    /** A class of this module. */
    static Child of(Class<?> main, List<String> options, String ready) throws IOException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path").replace("src/", root() + "/src/"), main.getName()));
        return start(command, ready);
    }

    static Path jar() {
        return root().resolve("src/target/therapy-fit.jar");
    }

    static Path root() {
        return Path.of("").toAbsolutePath();
    }

    private static Child start(List<String> command, String ready) throws IOException {
        Path folder = Files.createTempDirectory("benchmark");
        long start = System.nanoTime();
        Process process = process(command, folder).start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(ready)) {
                double seconds = (System.nanoTime() - start) / 1e9;
                drain(lines);
                return new Child(process, line.substring(ready.length()), seconds);
            }
        }
        throw new IOException("it does not start: " + Files.readString(folder.resolve("errors.txt")));
    }

    private static void drain(BufferedReader lines) {
        Thread drain = new Thread(
                () -> {
                    try {
                        while (lines.readLine() != null) {}
                    } catch (IOException e) {
                        // the process has ended
                    }
                },
                "drain");
        drain.setDaemon(true);
        drain.start();
    }

    /** Runs a command to its end; gives the seconds that it took. */
    static double run(List<String> options, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of(arguments));
        Path folder = Files.createTempDirectory("benchmark");
        long start = System.nanoTime();
        Process process = process(command, folder)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("it fails: " + Files.readString(folder.resolve("errors.txt")));
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static ProcessBuilder process(List<String> arguments, Path folder) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(folder.resolve("errors.txt").toFile());
    }

    /** What it said when it was ready, behind the words that say so. */
    String said() {
        return said;
    }

    /** From its start until it was ready. */
    double seconds() {
        return seconds;
    }

    /** CPU time that it has used. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    /** Resident memory, as Linux tells it. */
    long residentMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
