package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology.Code;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.DataRequirement;
import org.hl7.fhir.r4.model.Duration;
import org.hl7.fhir.r4.model.Library;
import org.junit.jupiter.api.Test;

/** The content says how far back it needs observations; no rule may look further. */
class LookBackTest {
    private static final Content CONTENT = WholeContent.CONTENT;
    private static final CqlEvaluator EVALUATOR = WholeContent.EVALUATOR;
    private static final Pattern WINDOW = Pattern.compile("(\\d+)(?:[.]0+)? ?'?(days?|months?|d|mo)'?");

    /** Data that were given and not used; with a look-back the old ones are not given. */
    private static final Set<String> SHOWN_ONLY = Set.of("leftOut");

    @Test
    void no_window_of_an_observation_is_longer_than_the_look_back() {
        CqlEvaluator thresholds = CqlEvaluator.compile(CONTENT, "TherapyFitThresholds");
        List<String> windows = thresholds.expressions().stream()
                .filter(name -> name.endsWith(" Window")
                        || name.contains(" Window In ")
                        || name.endsWith(" Span")
                        || name.endsWith(" Newest Within"))
                .sorted()
                .toList();
        Map<String, Integer> days = new HashMap<>();
        var results = thresholds.evaluate(
                WholeContent.CASES.get(0).record(),
                windows,
                new Inputs("US", List.of()),
                Instant.parse("2026-06-15T09:00:00Z"));
        for (String name : windows) {
            String text = String.valueOf(results.value(name).orElseThrow());
            Matcher matcher = WINDOW.matcher(text);
            assertThat(matcher.matches()).as(name + ": " + text).isTrue();
            boolean months = matcher.group(2).startsWith("m");
            // a year has at most 366 days, and a month of it at most 31
            int most = Integer.parseInt(matcher.group(1)) * (months ? 31 : 1);
            days.put(name, most);
        }

        assertThat(days).hasSizeGreaterThan(20).containsEntry("Flare Window", 372);
        assertThat(days.values()).allMatch(most -> most <= lookBack());
    }

    /** Cases once more, each limited observation of it joined by a copy that is a day too old to be asked for. */
    @Test
    void no_decision_changes_with_observations_that_are_older() {
        Set<Code> unlimited = unlimited();
        int joined = 0;
        for (Case example : VariantsOfCases.share(WholeContent.CASES, 4, 3)) {
            String tooOld = example.at()
                    .atZone(ZoneOffset.UTC)
                    .toLocalDate()
                    .minusDays(lookBack() + 1L)
                    .toString();
            List<Resource> resources = new ArrayList<>(example.resources());
            for (Resource resource : example.resources()) {
                if (resource.isOf("Observation") && isLimited(resource, unlimited)) {
                    resources.add(resource.with("id", resource.id().orElseThrow() + "-old")
                            .with("effective", Facts.value("dateTime", tooOld)));
                }
            }
            if (resources.size() > example.resources().size()) {
                joined++;
                assertThat(decision(example, resources))
                        .as(example.name())
                        .isEqualTo(decision(example, example.resources()));
            }
        }
        assertThat(joined).isGreaterThan(100);
    }

    private static boolean isLimited(Resource observation, Set<Code> unlimited) {
        return PatientRecord.codes(observation, "code").stream().noneMatch(unlimited::contains);
    }

    private static Map<?, ?> decision(Case example, List<Resource> resources) {
        Map<?, ?> whole = EVALUATOR
                .evaluate(example.record(resources), List.of("Decision"), example.inputs(), example.at())
                .value("Decision", Map.class)
                .orElseThrow();
        Map<Object, Object> decision = new HashMap<>(whole);
        SHOWN_ONLY.forEach(decision::remove);
        return decision;
    }

    private static int lookBack() {
        return requirements().stream()
                .filter(DataRequirement::hasDateFilter)
                .map(requirement -> ((Duration)
                                requirement.getDateFilterFirstRep().getValue())
                        .getValue()
                        .intValue())
                .findFirst()
                .orElseThrow();
    }

    private static Set<Code> unlimited() {
        return requirements().stream()
                .filter(requirement -> !requirement.hasDateFilter())
                .flatMap(requirement -> requirement.getCodeFilter().stream())
                .flatMap(filter -> EVALUATOR.terminology().enumerate(filter.getValueSet()).orElseThrow().stream())
                .collect(Collectors.toSet());
    }

    private static List<DataRequirement> requirements() {
        return CONTENT.libraryResources().stream()
                .map(library -> Written.written(library, Library.class))
                .filter(library -> library.getName().equals("TherapyFit"))
                .map(Library::getDataRequirement)
                .findFirst()
                .orElseThrow();
    }
}
