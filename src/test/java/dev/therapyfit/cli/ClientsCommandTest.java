package dev.therapyfit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code clients add}: what the service would not take is refused, and nothing else. */
class ClientsCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Path settings = Path.of("");

    @BeforeEach
    void database() throws IOException {
        settings = Files.writeString(
                folder.resolve("settings.yml"), "therapy-fit.storage.directory: " + folder.resolve("data"));
    }

    @Test
    void clients_of_one_issuer_have_tenants_of_their_own() throws IOException {
        assertThat(add("ward-1", "tenants: [ward-1]")).isEqualTo("added ward-1\n");
        assertThat(add("ward-2", "tenants: [ward-2]")).isEqualTo("added ward-2\n");
        assertThat(add("ward-2", "tenants: [ward-3]")).contains("client ward-2: expected each id only once");
        assertThat(add("ward-3", "tenants: [ward-2]")).contains("each tenant only once");
        assertThat(add("every-ward", "")).contains("client every-ward: expected each issuer only once, or tenants");
    }

    @Test
    void what_cannot_be_used_is_told() throws IOException {
        assertThat(add("a", "jurisdiction: MARS")).contains("a.yml: jurisdiction: expected two capital letters");
        assertThat(add("a", "colour: red")).contains("a.yml: unknown setting client.colour");
    }

    /** What the command prints, in one line. */
    private String add(String id, String more) throws IOException {
        Path client = Files.writeString(folder.resolve(id + ".yml"), """
                id: %s
                issuer: https://vendor.example.org/
                key-set-urls: [https://vendor.example.org/jwks.json]
                %s
                """.formatted(id, more));
        StringWriter printed = new StringWriter();
        PrintWriter writer = new PrintWriter(printed, true);
        int code = Commands.run(
                writer, writer, "clients", "add", "--config", settings.toString(), "--client", client.toString());
        assertThat(printed.toString().lines()).hasSize(1);
        assertThat(code).isEqualTo(printed.toString().startsWith("added") ? 0 : Commands.WRONG_USE);
        return printed.toString();
    }
}
