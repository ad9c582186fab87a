package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of attacks names tests that exist, and every test of an attack stands in the table. */
class AttacksDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Path TABLE = ROOT.resolve("src/docs/attacks.md");
    private static final Pattern ROW = Pattern.compile("^\\| \\d+ \\|.*\\| `(\\w+)\\.(\\w+)` \\|$", Pattern.MULTILINE);
    private static final Pattern METHOD = Pattern.compile("^    void (\\w+)\\(", Pattern.MULTILINE);

    @Test
    void every_row_names_a_test_that_exists() throws IOException {
        Map<String, String> tests = sources();
        List<String> missing = rows().filter(
                        row -> !tests.getOrDefault(row.group(1), "").contains("void " + row.group(2) + "("))
                .map(row -> row.group(1) + "." + row.group(2))
                .toList();

        assertThat(missing).isEmpty();
        assertThat(rows()).hasSizeGreaterThanOrEqualTo(30);
    }

    @Test
    void every_attack_that_is_tested_stands_in_the_table() throws IOException {
        String told = Files.readString(TABLE);
        Matcher methods = METHOD.matcher(sources().getOrDefault("AttackIT", ""));
        assertThat(methods.results().map(method -> method.group(1)))
                .hasSizeGreaterThan(30)
                .filteredOn(method -> !method.equals("nobody_was_asked"))
                .allMatch(method -> told.contains("AttackIT." + method + "`"));
    }

    private static Stream<java.util.regex.MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(TABLE)).results();
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("cds-hooks/src/test/java"))) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }
}
