package dev.therapyfit.app;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.hooks.decision.Decision;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A test case that was run.
 *
 * @param about the case
 * @param decision what was decided; empty if there is no decision, such as one that does not fit its schema
 * @param answer the decision and its cards, see {@link CaseRuns}; empty if there is no decision
 * @param differences what is not as expected, or why there is no decision; none: it passed
 * @param results from which the answer was made; empty if there is none
 */
public record CaseRun(
        Case about,
        Optional<Decision> decision,
        Map<String, Object> answer,
        List<String> differences,
        Optional<ExpressionResults> results) {}
