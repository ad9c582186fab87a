package dev.therapyfit.hooks.decision;

import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.PatientRecord;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The values of a CQL tuple as JSON, with the datum in place of every reference to evidence. For one decision. */
final class TupleJson {
    private static final String EVIDENCE = "evidence";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final PatientRecord record;

    /** A datum is behind many parts. */
    private final Map<String, JsonNode> evidence = new HashMap<>();

    TupleJson(PatientRecord record) {
        this.record = record;
    }

    /** A tuple without what is null in it. */
    ObjectNode of(Map<?, ?> tuple) {
        ObjectNode object = JSON.objectNode();
        tuple.forEach((key, value) -> {
            String name = String.valueOf(key);
            if (value instanceof List<?> references && name.equals(EVIDENCE)) {
                ArrayNode data = object.putArray(name);
                references.forEach(
                        reference -> data.add(evidence.computeIfAbsent(String.valueOf(reference), this::datum)));
            } else if (value != null) {
                object.set(name, of(value));
            }
        });
        return object;
    }

    private ArrayNode of(List<?> list) {
        ArrayNode array = JSON.arrayNode(list.size());
        list.forEach(value -> array.add(of(value)));
        return array;
    }

    private JsonNode of(@Nullable Object value) {
        if (value instanceof String text) {
            return JSON.stringNode(text);
        }
        if (value instanceof Map<?, ?> tuple) {
            return of(tuple);
        }
        if (value instanceof List<?> list) {
            return of(list);
        }
        if (value instanceof Boolean flag) {
            return JSON.booleanNode(flag);
        }
        if (value instanceof Integer number) {
            return JSON.numberNode(number);
        }
        return value instanceof BigDecimal decimal ? JSON.numberNode(decimal) : MAPPER.valueToTree(value);
    }

    private JsonNode datum(String reference) {
        Fact fact = record.find(reference)
                .orElseThrow(() -> new IllegalStateException(
                        "The content names evidence that is not in the record: a reference must be Type/id"));
        return EvidenceReader.read(fact);
    }
}
