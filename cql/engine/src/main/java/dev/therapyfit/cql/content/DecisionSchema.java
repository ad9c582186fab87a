package dev.therapyfit.cql.content;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The JSON Schema that the content keeps of its decisions. It says what stands in a decision, and so what is shown, compared
 * and tested of it: whoever needs the parts of a decision asks here, and knows none of them by name.
 *
 * <p>Beside the standard's own keywords it has six: {@code x-expected} of a property that every test case states, {@code
 * x-quiet}, the states of an item that need nobody's attention, {@code x-cleared}, that of a check which the record answers
 * with no, {@code x-scale} of items that speak for one of two ends, which the page draws, {@code x-answers} of the part
 * where it shows what each answer to a question would make of the outcome, and {@code x-expression}, the CQL
 * expressions one of which gave an item, with {@code {id}} for its id.
 */
public final class DecisionSchema {
    /** Where a content keeps it. */
    public static final String FILE = "input/schema/decision.json";

    private static final String PROPERTIES = "properties";
    private static final String DEFINITION = "#/$defs/";
    private static final String ID = "id";
    private static final String STATE = "state";

    private final JsonNode json;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final List<ContentProblem> problems = new ArrayList<>();

    /** What a part holds. */
    public enum Kind {
        /** One text. */
        TEXT,
        /** True or false. */
        FLAG,
        /** A list of texts. */
        TEXTS,
        /** An object with a state. */
        ITEM,
        /** A list of objects, each with an id and a state. */
        ITEMS,
        /** A list of other objects. */
        ROWS,
        /** Anything else. */
        OTHER
    }

    /**
     * A property of a decision.
     *
     * @param name its name in JSON
     * @param title the heading that it is shown under; empty if it is not shown as a part
     * @param kind what it holds
     * @param expected true if every test case states it
     * @param item what one entry is, in the singular; empty if that has no name
     * @param columns titles by name, in order, of what is shown of an entry besides its id, title, state, reason and evidence
     * @param words by column, what its values are called, where the schema lists them with titles
     * @param fields names of what an entry holds, in order
     * @param quiet states of an entry that need nobody's attention, in order
     * @param cleared the state of a check that the record answers with no; empty if there is none
     * @param expressions what gave an entry, with {@code {id}} for its id; none if that is not told
     */
    public record Part(
            String name,
            String title,
            Kind kind,
            boolean expected,
            String item,
            Map<String, String> columns,
            Map<String, Map<String, String>> words,
            List<String> fields,
            Set<String> quiet,
            String cleared,
            List<String> expressions) {
        /** What a value of a column is called. */
        public String word(String column, String value) {
            return words.getOrDefault(column, Map.of()).getOrDefault(value, value);
        }
    }

    private DecisionSchema(JsonNode json, byte[] bytes) {
        this.json = json;
        JsonPlaces places = new JsonPlaces(bytes);
        json.path(PROPERTIES)
                .properties()
                .forEach(
                        property -> parts.put(property.getKey(), part(property.getKey(), property.getValue(), places)));
        if (parts.isEmpty()) {
            problems.add(places.problem(FILE, PROPERTIES, "expected the properties of a decision"));
        }
    }

    /**
     * The schema of a content.
     *
     * @throws ContentException if it has none, or one that is no JSON Schema
     */
    public static DecisionSchema of(Content content) {
        byte[] bytes = content.bytes(FILE);
        if (bytes == null) {
            throw new ContentException(
                    List.of(new ContentProblem(FILE, 0, 0, "missing: expected the JSON Schema of a decision")));
        }
        List<ContentProblem> unreadable = new ArrayList<>();
        DecisionSchema schema = Content.json(FILE, bytes, unreadable)
                .map(json -> new DecisionSchema(json, bytes))
                .orElseThrow(() -> new ContentException(unreadable));
        if (!schema.problems.isEmpty()) {
            throw new ContentException(schema.problems);
        }
        return schema;
    }

    /** The schema itself. */
    public JsonNode json() {
        return json;
    }

    /** Every part, in the order in which it is shown. */
    public List<Part> parts() {
        return List.copyOf(parts.values());
    }

    /** The part of a name. */
    public Optional<Part> part(String name) {
        return Optional.ofNullable(parts.get(name));
    }

    private Part part(String name, JsonNode given, JsonPlaces places) {
        String path = PROPERTIES + "." + name;
        JsonNode schema = resolved(given, path, places);
        JsonNode entry = schema.has("items") ? resolved(schema.path("items"), path + ".items", places) : schema;
        Set<String> fields = new LinkedHashSet<>(entry.path(PROPERTIES).propertyNames());
        Map<String, String> columns = new LinkedHashMap<>();
        Map<String, Map<String, String>> words = new HashMap<>();
        for (String field : fields) {
            JsonNode column = entry.path(PROPERTIES).path(field);
            String title = column.path("title").asString("");
            if (!title.isEmpty()) {
                columns.put(field, title);
                column.path("oneOf").forEach(one -> words.computeIfAbsent(field, key -> new HashMap<>())
                        .put(one.path("const").asString(""), one.path("title").asString("")));
            }
        }
        return new Part(
                name,
                given.path("title").asString(""),
                kind(schema, fields),
                given.path("x-expected").asBoolean(false),
                singular(schema.has("items") ? schema.path("items") : given),
                columns,
                words,
                List.copyOf(fields),
                entry.path(PROPERTIES)
                        .path(STATE)
                        .path("x-quiet")
                        .valueStream()
                        .map(JsonNode::asString)
                        .collect(Collectors.collectingAndThen(
                                Collectors.toCollection(LinkedHashSet::new), Collections::unmodifiableSet)),
                entry.path(PROPERTIES).path(STATE).path("x-cleared").asString(""),
                given.path("x-expression").valueStream().map(JsonNode::asString).toList());
    }

    private static Kind kind(JsonNode schema, Set<String> fields) {
        return switch (schema.path("type").asString(schema.has("enum") ? "string" : "")) {
            case "string" -> Kind.TEXT;
            case "boolean" -> Kind.FLAG;
            case "object" -> fields.contains(STATE) ? Kind.ITEM : Kind.OTHER;
            case "array" ->
                fields.isEmpty() ? Kind.TEXTS : fields.containsAll(Set.of(ID, STATE)) ? Kind.ITEMS : Kind.ROWS;
            default -> Kind.OTHER;
        };
    }

    private JsonNode resolved(JsonNode schema, String path, JsonPlaces places) {
        String reference = schema.path("$ref").asString("");
        if (reference.isEmpty()) {
            return schema;
        }
        JsonNode definition = json.path("$defs").path(name(reference));
        if (!reference.startsWith(DEFINITION) || definition.isMissingNode()) {
            problems.add(places.problem(FILE, path + ".$ref", "expected " + DEFINITION + " and a name that is there"));
        }
        return definition;
    }

    /** By the name of its definition. */
    private static String singular(JsonNode schema) {
        return name(schema.path("$ref").asString(""));
    }

    private static String name(String reference) {
        return reference.substring(reference.lastIndexOf('/') + 1);
    }
}
