package dev.therapyfit.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStateTest {
    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(folder.resolve("input/cql"));
        Files.writeString(folder.resolve("input/cql/A.cql"), "library A");
        Files.createDirectories(folder.resolve("expected"));
    }

    @Test
    void is_the_same_until_a_file_changes_comes_or_goes() throws IOException {
        String before = FolderState.of(folder);
        assertThat(FolderState.of(folder)).isEqualTo(before);

        Path added = Files.writeString(folder.resolve("input/cql/B.cql"), "library B");
        assertThat(FolderState.of(folder)).isNotEqualTo(before);
        Files.delete(added);
        assertThat(FolderState.of(folder)).isEqualTo(before);
        Files.writeString(folder.resolve("input/cql/A.cql"), "library A version '1'");
        assertThat(FolderState.of(folder)).isNotEqualTo(before);
    }

    /** As a volume of Kubernetes changes: a link is set to another folder. */
    @Test
    void is_another_when_a_link_leads_elsewhere() throws IOException {
        Path first = Files.createDirectories(folder.resolve("one/input"));
        Files.writeString(first.resolve("A.cql"), "library A");
        Path second = Files.createDirectories(folder.resolve("two/input"));
        Files.writeString(second.resolve("A.cql"), "library A version '1'");
        Path link = Files.createSymbolicLink(folder.resolve("now"), folder.resolve("one"));
        String before = FolderState.of(link);

        Files.delete(link);
        Files.createSymbolicLink(link, folder.resolve("two"));
        assertThat(FolderState.of(link)).isNotEqualTo(before);
    }

    @Test
    void a_link_that_leads_nowhere_or_round_hides_no_other_change() throws IOException {
        Files.createSymbolicLink(folder.resolve("input/cql/gone.cql"), folder.resolve("nowhere"));
        Files.createSymbolicLink(folder.resolve("input/cql/round"), folder.resolve("input"));
        String before = FolderState.of(folder);

        Files.writeString(folder.resolve("input/cql/A.cql"), "library A version '1'");
        assertThat(FolderState.of(folder)).isNotEqualTo(before);
    }
}
