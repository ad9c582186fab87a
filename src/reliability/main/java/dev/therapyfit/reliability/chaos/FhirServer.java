package dev.therapyfit.reliability.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The FHIR sandbox as a process that can be frozen. */
final class FhirServer implements AutoCloseable {
    private static final Path JAR = Path.of("fhir-server/target/fhir-server.jar");
    private static final String READY = "FHIR server: ready at ";

    private final Process process;
    private final String base;

    private FhirServer(Process process, String base) {
        this.process = process;
        this.base = base;
    }

    /** Starts it with its synthetic patients, whose dates are those of the cases. */
    static FhirServer start(Path folder) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        JAR.toString(),
                        "--stop-with-stdin",
                        "--port",
                        "0",
                        "--data",
                        folder.resolve("fhir").toString(),
                        "--seed-as-of",
                        "2026-06-15"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(READY)) {
                return new FhirServer(process, line.substring(READY.length()).strip());
            }
        }
        throw new IOException("the FHIR server does not start");
    }

    String base() {
        return base;
    }

    /** Stops it where it is: it takes connections and answers nothing. */
    void freeze() throws IOException, InterruptedException {
        Tool.run(List.of("kill", "-STOP", Long.toString(process.pid())));
    }

    void thaw() throws IOException, InterruptedException {
        Tool.run(List.of("kill", "-CONT", Long.toString(process.pid())));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
