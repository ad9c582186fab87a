package dev.therapyfit.hooks.card;

import dev.therapyfit.hooks.card.Card.Link;
import dev.therapyfit.hooks.card.Card.OverrideReason;
import dev.therapyfit.hooks.card.Card.Source;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a plan definition says of one card: names of CQL expressions for all that depends on the patient, and texts for
 * what does not.
 *
 * @param condition Boolean expressions that must all be true
 * @param summary expression that gives the summary
 * @param indicator expression that gives the request priority: routine, urgent or stat
 * @param detail expression that gives the Markdown
 * @param source where the content comes from
 * @param links links to the same page for every patient
 * @param decisionLink label of the link to the decision behind the card
 * @param overrideReasons reasons to choose from
 * @param selectionBehavior CDS Hooks code
 * @param suggestions what the user may accept
 */
public record CardTemplate(
        List<String> condition,
        String summary,
        String indicator,
        Optional<String> detail,
        Source source,
        List<Link> links,
        Optional<String> decisionLink,
        List<OverrideReason> overrideReasons,
        String selectionBehavior,
        List<SuggestionTemplate> suggestions) {

    /** One suggestion: shown if every condition is true. */
    public record SuggestionTemplate(List<String> condition, String label, List<ActionTemplate> actions) {}

    /**
     * One action of a suggestion.
     *
     * @param type {@code create}, {@code update} or {@code delete}
     * @param description expression that gives the text
     * @param resource expression that gives the FHIR resource, for create and update
     * @param resourceId expression that gives the relative reference, for delete
     */
    public record ActionTemplate(
            String type, String description, Optional<String> resource, Optional<String> resourceId) {}

    /** Every CQL expression that this card needs. */
    public Set<String> expressions() {
        Set<String> names = new TreeSet<>(condition);
        names.add(summary);
        names.add(indicator);
        detail.ifPresent(names::add);
        suggestions.forEach(suggestion -> {
            names.addAll(suggestion.condition());
            names.add(suggestion.label());
            suggestion.actions().forEach(action -> {
                names.add(action.description());
                Stream.of(action.resource(), action.resourceId())
                        .flatMap(Optional::stream)
                        .forEach(names::add);
            });
        });
        return names;
    }
}
