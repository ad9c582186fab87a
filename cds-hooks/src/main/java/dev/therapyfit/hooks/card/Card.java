package dev.therapyfit.hooks.card;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

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
        List<Link> links) {

    /** Who says so. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Source(String label, @Nullable String url) {}

    /** A set of actions that the user may accept together. */
    public record Suggestion(String label, String uuid, List<Action> actions) {}

    /**
     * One change to the user's work.
     *
     * @param type {@code create}, {@code update} or {@code delete}
     * @param description what it does
     * @param resource the FHIR resource to create or update
     * @param resourceId relative reference of what to delete
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Action(
            String type,
            String description,
            @Nullable JsonNode resource,
            @Nullable String resourceId) {}

    /** A coded reason for not following the card. */
    public record OverrideReason(String code, String system, String display) {}

    /** A link that opens in a browser. */
    public record Link(String label, String url, String type) {}
}
