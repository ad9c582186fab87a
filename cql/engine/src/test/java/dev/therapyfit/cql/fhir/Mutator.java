package dev.therapyfit.cql.fhir;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Changes a resource in one place, in ways that R4 forbids or allows; not in those that are mended here. */
public final class Mutator {
    private static final List<String> NAMES = List.of(
            "code",
            "value",
            "valueQuantity",
            "valueString",
            "status",
            "subject",
            "onsetDateTime",
            "id",
            "_status",
            "modifierExtension",
            "meta",
            "language",
            "coding",
            "unit",
            "reference",
            "component");

    private static final List<String> VALUES = List.of(
            "'final'",
            "'2026-13-01'",
            "'2026-06'",
            "'2026-06-15T09:00:00Z'",
            "'2026-06-15T09:00:00.123456+02:00'",
            "7",
            "7.50",
            "-1",
            "1e3",
            "true",
            "''",
            "[]",
            "['a','b']",
            "[{}]",
            "{'coding':[{'system':'http://x','code':'y'}]}",
            "{'reference':'Patient/x'}",
            "{'value':3,'unit':'mg'}");

    /** Of ids HAPI's parser drops extensions, of extensions what says nothing; it looks for what is contained. */
    private static final Set<String> SPECIAL =
            Set.of("resourceType", "id", "versionId", "extension", "modifierExtension", "contained");

    private static final String EXTENSION = "{'extension':[{'url':'http://x','valueString':'y'}]}";

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Random random;

    public Mutator(Random random) {
        this.random = random;
    }

    /** Changes it in one place. */
    public void change(ObjectNode resource) {
        List<ObjectNode> objects = new ArrayList<>();
        collect(resource, objects);
        ObjectNode object = any(objects);
        List<String> names = new ArrayList<>(object.propertyNames());
        names.removeAll(SPECIAL);
        if (names.isEmpty()) {
            return;
        }
        String name = any(names);
        JsonNode value = object.get(name);
        switch (random.nextInt(7)) {
            case 0 -> object.remove(name);
            case 1 -> object.set(name, value.isArray() ? json("7") : json(any(VALUES)));
            case 2 -> object.set(any(NAMES), json(any(VALUES)));
            case 3 -> object.set(name, object.arrayNode().add(value));
            case 4 -> {
                object.remove(name);
                object.set(any(NAMES), value);
            }
            case 5 -> {
                if (value.isValueNode()) {
                    object.set("_" + name, json(EXTENSION));
                }
            }
            default -> {
                // in another order
                object.remove(name);
                object.set(name, value);
            }
        }
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private static JsonNode json(String text) {
        return MAPPER.readTree(text.replace('\'', '"'));
    }

    private static void collect(JsonNode node, List<ObjectNode> into) {
        if (node instanceof ObjectNode object) {
            into.add(object);
            object.properties().stream()
                    .filter(property -> !SPECIAL.contains(property.getKey()))
                    .forEach(property -> collect(property.getValue(), into));
        } else {
            node.forEach(child -> collect(child, into));
        }
    }
}
