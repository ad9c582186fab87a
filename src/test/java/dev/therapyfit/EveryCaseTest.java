package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every case of the content gives a whole decision, also one about which little is known; each in one of the places, and
 * with {@code -Dcases.every=1} in all.
 */
class EveryCaseTest {
    private static final List<String> PLACES = List.of("US", "KR", "elsewhere");
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");
    private static final Content CONTENT = PackagedContent.readWithCases();
    private static final CqlEvaluator EVALUATOR = CqlEvaluator.compile(CONTENT);
    private static final DecisionMaker MAKER = DecisionMaker.of(CONTENT);

    @ParameterizedTest
    @ValueSource(strings = {"US", "KR", "elsewhere"})
    void gives_a_decision_of_the_right_shape(String jurisdiction) {
        List<String> failed = new ArrayList<>();
        List<Case> cases = Cases.of(CONTENT);
        int places = Integer.getInteger("cases.every", 2 * PLACES.size());
        for (int i = PLACES.indexOf(jurisdiction) % places; i < cases.size(); i += places) {
            Case example = cases.get(i);
            try {
                Decision decision = MAKER.decide(
                        EVALUATOR.evaluate(
                                example.record(),
                                List.of(DecisionMaker.EXPRESSION),
                                new Inputs(jurisdiction, List.of()),
                                AT),
                        example.record(),
                        new Inputs(jurisdiction, List.of()),
                        example.name(),
                        AT);
                assertThat(decision.jurisdiction()).as(example.name()).isEqualTo(jurisdiction);
            } catch (IllegalStateException e) {
                failed.add(example.name() + ": " + e.getMessage());
            }
        }
        assertThat(cases).hasSizeGreaterThan(800);
        assertThat(failed).isEmpty();
    }
}
