package dev.therapyfit.hooks.decision;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns the tuple that the content's CQL gives into a {@link Decision}: checks its shape and puts the datum in place of
 * every reference. It decides nothing itself.
 */
public final class DecisionMaker {
    /** The expression of the main library that gives the decision. */
    public static final String EXPRESSION = "Decision";

    private static final String EVIDENCE = "evidence";
    private static final String LEFT_OUT = "leftOut";

    private final ContentVersion content;
    private final DecisionShape shape;
    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withContentInclusion(JsonInclude.Include.NON_NULL))
            .build();

    private DecisionMaker(ContentVersion content, DecisionSchema schema) {
        this.content = content;
        this.shape = new DecisionShape(schema);
    }

    /** What its decisions name as the content that decided. */
    public ContentVersion content() {
        return content;
    }

    /**
     * A maker of decisions that names the content's main library and digest.
     *
     * @throws dev.therapyfit.cql.content.ContentException if the content has no schema of its decisions
     */
    public static DecisionMaker of(Content content) {
        CqlSource main = content.mainLibrary();
        List<String> editions = content.valueSets().stream()
                .flatMap(valueSet -> Terminology.sets(valueSet, "include").stream())
                .filter(set -> set.has("version"))
                .map(set -> set.text("system").orElse("")
                        + '|'
                        + set.text("version").orElse(""))
                .distinct()
                .sorted()
                .toList();
        return new DecisionMaker(
                new ContentVersion(main.name(), main.version(), content.sha256(), editions),
                DecisionSchema.of(content));
    }

    /**
     * Makes the decision.
     *
     * @param results results that hold {@link #EXPRESSION}
     * @param record the record that was evaluated
     * @param inputs what else the results depend on
     * @param id id to give
     * @param at evaluation time
     * @throws IllegalStateException if the content's tuple has not the shape of a decision
     */
    public Decision decide(ExpressionResults results, PatientRecord record, Inputs inputs, String id, Instant at) {
        Map<?, ?> given = results.value(EXPRESSION, Map.class)
                .orElseThrow(() -> new IllegalStateException("The content's \"" + EXPRESSION + "\" is null"));
        Map<String, Object> tuple = new LinkedHashMap<>();
        tuple.put("id", id);
        tuple.put("evaluatedAt", at.toString());
        tuple.put("content", content);
        tuple.put("inputsDigest", InputsDigest.of(record, inputs, at));
        tuple.put("patient", record.patient().reference());
        tuple.put("jurisdiction", inputs.jurisdiction());
        given.forEach((name, value) -> tuple.put(String.valueOf(name), withEvidence(value, record)));
        tuple.put(LEFT_OUT, leftOut(tuple.get(LEFT_OUT), record));
        tuple.put("unread", record.incomplete());
        JsonNode decision = json.valueToTree(tuple);
        List<String> problems = Stream.concat(
                        Decision.missing(decision).stream().map(name -> name + " (missing)"), shape.problems(decision))
                .distinct()
                .toList();
        if (!problems.isEmpty()) {
            throw new IllegalStateException("The content's \"" + EXPRESSION + "\" has not the shape of a decision: "
                    + String.join(", ", problems));
        }
        return json.treeToValue(decision, Decision.class);
    }

    /**
     * Makes the decision with an id that follows from it: the same record, content and instant give the same bytes.
     *
     * @param results results that hold {@link #EXPRESSION}
     * @param record the record that was evaluated
     * @param inputs what else the results depend on
     * @param at evaluation time
     * @throws IllegalStateException if the content's tuple has not the shape of a decision
     */
    public Decision decide(ExpressionResults results, PatientRecord record, Inputs inputs, Instant at) {
        byte[] unnamed = json.writeValueAsBytes(decide(results, record, inputs, "", at));
        return decide(results, record, inputs, UUID.nameUUIDFromBytes(unnamed).toString(), at);
    }

    /** What the content left out, and before it what the record did not even hand to the content. */
    private static Object leftOut(@Nullable Object fromContent, PatientRecord record) {
        List<Object> all = new ArrayList<>();
        record.excluded().forEach(out -> all.add(Map.of("reference", out.reference(), "reason", out.reason())));
        if (fromContent instanceof List<?> list) {
            all.addAll(list);
        } else if (fromContent != null) {
            return fromContent; // not the shape, as will be told
        }
        all.sort(Comparator.comparing(
                entry -> entry instanceof Map<?, ?> map ? String.valueOf(map.get("reference")) : ""));
        return List.copyOf(all);
    }

    private static Object withEvidence(Object value, PatientRecord record) {
        if (value instanceof List<?> list) {
            return list.stream().map(element -> withEvidence(element, record)).toList();
        }
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, element) -> copy.put(
                String.valueOf(name),
                EVIDENCE.equals(name) && element instanceof List<?> references
                        ? references.stream()
                                .map(reference -> evidence(String.valueOf(reference), record))
                                .toList()
                        : withEvidence(element, record)));
        return copy;
    }

    private static Evidence evidence(String reference, PatientRecord record) {
        Fact fact = record.find(reference)
                .orElseThrow(() -> new IllegalStateException(
                        "The content names evidence that is not in the record: a reference must be Type/id"));
        return EvidenceReader.read(fact);
    }
}
