package dev.therapyfit.app;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * A test case that was run.
 *
 * @param about the case
 * @param decision what was decided; empty if there is no decision, such as one that does not fit its schema
 * @param differences what is not as expected, or why there is no decision; none: it passed
 */
public record CaseRun(Case about, Optional<Decision> decision, List<String> differences) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Runs a case. */
    public static CaseRun of(Case about, CqlEvaluator evaluator, DecisionMaker maker) {
        try {
            Decision decision = maker.decide(
                    evaluator, new DecisionInputs(about.record(), about.inputs(), about.at()), about.name());
            return new CaseRun(
                    about, Optional.of(decision), about.expected().differences(JSON.convertValue(decision, Map.class)));
        } catch (EvaluationException | IllegalStateException e) {
            return new CaseRun(about, Optional.empty(), List.of(String.valueOf(e.getMessage())));
        }
    }
}
