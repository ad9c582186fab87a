package dev.therapyfit.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code src/docs/cds-hooks-conformance.md} names exists, and no row is without a state or a reason. */
class ConformanceTableTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Za-z0-9]+(?:Test|IT))[.]([a-z0-9_]+)`");

    @Test
    void every_test_that_is_named_exists() throws IOException {
        Map<String, String> sources = testSources();
        Set<String> missing = new TreeSet<>();
        int named = 0;
        for (List<String> row : rows()) {
            Matcher matcher = TEST.matcher(row.get(2));
            while (matcher.find()) {
                named++;
                String source = sources.getOrDefault(matcher.group(1), "");
                if (!source.contains(" " + matcher.group(2) + "(")) {
                    missing.add(matcher.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(80);
    }

    @Test
    void every_row_has_a_test_or_a_reason() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(80).allSatisfy(row -> {
            assertThat(row).as(row.toString()).hasSize(4);
            boolean tested = TEST.matcher(row.get(2)).find();
            boolean reasoned = row.get(3).matches("(met by|not applicable:|open:) .{10,}");
            assertThat(tested || reasoned).as(row.toString()).isTrue();
            assertThat(row.get(3)).as(row.toString()).isNotEmpty();
        });
    }

    private static List<List<String>> rows() throws IOException {
        return Files.readAllLines(ROOT.resolve("src/docs/cds-hooks-conformance.md")).stream()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| Requirement"))
                .map(line -> Stream.of(line.substring(1, line.length() - 1).split("[|]", -1))
                        .map(String::trim)
                        .toList())
                .toList();
    }

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String folder : List.of("cql/engine/src/test", "cds-hooks/src/test", "src/test")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                for (Path file :
                        (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                    String name = file.getFileName().toString();
                    sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                }
            }
        }
        return sources;
    }
}
