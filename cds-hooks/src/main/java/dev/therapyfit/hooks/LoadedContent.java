package dev.therapyfit.hooks;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.decision.DecisionMaker;
import dev.therapyfit.hooks.question.Questionnaires;

/**
 * A content with all that is made of it once, before it answers calls.
 *
 * @param evaluator its CQL, compiled
 * @param catalog the services that it declares
 * @param decisions makes its decisions
 * @param questionnaires what can be asked
 */
public record LoadedContent(
        Content content,
        CqlEvaluator evaluator,
        ServiceCatalog catalog,
        DecisionMaker decisions,
        Questionnaires questionnaires) {
    /**
     * Reads what a content declares.
     *
     * @throws ContentException if a part of it cannot be used
     */
    public static LoadedContent of(Content content, CqlEvaluator evaluator) {
        return new LoadedContent(
                content,
                evaluator,
                ServiceCatalog.of(content, evaluator),
                DecisionMaker.of(content),
                Questionnaires.of(content));
    }

    /** The shape of its decisions. */
    public DecisionSchema schema() {
        return decisions.schema();
    }
}
