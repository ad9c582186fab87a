package dev.therapyfit.hooks.card;

import dev.therapyfit.hooks.card.Card.Link;
import dev.therapyfit.hooks.card.Card.OverrideReason;
import dev.therapyfit.hooks.card.Card.Source;
import java.util.List;
import java.util.Optional;
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
 * @param links further reading
 * @param decisionLink label of the link to the decision behind the card
 * @param answerLink label of the link that launches this service as an app, to answer what is missing
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
        List<LinkTemplate> links,
        Optional<String> decisionLink,
        Optional<String> answerLink,
        List<OverrideReason> overrideReasons,
        String selectionBehavior,
        List<SuggestionTemplate> suggestions) {

    /**
     * A link, the same for every patient but for what an app is told.
     *
     * @param appContext for the launch of a SMART app: expression that gives what the app is told; an absent one makes no
     *     difference between patients
     */
    public record LinkTemplate(Link link, Optional<String> appContext) {
        /** A link that is the same for every patient. */
        public LinkTemplate(Link link) {
            this(link, Optional.empty());
        }
    }

    /**
     * One suggestion: shown if every condition is true.
     *
     * @param actionSelectionBehavior CDS Hooks code, if not all actions belong together; such a suggestion is shown only
     *     to clients that support it
     */
    public record SuggestionTemplate(
            List<String> condition,
            String label,
            List<ActionTemplate> actions,
            Optional<String> actionSelectionBehavior) {
        /** One whose actions all belong together. */
        public SuggestionTemplate(List<String> condition, String label, List<ActionTemplate> actions) {
            this(condition, label, actions, Optional.empty());
        }

        /** The expressions that fill it when it is shown. */
        Stream<String> texts() {
            return Stream.concat(Stream.of(label), actions.stream().flatMap(action -> Stream.of(
                            Optional.of(action.description()), action.resource(), action.resourceId())
                    .flatMap(Optional::stream)));
        }
    }

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

    /** The expressions that say whether it is shown, and with which suggestions. */
    public Stream<String> conditions() {
        return Stream.concat(condition.stream(), suggestions.stream().flatMap(one -> one.condition().stream()));
    }

    /** The expressions that fill it when it is shown, without its suggestions. */
    Stream<String> texts() {
        return Stream.concat(
                Stream.concat(Stream.of(summary, indicator), detail.stream()),
                links.stream().flatMap(link -> link.appContext().stream()));
    }
}
