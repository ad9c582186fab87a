package dev.therapyfit.reliability;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** {@code therapy-fit.jar serve} as a process. */
public final class ServiceProcess implements AutoCloseable {
    private static final Path JAR = Path.of("src/target/therapy-fit.jar");
    private static final String READY = "Therapy Fit is ready: ";

    private final Process process;
    private final URI base;

    private ServiceProcess(Process process, URI base) {
        this.process = process;
        this.base = base;
    }

    /** A service that anybody on this machine may call, held at an evaluation time. */
    public static ServiceProcess open(Path folder, Instant at) throws IOException {
        Path settings = folder.resolve("settings.yml");
        Files.writeString(settings, "therapy-fit:\n  evaluation-time: " + at + "\n  trust:\n    mode: open\n");
        return start(folder, settings, 0);
    }

    /**
     * Starts a service and waits until it is ready.
     *
     * @param folder where its output goes
     * @param settings its configuration file
     * @param port its port; 0: any free one
     */
    public static ServiceProcess start(Path folder, Path settings, int port) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-jar", JAR.toAbsolutePath().toString(), "serve"));
        command.addAll(List.of("--port", Integer.toString(port), "--config", settings.toString()));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(
                        folder.resolve("errors-" + System.nanoTime() + ".txt").toFile())
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                drain(lines, folder.resolve("output-" + System.nanoTime() + ".txt"));
                return new ServiceProcess(
                        process, URI.create(line.substring(READY.length())).resolve("/"));
            }
        }
        throw new IOException("the service does not start; see " + folder);
    }

    public URI base() {
        return base;
    }

    public Process process() {
        return process;
    }

    /** Resident memory of the process, and the live heap after a collection. */
    public String memory() throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        run("jcmd", pid, "GC.run");
        String heap = run("jcmd", pid, "GC.heap_info")
                .lines()
                .filter(line -> line.contains("used"))
                .findFirst()
                .orElse("")
                .strip();
        String resident = Files.readString(Path.of("/proc/" + pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS"))
                .collect(Collectors.joining());
        return resident.replaceAll("\\s+", " ") + "; " + heap.replaceAll("\\s+", " ");
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        tool.waitFor();
        return output;
    }

    private static void drain(Reader output, Path file) {
        Thread thread = new Thread(() -> {
            try (Writer writer = Files.newBufferedWriter(file)) {
                output.transferTo(writer);
            } catch (IOException e) {
                // the process ended
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
