package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.evaluation.ContentChange;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Whatever is changed in a library: what is taken over from the evaluation before is what a new evaluation gives. Tried with a few
 * changes, with {@code -Dchanges=N} with N.
 */
class EveryChangeTest {
    private static final int CASES = 30;
    private static final Pattern PLACE =
            Pattern.compile("\\b\\d+(\\.\\d+)?\\b| and | or | exists |'[^'\\n]{3,}'| <=? | >=? | = | union ");
    private static final Map<String, String> OTHER = Map.of(
            " and ", " or ", " or ", " and ", " exists ", " not exists ", " = ", " != ", " union ", " intersect ");
    private static final Content CONTENT = PackagedContent.read();
    private static final CqlEvaluator BEFORE = CqlEvaluator.compile(CONTENT);

    /** What each case gives before. */
    private final Map<Case, ExpressionResults> before = new LinkedHashMap<>();

    private int compared;
    private int same;

    @Test
    void gives_what_a_new_evaluation_gives() {
        Cases.some(PackagedContent.readWithCases(), CASES)
                .forEach(one ->
                        before.put(one, BEFORE.evaluate(one.record(), BEFORE.expressions(), one.inputs(), one.at())));
        Random random = new Random(16);
        List<String> libraries = CONTENT.libraries().stream()
                .map(library -> "input/cql/" + library.name() + ".cql")
                .toList();
        int changes = Integer.getInteger("changes", 3);
        while (compared < changes * CASES) {
            String library = libraries.get(random.nextInt(libraries.size()));
            compiled(library, random).ifPresent(now -> compare(library, now));
        }
        assertThat(same).as("results that are as before").isBetween(compared / 4, compared - 1);
    }

    private void compare(String library, CqlEvaluator now) {
        Optional<ContentChange> change = ContentChange.between(BEFORE, now);
        if (change.isEmpty()) {
            return; // a declaration is another
        }
        before.forEach((example, results) -> {
            Map<String, String> anew = values(
                    () -> now.evaluate(example.record(), results.asked(), example.inputs(), example.at()), results);
            assertThat(values(() -> change.get().evaluate(results).results(), results))
                    .as(library + ", case " + example.name())
                    .isEqualTo(anew);
            compared++;
            same += anew.equals(values(() -> results, results)) ? 1 : 0;
        });
    }

    private static Map<String, String> values(Supplier<ExpressionResults> results, ExpressionResults before) {
        Map<String, String> values = new LinkedHashMap<>();
        try {
            ExpressionResults given = results.get();
            before.asked().forEach(name -> values.put(name, given.value(name).toString()));
        } catch (EvaluationException e) {
            return Map.of("failure", "yes");
        }
        return values;
    }

    /** With one place of a library changed; empty if it does not compile so. */
    private static Optional<CqlEvaluator> compiled(String library, Random random) {
        String text = new String(CONTENT.bytes(library), StandardCharsets.UTF_8);
        List<MatchResult> places = PLACE.matcher(text).results().toList();
        MatchResult place = places.get(random.nextInt(places.size()));
        String changed = text.substring(0, place.start()) + other(place.group()) + "\n" + text.substring(place.end());
        try {
            return Optional.of(
                    CqlEvaluator.compile(CONTENT.with(Map.of(library, changed.getBytes(StandardCharsets.UTF_8)))));
        } catch (ContentException e) {
            return Optional.empty();
        }
    }

    private static String other(String text) {
        if (text.startsWith("'")) {
            return text.substring(0, text.length() - 1) + "x'";
        }
        return OTHER.getOrDefault(text, text.contains("<") ? " > " : text.contains(">") ? " < " : text + "1");
    }
}
