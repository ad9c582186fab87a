package dev.therapyfit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Copies of this repository's content that may be changed. */
public final class ContentCopy {
    private static final Path CONTENT = Path.of("../cql");

    private ContentCopy() {}

    /**
     * Copies all that decides, and some cases.
     *
     * @param target the folder that will hold {@code input/}
     */
    public static void to(Path target, String... cases) throws IOException {
        List<String> parts =
                new ArrayList<>(List.of("input/cql", "input/resources", "input/schema", "input/vocabulary"));
        for (String one : cases) {
            parts.add("input/tests/Library/TherapyFit/" + one);
            parts.add("expected/" + one + ".yaml");
        }
        for (String part : parts) {
            try (Stream<Path> files = Files.walk(CONTENT.resolve(part))) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    Path copy = target.resolve(CONTENT.relativize(file).toString());
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
    }
}
