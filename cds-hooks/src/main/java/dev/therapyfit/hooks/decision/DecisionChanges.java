package dev.therapyfit.hooks.decision;

import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.content.DecisionSchema.Kind;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What differs between two decisions. What only tells of the evaluation does not count: id, evaluation time, content,
 * digest of the inputs, how a datum came to be known, and why a type could not be read.
 */
public final class DecisionChanges {
    private static final Set<String> OF_THE_EVALUATION = Set.of("id", "evaluatedAt", "content", "inputsDigest");
    private static final JsonMapper JSON = new JsonMapper();

    private DecisionChanges() {}

    /**
     * One difference.
     *
     * @param part what differs: an entry of a part, as the schema calls one, or {@code decision}
     * @param id id of the entry; empty for the decision itself
     * @param field what differs, as in the decision's JSON
     * @param before JSON of the first decision; empty if it has none
     * @param after JSON of the second decision; empty if it has none
     */
    public record Change(String part, String id, String field, String before, String after) {}

    /**
     * Every difference, the decision's own fields first.
     *
     * @param schema says which parts hold entries
     */
    public static List<Change> between(Decision before, Decision after, DecisionSchema schema) {
        ObjectNode first = comparable(before);
        ObjectNode second = comparable(after);
        List<Part> parts = schema.parts().stream()
                .filter(part -> part.kind() == Kind.ITEMS)
                .toList();
        Set<String> own = names(first, second);
        parts.forEach(part -> own.remove(part.name()));
        List<Change> changes = new ArrayList<>();
        own.forEach(name -> compare("decision", "", name, first.get(name), second.get(name), changes));
        for (Part part : parts) {
            Map<String, JsonNode> one = byId(first.path(part.name()));
            Map<String, JsonNode> other = byId(second.path(part.name()));
            Set<String> ids = new LinkedHashSet<>(one.keySet());
            ids.addAll(other.keySet());
            for (String id : ids) {
                JsonNode none = JSON.createObjectNode();
                JsonNode left = one.getOrDefault(id, none);
                JsonNode right = other.getOrDefault(id, none);
                for (String field : names(left, right)) {
                    compare(part.item(), id, field, left.get(field), right.get(field), changes);
                }
            }
        }
        return List.copyOf(changes);
    }

    private static ObjectNode comparable(Decision decision) {
        ObjectNode json = JSON.valueToTree(decision);
        json.remove(OF_THE_EVALUATION);
        json.findParents("origin").forEach(evidence -> ((ObjectNode) evidence).remove("origin"));
        json.path("unread").forEach(unread -> ((ObjectNode) unread).remove("reason"));
        return json;
    }

    private static Set<String> names(JsonNode one, JsonNode other) {
        Set<String> names = new LinkedHashSet<>(one.propertyNames());
        names.addAll(other.propertyNames());
        return names;
    }

    private static Map<String, JsonNode> byId(JsonNode list) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        list.forEach(part -> byId.put(part.path("id").asString(), part));
        return byId;
    }

    private static void compare(
            String part,
            String id,
            String field,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            List<Change> changes) {
        String one = before == null ? "" : before.toString();
        String other = after == null ? "" : after.toString();
        if (!one.equals(other)) {
            changes.add(new Change(part, id, field, one, other));
        }
    }
}
