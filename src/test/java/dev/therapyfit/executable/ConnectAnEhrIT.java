package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code connect-an-ehr.md}: its settings and its program do what the text says. */
class ConnectAnEhrIT {
    private static final Path DOCUMENTS = Path.of("docs").toAbsolutePath();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void the_settings_and_the_program_of_the_example_sign_calls_that_are_taken() throws Exception {
        String text = Files.readString(DOCUMENTS.resolve("connect-an-ehr.md"));
        Files.writeString(
                folder.resolve("settings.yml"),
                text.substring(text.indexOf("<<'END'\n") + "<<'END'\n".length(), text.indexOf("\nEND\n")));
        ehr("keys");

        try (Executable service = Executable.startIn(
                folder, Map.of("THERAPYFIT_WARMUP", "500ms"), "serve", "--port", "0", "--config", "settings.yml")) {
            EhrClient client = new EhrClient(Integer.parseInt(
                    service.awaitLine("is ready: http://localhost:(\\d+)/cds-services$", Duration.ofMinutes(2))));
            String base = "http://localhost:8080/cds-services";
            String hook = base + "/therapy-fit-order-select";

            assertThat(client.get("/cds-services", "Authorization", bearer(base))
                            .status())
                    .isEqualTo(200);
            assertThat(client.get("/cds-services", "Authorization", bearer(hook))
                            .text())
                    .contains("aud: expected the URL that was called");
            // Whose body says nothing is let in and told what is missing.
            assertThat(post(client, "/cds-services/therapy-fit-order-select", bearer(hook)))
                    .isEqualTo(400);
            for (String audience : List.of(hook, hook + "/feedback")) {
                assertThat(post(client, "/cds-services/therapy-fit-order-select/feedback", bearer(audience)))
                        .isEqualTo(400);
            }
        }
    }

    private static int post(EhrClient client, String path, String bearer) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(client.service().resolve(path))
                        .header("Content-Type", "application/json")
                        .header("Authorization", bearer)
                        .POST(BodyPublishers.ofString("{}")))
                .status();
    }

    private String bearer(String audience) throws IOException, InterruptedException {
        return "Bearer " + ehr("token", audience).strip();
    }

    private String ehr(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(DOCUMENTS.resolve("ExampleEhr.java").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }
}
