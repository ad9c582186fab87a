package dev.therapyfit.app;

import dev.therapyfit.authoring.cases.AnswerFile;
import dev.therapyfit.authoring.lint.LintWarning;
import dev.therapyfit.authoring.lint.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is wrong with the words of the cards that a test case shows. */
public final class CardWords {
    private static final String RULE = "card-words";

    private CardWords() {}

    /**
     * Of a case that was run.
     *
     * @param wording how the content wants its texts
     */
    public static List<LintWarning> of(CaseRun run, Wording wording) {
        List<LintWarning> warnings = new ArrayList<>();
        if (run.answer().get(CaseRuns.CARDS) instanceof Map<?, ?> cards) {
            cards.forEach((hook, shown) -> {
                if (shown instanceof List<?> list) {
                    list.forEach(card -> warnings.addAll(of(String.valueOf(hook), (Map<?, ?>) card, run, wording)));
                }
            });
        }
        return warnings;
    }

    private static List<LintWarning> of(String hook, Map<?, ?> card, CaseRun run, Wording wording) {
        String summary = String.valueOf(card.get("summary"));
        String detail = card.get("detail") instanceof String text ? text : "";
        List<String> wrong = new ArrayList<>();
        wording.forbiddenIn(summary + " " + detail)
                .ifPresent(word -> wrong.add("says \"" + word + "\", which the content forbids"));
        if (summary.endsWith("…")) {
            wrong.add("has a summary that is too long and was cut: expected less than 140 characters");
        }
        int words = detail.isBlank() ? 0 : detail.strip().split("\\s+").length;
        if (words > wording.mostWords()) {
            wrong.add("has " + words + " words: expected at most " + wording.mostWords());
        }
        String file = AnswerFile.expectation(run.about().name());
        return wrong.stream()
                .map(what -> new LintWarning(RULE, file, 1, 1, "the card of " + hook + " " + what))
                .toList();
    }
}
