package dev.therapyfit.hooks.card;

import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.card.Card.Action;
import dev.therapyfit.hooks.card.Card.DecisionSummary;
import dev.therapyfit.hooks.card.Card.Extension;
import dev.therapyfit.hooks.card.Card.Link;
import dev.therapyfit.hooks.card.Card.Suggestion;
import dev.therapyfit.hooks.card.CardTemplate.ActionTemplate;
import dev.therapyfit.hooks.card.CardTemplate.LinkTemplate;
import dev.therapyfit.hooks.card.CardTemplate.SuggestionTemplate;
import dev.therapyfit.hooks.decision.Decision;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Fills a service's card templates with the results of the content's CQL. Words nothing itself. */
public final class CardComposer {
    /** CDS Hooks: a summary has less than 140 characters. Counted as UTF-16 units, which no other way exceeds. */
    private static final int LONGEST_SUMMARY = 139;

    private static final Map<String, String> INDICATORS =
            Map.of("routine", "info", "urgent", "warning", "asap", "warning", "stat", "critical");

    private final Supplier<String> ids;

    /**
     * @param ids gives ids for cards and suggestions
     */
    public CardComposer(Supplier<String> ids) {
        this.ids = ids;
    }

    /**
     * What an answer is made of besides the templates.
     *
     * @param results results of the content's expressions
     * @param decision the decision behind the cards
     * @param decisionUrl where it can be seen; links and sources may be relative to it
     * @param actionSelection true if the client supports {@code actionSelectionBehavior}
     */
    public record Material(
            ExpressionResults results,
            Decision decision,
            URI decisionUrl,
            boolean actionSelection,
            boolean launchesApp) {}

    /**
     * Composes the answer.
     *
     * @param templates the service's cards
     * @throws IllegalStateException if a needed expression gives null or something of another type
     */
    public CdsResponse compose(List<CardTemplate> templates, Material material) {
        List<CardTemplate> shown = templates.stream()
                .filter(template -> holds(template.condition(), material.results()))
                .toList();
        material.results()
                .evaluate(shown.stream()
                        .flatMap(template -> Stream.concat(
                                template.texts(),
                                suggestions(template, material).flatMap(SuggestionTemplate::texts)))
                        .distinct()
                        .toList());
        return new CdsResponse(
                shown.stream().map(template -> card(template, material)).toList());
    }

    /** Those of a card that are shown. */
    private static Stream<SuggestionTemplate> suggestions(CardTemplate template, Material material) {
        return template.suggestions().stream()
                .filter(suggestion -> material.actionSelection()
                        || suggestion.actionSelectionBehavior().isEmpty())
                .filter(suggestion -> holds(suggestion.condition(), material.results()));
    }

    private Card card(CardTemplate template, Material material) {
        ExpressionResults results = material.results();
        List<Link> links = new ArrayList<>();
        template.decisionLink()
                .ifPresent(label ->
                        links.add(new Link(label, material.decisionUrl().toString(), "absolute")));
        template.answerLink()
                .filter(label -> material.launchesApp())
                .ifPresent(label -> links.add(answerLink(label, material.decisionUrl())));
        template.links().forEach(link -> links.add(link(link, material)));
        List<Suggestion> suggestions = suggestions(template, material)
                .map(suggestion -> suggestion(suggestion, results))
                .toList();
        return new Card(
                ids.get(),
                summary(text(template.summary(), results)),
                indicator(text(template.indicator(), results)),
                template.detail().map(detail -> text(detail, results)).orElse(null),
                template.source().below(material.decisionUrl()),
                suggestions,
                suggestions.isEmpty() ? null : template.selectionBehavior(),
                template.overrideReasons(),
                List.copyOf(links),
                new Extension(summary(material.decision())));
    }

    private static DecisionSummary summary(Decision decision) {
        return new DecisionSummary(
                decision.id(),
                decision.outcome(),
                decision.reason(),
                decision.rule(),
                decision.provisional(),
                decision.unread().stream().map(Decision.NotRead::type).toList(),
                decision.content().name(),
                decision.content().version(),
                decision.content().sha256());
    }

    /** The launch of the app that answers about a decision; it is told which, with what gives the right to it. */
    private static Link answerLink(String label, URI decisionUrl) {
        String path = decisionUrl.getPath();
        return new Link(
                label,
                decisionUrl.resolve("../launch").toString(),
                "smart",
                path.substring(path.lastIndexOf('/') + 1) + "?" + decisionUrl.getRawQuery(),
                null);
    }

    private static Link link(LinkTemplate template, Material material) {
        Link link = template.link();
        return new Link(
                link.label(),
                material.decisionUrl().resolve(link.url()).toString(),
                link.type(),
                template.appContext()
                        .map(name -> text(name, material.results()))
                        .orElse(link.appContext()),
                link.autolaunchable());
    }

    private Suggestion suggestion(SuggestionTemplate template, ExpressionResults results) {
        return new Suggestion(
                text(template.label(), results),
                ids.get(),
                template.actions().stream()
                        .map(action -> action(action, results))
                        .toList(),
                template.actionSelectionBehavior().orElse(null));
    }

    private static Action action(ActionTemplate template, ExpressionResults results) {
        return new Action(
                template.type(),
                text(template.description(), results),
                template.resource().map(name -> resource(name, results)).orElse(null),
                template.resourceId().map(name -> text(name, results)).orElse(null));
    }

    private static String resource(String expression, ExpressionResults results) {
        return Json.of(results.value(expression, Resource.class).orElseThrow(() -> isNull(expression)));
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
        if (text.length() <= LONGEST_SUMMARY) {
            return text;
        }
        int end = LONGEST_SUMMARY - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
