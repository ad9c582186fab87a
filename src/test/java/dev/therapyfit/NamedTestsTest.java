package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test that a document names must be one that runs. */
class NamedTestsTest {
    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("DrinkTest.java"), """
                package toy;
                class DrinkTest {
                    @Test void runs() { helper(); }
                    @ParameterizedTest @ValueSource(ints = 1) void runs_too(int i) {}
                    @org.junit.jupiter.api.Disabled("later") @Test void disabled() {}
                    @EnabledIfEnvironmentVariable(named = "X", matches = ".+") @Test void conditional() {}
                    @Tag("slow") @Test void tagged() {}
                    @Test void assuming() { Assumptions.assumeTrue(false); }
                    void helper() {}
                    @Nested class Cold { @Test void nested() {} }
                    class Lost { @Test void lost() {} }
                    @Nested @Disabled class Hot { @Test void within_disabled() {} }
                    @Test void runs_last() {}
                }
                """);
        Files.writeString(folder.resolve("ToastTest.java"), """
                @DisabledOnOs(OS.LINUX) class ToastTest { @Test void of_a_disabled_class() {} }
                """);
    }

    private NamedTests tests() throws IOException {
        return NamedTests.in(List.of(folder));
    }

    @Test
    void a_test_that_runs_has_nothing_in_its_way() throws IOException {
        for (String test : List.of("runs", "runs_too", "nested", "runs_last")) {
            assertThat(tests().hindrances("DrinkTest", test)).as(test).isEmpty();
        }
    }

    @Test
    void what_does_not_run_in_every_build_is_told() throws IOException {
        assertThat(tests().hindrances("DrinkTest", "disabled")).containsExactly("is @Disabled");
        assertThat(tests().hindrances("DrinkTest", "conditional")).containsExactly("is @EnabledIfEnvironmentVariable");
        assertThat(tests().hindrances("DrinkTest", "tagged")).containsExactly("is @Tag");
        assertThat(tests().hindrances("DrinkTest", "assuming")).containsExactly("calls Assumptions.assumeTrue");
        assertThat(tests().hindrances("DrinkTest", "within_disabled")).containsExactly("is @Disabled");
        assertThat(tests().hindrances("DrinkTest", "lost")).containsExactly("is in a class that is not @Nested");
        assertThat(tests().hindrances("ToastTest", "of_a_disabled_class")).containsExactly("is @DisabledOnOs");
    }

    @Test
    void what_is_no_test_or_not_there_is_told() throws IOException {
        assertThat(tests().hindrances("DrinkTest", "helper")).containsExactly("is no test");
        assertThat(tests().hindrances("DrinkTest", "gone")).containsExactly("is not there");
        assertThat(tests().hindrances("GoneTest", "runs")).containsExactly("is not there");
    }
}
