package dev.therapyfit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cli.FeedbackSum.Count;
import dev.therapyfit.hooks.decision.States;
import dev.therapyfit.journal.feedback.Feedback;
import dev.therapyfit.journal.feedback.Feedback.Coding;
import dev.therapyfit.journal.feedback.Feedback.Outcome;
import dev.therapyfit.journal.feedback.Feedback.OverrideReason;
import dev.therapyfit.journal.feedback.FeedbackStore.Reviewed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FeedbackSumTest {
    private static Reviewed override(String system, String code, String display) {
        Coding coding = new Coding(system, code, Optional.of(display).filter(text -> !text.isEmpty()));
        return new Reviewed(
                new Feedback(
                        "card",
                        Outcome.OVERRIDDEN,
                        List.of(),
                        Optional.of(new OverrideReason(Optional.of(coding), Optional.empty())),
                        Instant.EPOCH),
                "service",
                "1.0.0",
                "info",
                "neither",
                "",
                new States(new TreeMap<>()));
    }

    @Test
    void a_reason_is_one_whatever_text_comes_with_its_code() {
        FeedbackSum sum = FeedbackSum.of(
                List.of(
                        override("s", "x", ""),
                        override("s", "x", "First"),
                        override("s", "x", "Second"),
                        override("s", "y", ""),
                        override("t", "x", "")),
                false);

        assertThat(sum.byReason())
                .containsExactlyInAnyOrder(
                        new Count("First [s|x]", 0, 3), new Count("[s|y]", 0, 1), new Count("[t|x]", 0, 1));
    }
}
