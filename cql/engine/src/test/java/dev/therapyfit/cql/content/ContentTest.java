package dev.therapyfit.cql.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentTest {
    private static final String PLAN = """
            {"resourceType": "PlanDefinition", "name": "p", "status": "draft", "library": ["http://x/Library/%s"]}
            """;

    @Test
    void the_digest_covers_what_decides_and_nothing_else() {
        Map<String, String> files = new HashMap<>(Map.of("input/cql/A.cql", "library A version '1'"));
        String before = content(files).sha256();
        files.put("expected/a.yaml", "case: a");
        files.put("input/tests/Library/A/a/Patient-a.json", "{}");
        assertThat(content(files).sha256()).isEqualTo(before);
        files.put("input/cql/A.cql", "library A version '1' ");
        assertThat(content(files).sha256()).isNotEqualTo(before).hasSize(64);
    }

    @Test
    void the_main_library_is_the_one_that_the_plans_name() {
        Map<String, String> files = new HashMap<>();
        files.put("input/cql/A.cql", "library A version '1'");
        files.put("input/cql/B.cql", "library B version '2'");
        files.put("input/resources/plandefinition/p.json", PLAN.formatted("B|2"));
        assertThat(content(files).mainLibrary().name()).isEqualTo("B");
        files.put("input/resources/plandefinition/q.json", PLAN.formatted("A"));
        assertThatThrownBy(() -> content(files).mainLibrary()).hasMessageContaining("all name one library");
        files.put("input/resources/plandefinition/q.json", PLAN.formatted("B"));
        files.remove("input/cql/B.cql");
        assertThatThrownBy(() -> content(files).mainLibrary()).hasMessage("input/cql/B.cql: this library is missing");
    }

    @Test
    void every_file_that_cannot_be_read_is_told() {
        assertThatThrownBy(() -> content(Map.of(
                        "input/cql/A.cql", "define x: 1",
                        "input/cql/C.cql", "library B version '1'",
                        "input/vocabulary/valueset/v.json", "{\"resourceType\": \"ValueSet\", \"colour\": 1}")))
                .isInstanceOfSatisfying(ContentException.class, e -> assertThat(e.problems())
                        .extracting(ContentProblem::file)
                        .contains("input/cql/A.cql", "input/cql/C.cql", "input/vocabulary/valueset/v.json"));
    }

    @Test
    void a_library_stands_in_one_file() {
        assertThatThrownBy(() -> content(Map.of(
                        "input/cql/A.cql", "library A version '1'",
                        "input/cql/old/A.cql", "library A version '1'")))
                .hasMessage("input/cql/old/A.cql:1:1: library A is already in input/cql/A.cql");
    }

    @Test
    void a_folder_without_content_is_told(@TempDir Path folder) {
        assertThatThrownBy(() -> Content.read(folder))
                .hasMessageContaining("no content here: expected a folder input/");
    }

    private static Content content(Map<String, String> files) {
        Map<String, byte[]> bytes = new HashMap<>();
        files.forEach((path, text) -> bytes.put(path, text.getBytes(StandardCharsets.UTF_8)));
        return Content.of(bytes);
    }
}
