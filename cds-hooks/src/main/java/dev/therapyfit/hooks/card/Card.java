package dev.therapyfit.hooks.card;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One card (CDS Hooks, "Card Attributes"). Fields without a value are left out of the JSON, as the specification asks.
 *
 * @param uuid id of this card, for feedback
 * @param summary one sentence of less than 140 characters
 * @param indicator {@code info}, {@code warning} or {@code critical}
 * @param detail GitHub-flavoured Markdown
 * @param source where the content comes from
 * @param suggestions what the user may accept
 * @param selectionBehavior how many suggestions may be accepted; absent without suggestions
 * @param overrideReasons reasons the user may give for not following the card
 * @param links further reading
 * @param extension for machines
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Card(
        String uuid,
        String summary,
        String indicator,
        @Nullable String detail,
        Source source,
        List<Suggestion> suggestions,
        @Nullable String selectionBehavior,
        List<OverrideReason> overrideReasons,
        List<Link> links,
        @Nullable Extension extension) {

    /**
     * Who says so.
     *
     * @param icon absolute URL of an image
     * @param topic what the card is about
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Source(
            String label,
            @Nullable String url,
            @Nullable String icon,
            @Nullable Topic topic) {
        public Source(String label, @Nullable String url) {
            this(label, url, null, null);
        }

        /** The same with its URL made absolute, if it is relative to the page of the decision. */
        Source below(URI decision) {
            return url == null ? this : new Source(label, decision.resolve(url).toString(), icon, topic);
        }
    }

    /** What a card is about, for filtering and grouping. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Topic(
            String system, String code, @Nullable String display) {}

    /**
     * A set of actions that the user may accept together. None is ever marked as recommended.
     *
     * @param actionSelectionBehavior how many actions may be chosen; absent means all
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Suggestion(
            String label,
            String uuid,
            List<Action> actions,
            @Nullable String actionSelectionBehavior) {
        /** One whose actions all belong together. */
        public Suggestion(String label, String uuid, List<Action> actions) {
            this(label, uuid, actions, null);
        }
    }

    /**
     * One change to the user's work.
     *
     * @param type {@code create}, {@code update} or {@code delete}
     * @param description what it does
     * @param resource JSON of the FHIR resource to create or update
     * @param resourceId relative reference of what to delete
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Action(
            String type,
            String description,
            @JsonRawValue @Nullable String resource,
            @Nullable String resourceId) {}

    /** A coded reason for not following the card. */
    public record OverrideReason(String code, String system, String display) {}

    /**
     * A link that opens in a browser.
     *
     * @param type {@code absolute}, or {@code smart} for the launch of an app
     * @param appContext what the app is told; with {@code smart} only
     * @param autolaunchable true if the client may open it by itself; absent means no
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Link(
            String label,
            String url,
            String type,
            @Nullable String appContext,
            @Nullable Boolean autolaunchable) {
        public Link(String label, String url, String type) {
            this(label, url, type, null, null);
        }
    }

    /** Named by reverse domain (CDS Hooks, "Extensions"). */
    public record Extension(
            @JsonProperty("dev.therapyfit.decision") DecisionSummary decision) {}

    /**
     * The decision behind the card, without data of the patient.
     *
     * @param id id of the decision
     * @param outcome the content's outcome code
     * @param reason the content's reason code, if the outcome needs one
     * @param rule number of the rule that gave the outcome
     * @param provisional true if an unknown criterion could change the outcome
     * @param unread types of data that could not be read, or not to the end
     * @param content name of the content's main library
     * @param version version of the content's main library
     * @param sha256 digest of the whole content
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record DecisionSummary(
            String id,
            String outcome,
            String reason,
            int rule,
            boolean provisional,
            List<String> unread,
            String content,
            String version,
            String sha256) {}
}
