package dev.therapyfit.app.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a file of {@code src/main/resources/sandbox}. */
public final class SandboxFile {
    private SandboxFile() {}

    /** As JSON. */
    public static JsonNode read(String name) {
        try (InputStream in = SandboxFile.class.getClassLoader().getResourceAsStream("sandbox/" + name)) {
            if (in == null) {
                throw new IllegalStateException("sandbox/" + name + " is not in the executable");
            }
            return new JsonMapper().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
