package dev.therapyfit.reliability.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Keeps the body that a target fails with: it says more than the bytes that it was made of, and lasts longer. */
final class Findings {
    /** Folder to keep them in, a system property; nothing is kept without. */
    static final String FOLDER = "reliability.findings";

    private Findings() {}

    static void keeping(String target, byte[] body, Runnable check) {
        try {
            check.run();
        } catch (RuntimeException | Error failure) {
            String folder = System.getProperty(FOLDER, "");
            if (!folder.isEmpty()) {
                write(
                        Path.of(folder).resolve(target + "-" + Integer.toHexString(Arrays.hashCode(body)) + ".json"),
                        body);
            }
            throw failure;
        }
    }

    private static void write(Path file, byte[] body) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
