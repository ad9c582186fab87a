package dev.therapyfit.app.sandbox.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkbenchControllerTest {
    private static final String SAME = "some words that both have, ".repeat(10);

    @Test
    void a_short_text_stays_whole() {
        assertThat(WorkbenchController.shortened("grade 2", "grade 3")).isEqualTo("grade 2");
    }

    @Test
    void of_a_long_text_the_place_that_differs_is_shown() {
        assertThat(WorkbenchController.shortened(SAME + "grade 2 and " + SAME, SAME + "grade 3 and " + SAME))
                .startsWith("…")
                .contains("grade 2 and")
                .endsWith("…")
                .hasSizeLessThan(110);
        assertThat(WorkbenchController.shortened("grade 2 " + SAME, "grade 3 " + SAME))
                .startsWith("grade 2");
        assertThat(WorkbenchController.shortened(SAME, SAME + "more")).endsWith("that both have, ");
        assertThat(WorkbenchController.shortened("", SAME)).isEmpty();
        assertThat(WorkbenchController.shortened("a".repeat(200) + "b", "a".repeat(200) + "c"))
                .endsWith("ab");
    }
}
