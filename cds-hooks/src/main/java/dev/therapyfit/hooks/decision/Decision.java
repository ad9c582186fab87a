package dev.therapyfit.hooks.decision;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the content decided about one patient at one instant, with the datum behind every part. What stands here by name is
 * what every decision has; everything else is the content's, in the shape of its {@link
 * dev.therapyfit.cql.content.DecisionSchema}. The whole is one JSON object.
 *
 * @param id id of this decision
 * @param evaluatedAt evaluation time
 * @param content the content that decided
 * @param inputsDigest SHA-256 over the record, the orders that the call was about, jurisdiction and evaluation time, in
 *     hexadecimal: what is needed to say whether a decision is repeated on the same data
 * @param patient relative reference
 * @param jurisdiction where the order would be carried out
 * @param outcome the content's outcome code
 * @param reason the content's reason code; empty if the outcome needs none
 * @param rule number of the rule that gave the outcome
 * @param provisional true if what is unknown could change the outcome
 * @param concordance whether the order agrees with the outcome
 * @param leftOut data that were given but not used
 * @param unread types of data that could not be read, and why
 * @param parts the content's own parts by their names, sorted
 */
public record Decision(
        String id,
        Instant evaluatedAt,
        ContentVersion content,
        String inputsDigest,
        String patient,
        @JsonInclude(JsonInclude.Include.NON_NULL) String jurisdiction,
        String outcome,
        String reason,
        int rule,
        boolean provisional,
        String concordance,
        List<LeftOut> leftOut,
        List<NotRead> unread,
        @JsonAnyGetter @JsonAnySetter Map<String, JsonNode> parts) {
    private static final String ORDER = "order";

    /** What every decision has. */
    private static final List<String> NAMES = Stream.of(Decision.class.getRecordComponents())
            .map(RecordComponent::getName)
            .filter(name -> !name.equals("parts"))
            .toList();

    public Decision {
        parts = Collections.unmodifiableMap(new TreeMap<>(parts));
    }

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

    /** Given but not used, and why not. */
    public record LeftOut(String reference, String reason) {}

    /** A resource type that could not be read, and why not. */
    public record NotRead(String type, String reason) {}

    /** The decision that JSON of the right shape holds. */
    static Decision of(ObjectNode json, ContentVersion content, Instant at) {
        Map<String, JsonNode> parts = new TreeMap<>();
        json.properties().stream()
                .filter(property -> !NAMES.contains(property.getKey()))
                .forEach(property -> parts.put(property.getKey(), property.getValue()));
        return new Decision(
                json.path("id").stringValue(),
                at,
                content,
                json.path("inputsDigest").stringValue(),
                json.path("patient").stringValue(),
                json.path("jurisdiction").stringValue(),
                json.path("outcome").stringValue(),
                json.path("reason").stringValue(),
                json.path("rule").intValue(),
                json.path("provisional").booleanValue(),
                json.path("concordance").stringValue(),
                json.path("leftOut")
                        .valueStream()
                        .map(out -> new LeftOut(
                                out.path("reference").stringValue(),
                                out.path("reason").stringValue()))
                        .toList(),
                json.path("unread")
                        .valueStream()
                        .map(out -> new NotRead(
                                out.path("type").stringValue(),
                                out.path("reason").stringValue()))
                        .toList(),
                parts);
    }

    /** The outcome's code, with that of the reason if there is one. */
    public String outcomeWithReason() {
        return outcome + (reason.isEmpty() ? "" : " (" + reason + ")");
    }

    /** Names of what every decision has and this JSON lacks. */
    public static List<String> missing(JsonNode json) {
        return NAMES.stream().filter(name -> !json.hasNonNull(name)).toList();
    }

    /** A part of the content's; a missing node if the decision has none of that name. */
    public JsonNode part(String name) {
        return parts.getOrDefault(name, MissingNode.getInstance());
    }

    /** The same with nothing of the content's own. */
    public Decision withoutParts() {
        return new Decision(
                id,
                evaluatedAt,
                content,
                inputsDigest,
                patient,
                jurisdiction,
                outcome,
                reason,
                rule,
                provisional,
                concordance,
                leftOut,
                unread,
                Map.of());
    }

    /** Reference of the order that the decision is compared with. */
    public Optional<String> order() {
        return part(ORDER).path("reference").asStringOpt();
    }
}
