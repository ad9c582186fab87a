package dev.therapyfit.hooks.decision;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns the tuple that the content's CQL gives into a {@link Decision}: checks its shape and puts the datum in place of
 * every reference. It decides nothing itself.
 */
public final class DecisionMaker {
    /** The expression of the main library that gives the decision. */
    public static final String EXPRESSION = "Decision";

    private static final JsonMapper JSON = new JsonMapper();
    private static final String LEFT_OUT = "leftOut";

    private final ContentVersion content;
    private final JsonNode contentJson;
    private final DecisionSchema schema;
    private final DecisionShape shape;

    private DecisionMaker(ContentVersion content, DecisionSchema schema) {
        this.content = content;
        this.schema = schema;
        this.contentJson = JSON.valueToTree(content);
        this.shape = new DecisionShape(schema);
    }

    /** What its decisions name as the content that decided. */
    public ContentVersion content() {
        return content;
    }

    /** The shape of its decisions. */
    public DecisionSchema schema() {
        return schema;
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
        return Decision.of(json(results, record, inputs, id, at), content, at);
    }

    /**
     * Evaluates what a decision needs, and makes the decision.
     *
     * @param evaluator the same content, compiled
     * @param given what it is made from
     * @param id id to give
     * @param isCancelled true when the decision is wanted no longer
     * @throws dev.therapyfit.cql.evaluation.EvaluationException if the CQL fails
     * @throws dev.therapyfit.cql.evaluation.EvaluationAbandoned if it was cancelled
     * @throws IllegalStateException if the content's tuple has not the shape of a decision
     */
    public Decision decide(CqlEvaluator evaluator, DecisionInputs given, String id, BooleanSupplier isCancelled) {
        ExpressionResults results =
                evaluator.evaluate(given.record(), List.of(EXPRESSION), given.inputs(), given.at(), isCancelled);
        return decide(results, given.record(), given.inputs(), id, given.at());
    }

    /** The same, however long it takes. */
    public Decision decide(CqlEvaluator evaluator, DecisionInputs given, String id) {
        return decide(evaluator, given, id, () -> false);
    }

    /** All of it as JSON, of the right shape. */
    private ObjectNode json(ExpressionResults results, PatientRecord record, Inputs inputs, String id, Instant at) {
        Map<?, ?> given = results.value(EXPRESSION, Map.class)
                .orElseThrow(() -> new IllegalStateException("The content's \"" + EXPRESSION + "\" is null"));
        ObjectNode tree = new TupleJson(record)
                .of(given)
                .put("id", id)
                .put("evaluatedAt", at.toString())
                .put("inputsDigest", InputsDigest.of(record, inputs, at))
                .put("patient", record.patient().reference())
                .put("jurisdiction", inputs.jurisdiction());
        tree.set("content", contentJson);
        tree.set(LEFT_OUT, leftOut(tree.path(LEFT_OUT), record));
        ArrayNode unread = tree.putArray("unread");
        record.incomplete()
                .forEach(one -> unread.addObject().put("type", one.type()).put("reason", one.reason()));
        List<String> problems = Stream.concat(
                        Decision.missing(tree).stream().map(name -> name + " (missing)"), shape.problems(tree))
                .distinct()
                .toList();
        if (!problems.isEmpty()) {
            throw new IllegalStateException("The content's \"" + EXPRESSION + "\" has not the shape of a decision: "
                    + String.join(", ", problems));
        }
        return tree;
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
        ObjectNode json = json(results, record, inputs, "", at);
        byte[] unnamed = JSON.writeValueAsBytes(Decision.of(json, content, at));
        json.put("id", UUID.nameUUIDFromBytes(unnamed).toString());
        return Decision.of(json, content, at);
    }

    /** What the content left out, and before it what the record did not even hand to the content. */
    private static JsonNode leftOut(JsonNode fromContent, PatientRecord record) {
        List<JsonNode> all = new ArrayList<>();
        record.excluded()
                .forEach(out -> all.add(JsonNodeFactory.instance
                        .objectNode()
                        .put("reference", out.reference())
                        .put("reason", out.reason())));
        if (!fromContent.isArray() && !fromContent.isMissingNode()) {
            return fromContent; // not the shape, as will be told
        }
        fromContent.forEach(all::add);
        all.sort(Comparator.comparing(entry -> entry.path("reference").asString("")));
        return JsonNodeFactory.instance.arrayNode().addAll(all);
    }
}
