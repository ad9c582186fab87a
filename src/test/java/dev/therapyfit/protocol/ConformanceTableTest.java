package dev.therapyfit.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.NamedTests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code src/docs/cds-hooks-conformance.md} names runs, and no row is without a state or a reason. */
class ConformanceTableTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Za-z0-9]+(?:Test|IT))[.]([a-z0-9_]+)`");

    /** How a row says that its test does not run in every build. */
    private static final Pattern SOMETIMES = Pattern.compile("runs only .{10,}");

    @Test
    void every_test_that_is_named_runs() throws IOException {
        NamedTests tests = NamedTests.in(
                Stream.of("cql/engine/src/test", "cql/authoring/src/test", "cds-hooks/src/test", "src/test")
                        .map(ROOT::resolve)
                        .toList());
        List<String> wrong = new ArrayList<>();
        int named = 0;
        for (List<String> row : rows()) {
            Matcher matcher = TEST.matcher(row.get(2));
            while (matcher.find()) {
                named++;
                List<String> hindrances = tests.hindrances(matcher.group(1), matcher.group(2));
                boolean told = SOMETIMES.matcher(row.get(3)).find() && !hindrances.contains("is not there");
                if (!hindrances.isEmpty() && !told) {
                    wrong.add(matcher.group() + " " + String.join(", ", hindrances));
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(named).isGreaterThan(120);
    }

    @Test
    void every_row_has_a_test_or_a_reason() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(90).allSatisfy(row -> {
            assertThat(row).as(row.toString()).hasSize(4);
            boolean tested = TEST.matcher(row.get(2)).find();
            boolean reasoned = row.get(3).matches("(met by|not applicable:|open:) .{10,}");
            assertThat(tested || reasoned).as(row.toString()).isTrue();
            assertThat(row.get(3)).as(row.toString()).matches("met.*|not applicable: .{10,}|open: .{10,}");
        });
    }

    @Test
    void no_requirement_stands_twice() throws IOException {
        assertThat(rows()).extracting(row -> row.get(0)).doesNotHaveDuplicates();
    }

    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("src/docs/cds-hooks-conformance.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Requirement"))
                .map(line -> Stream.of(line.substring(1, line.length() - 1).split("[|]", -1))
                        .map(String::trim)
                        .toList())
                .toList();
    }
}
