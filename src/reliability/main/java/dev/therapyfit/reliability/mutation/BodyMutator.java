package dev.therapyfit.reliability.mutation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;
import tools.jackson.databind.util.RawValue;

/**
 * Changes hook bodies. The same choices give the same bytes. Every text that a mutation brings starts with {@link #MARK},
 * so that it can be looked for where no patient data belong.
 */
public final class BodyMutator {
    /** Begins every text that is brought in. */
    public static final String MARK = "zz-";

    /** Becomes a surrogate without its partner, which no JSON writer would write. */
    static final String LONE_SURROGATE = "zz-lone-surrogate";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MOST_MUTATIONS = 8;
    private static final int MOST_PLACES = 20_000;
    private static final int DEEP = 1_000;
    private static final int DEEP_ENOUGH = 100;

    private final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(10 * DEEP)
                            .build())
                    .build())
            .build();
    private final Vocabulary vocabulary;
    private final List<BiConsumer<Place, Choices>> mutations = List.of(
            (place, choices) -> place.remove(),
            (place, choices) -> place.set(NODES.nullNode()),
            (place, choices) -> place.set(choices.of(List.of(NODES.objectNode(), NODES.arrayNode()))),
            this::retype,
            this::rename,
            this::copy,
            (place, choices) -> place.set(NODES.stringNode(choices.of(Vocabulary.WORDS))),
            (place, choices) -> place.set(NODES.rawValueNode(new RawValue(choices.of(Vocabulary.NUMBERS)))),
            (place, choices) -> place.set(NODES.stringNode(choices.of(Vocabulary.DATES))),
            (place, choices) -> place.set(NODES.stringNode(choices.of(Vocabulary.UNITS))),
            (place, choices) -> place.set(NODES.stringNode(choices.of(Vocabulary.REFERENCES))),
            this::seen,
            this::seen,
            this::seen,
            this::graft,
            this::graft,
            this::chooseType,
            this::chooseType,
            this::swapResource,
            this::nest,
            this::contain,
            this::enlarge);

    /**
     * @param bodies real bodies, of which it learns what can stand where
     */
    public BodyMutator(Iterable<? extends JsonNode> bodies) {
        this.vocabulary = new Vocabulary(bodies);
    }

    /** The same body after a few changes that leave it JSON. */
    public byte[] json(ObjectNode body, Choices choices) {
        ObjectNode changed = body.deepCopy();
        // mostly few, so that most bodies get further than the decoder
        int count = 1 + choices.below(choices.onceIn(4) ? MOST_MUTATIONS : 2);
        for (int i = 0; i < count; i++) {
            List<Place> places = places(changed);
            if (!places.isEmpty() && places.size() < MOST_PLACES) {
                choices.of(mutations).accept(choices.of(places), choices);
            }
        }
        return json.writeValueAsString(changed)
                .replace(LONE_SURROGATE, "zz-\\ud800")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The same bytes after one change that pays no regard to what they say. */
    public static byte[] bytes(byte[] body, Choices choices) {
        return BytesMutator.change(body, choices);
    }

    /** The same body with {@link #MARK} before every text that people wrote, and a name and number of the patient. */
    public ObjectNode marked(ObjectNode body) {
        ObjectNode copy = body.deepCopy();
        mark(copy);
        return copy;
    }

    private static void mark(JsonNode node) {
        if (node instanceof ObjectNode object) {
            for (String name : List.of("display", "text", "note", "description", "title", "comment")) {
                if (object.get(name) instanceof StringNode value) {
                    object.put(name, MARK + value.stringValue());
                }
            }
            if (object.has("coding") && !object.has("text")) {
                object.put("text", MARK + "text");
            }
            if (object.path("resourceType").asString("").equals("Patient")) {
                object.putArray("name")
                        .addObject()
                        .put("family", MARK + "family")
                        .putArray("given")
                        .add(MARK + "given");
                object.putArray("identifier").addObject().put("value", MARK + "number");
            }
        }
        node.forEach(BodyMutator::mark);
    }

    /** A place in a body: a field of an object, or an element of an array. */
    private record Place(JsonNode parent, String kind, String name, int index) {
        JsonNode value() {
            return parent instanceof ObjectNode object ? object.get(name) : parent.get(index);
        }

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }
    }

    private static List<Place> places(ObjectNode body) {
        List<Place> places = new ArrayList<>();
        collect("", body, places, 0);
        return places;
    }

    private static void collect(String name, JsonNode node, List<Place> into, int depth) {
        if (depth > DEEP_ENOUGH) {
            return;
        }
        if (node instanceof ObjectNode object) {
            String kind = Vocabulary.kind(name, object);
            for (Map.Entry<String, JsonNode> field : object.properties()) {
                into.add(new Place(object, kind, field.getKey(), 0));
                collect(field.getKey(), field.getValue(), into, depth + 1);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < Math.min(array.size(), 100); i++) {
                into.add(new Place(array, name, name, i));
                collect(name, array.get(i), into, depth + 1);
            }
        }
    }

    private void retype(Place place, Choices choices) {
        JsonNode value = place.value();
        switch (choices.below(6)) {
            case 0 -> place.set(NODES.arrayNode().add(value));
            case 1 ->
                place.set(NODES.stringNode(
                        value.isString() ? value.stringValue() + " " : json.writeValueAsString(value)));
            case 2 -> place.set(NODES.numberNode(choices.below(10)));
            case 3 -> place.set(NODES.booleanNode(choices.below(2) == 0));
            case 4 -> place.set(value.isArray() && !value.isEmpty() ? value.get(0) : NODES.arrayNode());
            default -> {
                ObjectNode object = NODES.objectNode();
                object.set("value", value);
                place.set(object);
            }
        }
    }

    private void rename(Place place, Choices choices) {
        if (!(place.parent() instanceof ObjectNode object)) {
            place.remove();
            return;
        }
        List<String> known = vocabulary.fields(place.kind());
        String name =
                switch (choices.below(5)) {
                    case 0 -> MARK + place.name();
                    case 1 -> "_" + place.name();
                    case 2 -> place.name().toUpperCase(Locale.ROOT);
                    case 3 -> "";
                    default -> known.isEmpty() ? MARK : choices.of(known);
                };
        object.set(name, object.remove(place.name()));
    }

    private void copy(Place place, Choices choices) {
        JsonNode value = place.value();
        int times = choices.onceIn(16) ? 300 : 1;
        ArrayNode array = place.parent() instanceof ArrayNode parent
                ? parent
                : NODES.arrayNode().add(value);
        for (int i = 0; i < times && value.size() < 50; i++) {
            array.add(value.deepCopy());
        }
        if (place.parent() instanceof ObjectNode) {
            place.set(array);
        }
    }

    private void seen(Place place, Choices choices) {
        List<JsonNode> values = vocabulary.values(place.name());
        if (!values.isEmpty()) {
            place.set(choices.of(values).deepCopy());
        }
    }

    private void graft(Place place, Choices choices) {
        List<String> names = vocabulary.fields(place.kind());
        if (place.parent() instanceof ObjectNode object && !names.isEmpty()) {
            String name = choices.of(names);
            List<JsonNode> values = vocabulary.values(name);
            if (!values.isEmpty()) {
                JsonNode value = choices.of(values).deepCopy();
                object.set(
                        name,
                        object.get(name) instanceof ArrayNode array
                                ? array.deepCopy().add(value)
                                : value);
            }
        }
    }

    /** Gives a choice element, such as value[x], another type. */
    private void chooseType(Place place, Choices choices) {
        Map.Entry<String, String> sample = choices.of(Vocabulary.CHOICES);
        if (!(place.parent() instanceof ObjectNode object)) {
            place.set(Vocabulary.parse(sample.getValue()));
            return;
        }
        String stem = choices.of(List.of(
                stem(place.name()), "value", "effective", "onset", "abatement", "medication", "occurrence", "bounds"));
        List.copyOf(object.propertyNames()).stream()
                .filter(name -> name.startsWith(stem))
                .forEach(object::remove);
        object.set(stem + sample.getKey(), Vocabulary.parse(sample.getValue()));
    }

    private static String stem(String name) {
        for (int i = 1; i < name.length(); i++) {
            if (Character.isUpperCase(name.charAt(i))) {
                return name.substring(0, i);
            }
        }
        return name;
    }

    private void swapResource(Place place, Choices choices) {
        if (vocabulary.resources().isEmpty()) {
            return;
        }
        JsonNode resource = choices.of(vocabulary.resources()).deepCopy();
        if (place.parent() instanceof ObjectNode object && object.has("resourceType")) {
            object.put(
                    "resourceType",
                    choices.below(4) == 0
                            ? choices.of(
                                    List.of("", "Zz", "Bundle", "Parameters", "Binary", "OperationOutcome", "List"))
                            : resource.get("resourceType").asString(""));
        } else if (place.value() != null && place.value().isArray()) {
            ((ArrayNode) place.value()).add(NODES.objectNode().set("resource", resource));
        } else {
            place.set(resource);
        }
    }

    private static boolean isDeep(JsonNode node, int limit) {
        return limit == 0 || node.valueStream().anyMatch(child -> isDeep(child, limit - 1));
    }

    private void nest(Place place, Choices choices) {
        if (isDeep(place.value(), DEEP_ENOUGH)) {
            return;
        }
        int depth = choices.onceIn(8) ? DEEP : 1 + choices.below(60);
        JsonNode value = place.value().deepCopy();
        boolean arrays = choices.below(2) == 0;
        String name = choices.of(List.of("extension", "contained", "resource", "part", place.name()));
        for (int i = 0; i < depth; i++) {
            value = arrays
                    ? NODES.arrayNode().add(value)
                    : NODES.objectNode().put("url", MARK + i).set(name, value);
        }
        place.set(value);
    }

    /** Contained resources that refer to each other in circles, and Bundles in Bundles. */
    private void contain(Place place, Choices choices) {
        if (!(place.parent() instanceof ObjectNode object)) {
            return;
        }
        if (choices.below(2) == 0) {
            ArrayNode contained = object.putArray("contained");
            contained
                    .addObject()
                    .put("resourceType", choices.of(List.of("Medication", "Patient", "Condition", "Observation")))
                    .put("id", "zz-contained")
                    .putArray("ingredient")
                    .addObject()
                    .putObject("itemReference")
                    .put("reference", "#zz-contained");
            object.putObject(choices.of(List.of("medicationReference", "subject", "hasMember", "partOf", place.name())))
                    .put("reference", choices.of(List.of("#zz-contained", "#", "#zz-nobody")));
        } else {
            JsonNode copy = object.deepCopy();
            ObjectNode bundle = NODES.objectNode();
            bundle.put("resourceType", "Bundle")
                    .put("type", choices.of(List.of("searchset", "collection", "transaction", "batch", "zz-type")))
                    .putArray("entry")
                    .addObject()
                    .put("fullUrl", choices.of(Vocabulary.REFERENCES))
                    .set("resource", copy);
            place.set(bundle);
        }
    }

    private void enlarge(Place place, Choices choices) {
        switch (choices.below(4)) {
            case 0 -> place.set(NODES.stringNode(MARK + "x".repeat(1 << choices.below(18))));
            case 1 -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = 0; i < 1_000; i++) {
                    array.add(i);
                }
                place.set(array);
            }
            case 2 -> place.set(NODES.rawValueNode(new RawValue("9".repeat(1 + choices.below(1_200)))));
            default -> place.set(NODES.rawValueNode(new RawValue("0." + "0".repeat(choices.below(1_200)) + "1")));
        }
    }
}
