package dev.therapyfit.hooks.decision;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the content decided about one patient at one instant, with the datum behind every part. Codes and texts are the
 * content's; this type only fixes the shape, which is also its JSON.
 *
 * @param id id of this decision
 * @param evaluatedAt evaluation time
 * @param content the content that decided
 * @param inputsDigest SHA-256 over the record, the orders that the call was about, jurisdiction and evaluation time, in
 *     hexadecimal: what is needed to say whether a decision is repeated on the same data
 * @param patient relative reference
 * @param order the order that the decision is compared with
 * @param outcome the content's outcome code
 * @param reason the content's reason code; empty if the outcome needs none
 * @param rule number of the rule that gave the outcome
 * @param provisional true if an unknown criterion could change the outcome
 * @param deciding ids of the unknown criteria that could
 * @param concordance whether the order agrees with the outcome
 * @param criteria every criterion, in the content's order
 * @param preference what the patient prefers
 * @param axes what is known of each axis
 * @param gates every safety gate
 * @param excluded modalities that a gate removes
 * @param conflicts sentences about data that point in different ways
 * @param leftOut data that were given but not used
 * @param unread types of data that could not be read, and why
 * @param publishedEvidence what is published; never changes the outcome
 * @param regulatory approval; never changes the outcome
 */
public record Decision(
        String id,
        Instant evaluatedAt,
        ContentVersion content,
        String inputsDigest,
        String patient,
        Order order,
        String outcome,
        String reason,
        int rule,
        boolean provisional,
        List<String> deciding,
        String concordance,
        List<Criterion> criteria,
        Preference preference,
        List<Axis> axes,
        List<Gate> gates,
        List<String> excluded,
        List<String> conflicts,
        List<LeftOut> leftOut,
        List<NotRead> unread,
        List<PublishedEvidence> publishedEvidence,
        List<Regulatory> regulatory) {

    /**
     * The content that decided.
     *
     * @param name name of its main library
     * @param version version of its main library
     * @param sha256 digest of all its files, see {@link dev.therapyfit.cql.content.Content#sha256()}
     * @param terminology editions of code systems that a terminology server expanded, as {@code system|version}; none
     *     without one
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record ContentVersion(String name, String version, String sha256, List<String> terminology) {
        public ContentVersion {
            terminology = terminology == null ? List.of() : List.copyOf(terminology);
        }

        /** One that no terminology server was asked about. */
        public ContentVersion(String name, String version, String sha256) {
            this(name, version, sha256, List.of());
        }
    }

    /**
     * The order.
     *
     * @param reference relative reference; absent without an order
     * @param modality the content's modality code
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Order(@Nullable String reference, String modality) {}

    /** One criterion, with statements of the article that it comes from. */
    public record Criterion(
            String id, String favours, String state, String why, List<String> statements, List<Evidence> evidence) {}

    /** What the patient, or the animal's owner, prefers. */
    public record Preference(String state, String why, List<Evidence> evidence) {}

    /** One axis that a result is tailored along. */
    public record Axis(String id, boolean known, String why, List<Evidence> evidence) {}

    /** One safety gate. */
    public record Gate(
            String id,
            String title,
            String state,
            String effect,
            List<String> modalities,
            String why,
            List<Evidence> evidence) {}

    /** Given but not used, and why not. */
    public record LeftOut(String reference, String reason) {}

    /** A resource type that could not be read, and why not. */
    public record NotRead(String type, String reason) {}

    /** One line of the published evidence. */
    public record PublishedEvidence(String modality, String level, String text, String year, String source) {}

    /** One line about approval. */
    public record Regulatory(String modality, String jurisdiction, String status, String checked, String source) {}
}
