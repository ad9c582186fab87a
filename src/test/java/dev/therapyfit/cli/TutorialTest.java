package dev.therapyfit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cql/tutorial.md} tells to write and to run works as it stands there. */
class TutorialTest {
    private static final Pattern FILE = Pattern.compile("(?ms)^`((?:input|expected)/[^`]+)`\n\n```\\w+\n(.*?)^```$");

    @TempDir
    static Path folder;

    @BeforeAll
    static void write() throws IOException {
        List<MatchResult> files = FILE.matcher(Files.readString(Path.of("../cql/tutorial.md")))
                .results()
                .toList();
        assertThat(files).hasSize(9);
        for (MatchResult file : files) {
            Path path = folder.resolve(file.group(1));
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.group(2));
        }
    }

    @Test
    void its_content_has_neither_problem_nor_warning() {
        assertThat(run("check", "--strict")).endsWith("The content compiles.");
    }

    @Test
    void its_case_passes_and_the_fault_that_it_names_is_not_noticed() {
        assertThat(run("test", "--mutate"))
                .contains("\"Lowest\" 30 'mL/min/{1.73_m2}' -> 31 mL/min/{1.73_m2}: no answer changes")
                .endsWith("1 of 1 cases passed");
    }

    @Test
    void its_card_appears() {
        assertThat(run("evaluate", "--case", "low", "--format", "card"))
                .startsWith("[critical] Metformin: eGFR below 30 is on record.")
                .contains("The latest eGFR is 24 (2026-05-01).");
    }

    private static String run(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--content", folder.toString()));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = Commands.run(out, out, arguments.toArray(String[]::new));
        assertThat(code).as(said.toString()).isZero();
        return said.toString().strip();
    }
}
