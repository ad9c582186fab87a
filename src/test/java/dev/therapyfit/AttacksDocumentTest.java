package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of attacks names tests that run, and every test of an attack stands in the table. */
class AttacksDocumentTest {
    private static final Path ROOT = Path.of("..");
    private static final Path TABLE = ROOT.resolve("src/docs/attacks.md");
    private static final Path TESTS = ROOT.resolve("src/test/java");
    private static final Pattern ROW = Pattern.compile("^\\| \\d+ \\|.*\\| `(\\w+)\\.(\\w+)` \\|$", Pattern.MULTILINE);
    private static final Pattern METHOD = Pattern.compile("^    void (\\w+)\\(", Pattern.MULTILINE);

    @Test
    void every_row_names_a_test_that_runs() throws IOException {
        NamedTests tests = NamedTests.in(
                List.of(TESTS, ROOT.resolve("cds-hooks/src/test/java"), ROOT.resolve("cql/engine/src/test/java")));
        List<String> wrong = rows().filter(
                        row -> !tests.hindrances(row.group(1), row.group(2)).isEmpty())
                .map(row -> row.group(1) + "." + row.group(2) + " " + tests.hindrances(row.group(1), row.group(2)))
                .toList();

        assertThat(wrong).isEmpty();
        assertThat(rows()).hasSizeGreaterThanOrEqualTo(30);
    }

    @Test
    void every_attack_that_is_tested_stands_in_the_table() throws IOException {
        String told = Files.readString(TABLE);
        Matcher methods = METHOD.matcher(Files.readString(TESTS.resolve("dev/therapyfit/web/AttackIT.java")));
        assertThat(methods.results().map(method -> method.group(1)))
                .hasSizeGreaterThan(30)
                .filteredOn(method -> !method.equals("nobody_was_asked"))
                .allMatch(method -> told.contains("AttackIT." + method + "`"));
    }

    private static Stream<MatchResult> rows() throws IOException {
        return ROW.matcher(Files.readString(TABLE)).results();
    }
}
