package dev.therapyfit.hooks.card;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.hooks.card.Card.Action;
import dev.therapyfit.hooks.card.Card.Link;
import dev.therapyfit.hooks.card.Card.Suggestion;
import dev.therapyfit.hooks.card.CardTemplate.ActionTemplate;
import dev.therapyfit.hooks.card.CardTemplate.SuggestionTemplate;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Resource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Fills a service's card templates with the results of the content's CQL. Words nothing itself. */
public final class CardComposer {
    /** CDS Hooks: a summary has less than 140 characters. */
    private static final int LONGEST_SUMMARY = 139;

    private static final Map<String, String> INDICATORS =
            Map.of("routine", "info", "urgent", "warning", "asap", "warning", "stat", "critical");

    private final FhirContext fhir;
    private final Supplier<String> ids;
    private final JsonMapper json = new JsonMapper();

    /**
     * @param fhir FHIR R4
     * @param ids gives ids for cards and suggestions
     */
    public CardComposer(FhirContext fhir, Supplier<String> ids) {
        this.fhir = fhir;
        this.ids = ids;
    }

    /**
     * Composes the answer.
     *
     * @param templates the service's cards
     * @param results results of every expression that the templates name
     * @param decision URL where the decision behind the cards can be seen
     * @throws IllegalStateException if a needed expression gives null or something of another type
     */
    public CdsResponse compose(List<CardTemplate> templates, ExpressionResults results, URI decision) {
        return new CdsResponse(templates.stream()
                .filter(template -> holds(template.condition(), results))
                .map(template -> card(template, results, decision))
                .toList());
    }

    private Card card(CardTemplate template, ExpressionResults results, URI decision) {
        List<Link> links = new ArrayList<>();
        template.decisionLink().ifPresent(label -> links.add(new Link(label, decision.toString(), "absolute")));
        links.addAll(template.links());
        List<Suggestion> suggestions = template.suggestions().stream()
                .filter(suggestion -> holds(suggestion.condition(), results))
                .map(suggestion -> suggestion(suggestion, results))
                .toList();
        return new Card(
                ids.get(),
                summary(text(template.summary(), results)),
                indicator(text(template.indicator(), results)),
                template.detail().map(detail -> text(detail, results)).orElse(null),
                template.source(),
                suggestions,
                suggestions.isEmpty() ? null : template.selectionBehavior(),
                template.overrideReasons(),
                List.copyOf(links));
    }

    private Suggestion suggestion(SuggestionTemplate template, ExpressionResults results) {
        return new Suggestion(
                text(template.label(), results),
                ids.get(),
                template.actions().stream()
                        .map(action -> action(action, results))
                        .toList());
    }

    private Action action(ActionTemplate template, ExpressionResults results) {
        return new Action(
                template.type(),
                text(template.description(), results),
                template.resource().map(name -> resource(name, results)).orElse(null),
                template.resourceId().map(name -> text(name, results)).orElse(null));
    }

    private JsonNode resource(String expression, ExpressionResults results) {
        Resource resource = results.value(expression, Resource.class).orElseThrow(() -> isNull(expression));
        return json.readTree(fhir.newJsonParser().encodeResourceToString(resource));
    }

    private static boolean holds(List<String> conditions, ExpressionResults results) {
        return conditions.stream()
                .allMatch(condition -> results.value(condition, Boolean.class).orElse(false));
    }

    private static String text(String expression, ExpressionResults results) {
        return Optional.of(results.value(expression, String.class).orElseThrow(() -> isNull(expression)))
                .filter(text -> !text.isBlank())
                .orElseThrow(() -> isNull(expression));
    }

    private static IllegalStateException isNull(String expression) {
        return new IllegalStateException("The content's \"" + expression + "\" gives nothing: expected a value");
    }

    private static String indicator(String priority) {
        String indicator = INDICATORS.get(priority);
        if (indicator == null) {
            throw new IllegalStateException("Not a request priority: expected one of " + INDICATORS.keySet());
        }
        return indicator;
    }

    /** The content's own tests keep summaries short; a client must not get a longer one even so. */
    private static String summary(String text) {
        if (text.codePointCount(0, text.length()) <= LONGEST_SUMMARY) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, LONGEST_SUMMARY - 1)) + "…";
    }
}
