package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.FhirType.Child;
import dev.therapyfit.cql.fhir.FhirType.Field;
import dev.therapyfit.cql.fhir.FhirType.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Reads one resource, in one pass over its JSON. Used once. */
final class ElementReader {
    private static final String MEASURE = "a number of fewer than " + Bounds.DIGITS_OF_NO_MEASURE
            + " digits, with an exponent below " + Bounds.DIGITS_OF_NO_MEASURE;

    private static final String NO_ELEMENT = "an element of FHIR R4";
    private static final String NO_RESOURCE = "a resource of FHIR R4";

    /** Types that are long lists by what they are; no patient has one. */
    private static final Set<String> LISTS = Set.of("ValueSet", "CodeSystem", "ConceptMap");

    /** Elements of a resource, values too: whatever is worked through more than once stays short. */
    private static final int MOST_ELEMENTS = 20_000;

    /** Characters of words that rules look into, or that name something. */
    private static final Map<String, Integer> LONGEST =
            Map.of("text", 4_000, "display", 4_000, "id", 300, "versionId", 300, "code", 300, "system", 2_000);

    /** No rule looks into what people write for people. */
    private static final Set<String> NOTES = Set.of("note", "comment");

    /** Of contained resources each is looked for among all others. */
    private static final int MOST_CONTAINED = 200;

    private static final int LONGEST_NAME = 60;

    /** What is skipped: narrative stands in every resource, comments stood in elements of DSTU2. */
    private static final Set<String> SKIPPED_OF_RESOURCES = Set.of("resourceType", "text", "_text");

    private static final String COMMENTS = "fhir_comments";

    private final String resourceType;
    private final int longestString;
    private int elements;

    /** @param resourceType of the resource that faults are told of */
    ElementReader(String resourceType, int longestString) {
        this.resourceType = resourceType;
        this.longestString = longestString;
    }

    /**
     * Where something stands.
     *
     * @param outer what it stands in; null for the resource
     * @param index among its repetitions; -1 if there are none
     */
    private record Place(@Nullable Place outer, String name, int index) {
        static final Place ROOT = new Place(null, "", -1);

        Place inner(String element) {
            return new Place(this, element, -1);
        }

        /** Where the id and the extensions of a primitive stand. */
        Place beside(int of) {
            return new Place(outer, "_" + name, of);
        }

        Place repetition(int of) {
            return new Place(outer, name, of);
        }

        /** As a path below the resource. */
        String path() {
            String own = index < 0 ? name : name + "[" + index + "]";
            String before = outer == null ? "" : outer.path();
            return before.isEmpty() ? own : own.isEmpty() ? before : before + "." + own;
        }

        boolean isNote() {
            return name.equals("text") && outer != null && NOTES.contains(outer.name);
        }
    }

    Resource resource(JsonNode json) throws UnreadableResource {
        return resource(json, Place.ROOT);
    }

    /** Reads an element of a type that is not primitive. */
    Element of(FhirType type, JsonNode json) throws UnreadableResource {
        return object(type, json, Place.ROOT);
    }

    /** Reads an entry of a Bundle, which stands there in that place. */
    Element entry(JsonNode json, int index) throws UnreadableResource {
        return object(
                FhirType.of("Bundle.Entry"), json, Place.ROOT.inner("entry").repetition(index));
    }

    private Resource resource(JsonNode json, Place at) throws UnreadableResource {
        String type = ResourceReader.type(json);
        if (!ResourceReader.isResource(type)) {
            throw fault(at, NO_RESOURCE);
        }
        return (Resource) object(FhirType.of(type), json, at);
    }

    private Element object(FhirType type, JsonNode json, Place at) throws UnreadableResource {
        @Nullable Object[] values = new Object[type.children().size()];
        BitSet choices = new BitSet();
        boolean isResource = type.kind() == Kind.RESOURCE;
        boolean hasMore = false;
        for (Map.Entry<String, JsonNode> property : json.properties()) {
            String name = property.getKey();
            count();
            if (name.equals(COMMENTS) || (isResource && SKIPPED_OF_RESOURCES.contains(name))) {
                continue;
            }
            if (name.startsWith("_")) {
                hasMore = true;
                continue;
            }
            JsonNode value = property.getValue();
            if (value.isNull()) {
                continue;
            }
            Field field = type.field(name);
            if (field == null) {
                throw fault(at.inner(shortened(name)), NO_ELEMENT);
            }
            Child child = field.child();
            if (child.isChoice()) {
                if (choices.get(child.index())) {
                    throw fault(at.inner(child.name()), "one value, not two");
                }
                choices.set(child.index());
            }
            values[child.index()] = child.isList()
                    ? list(field, value, json, at.inner(name))
                    : single(field, value, isResource, at.inner(name));
        }
        if (hasMore) {
            extend(type, json, values, choices, at);
        }
        return Element.made(type, trimmed(values));
    }

    private static @Nullable Object[] trimmed(@Nullable Object[] values) {
        int length = values.length;
        while (length > 0 && values[length - 1] == null) {
            length--;
        }
        return Arrays.copyOf(values, length);
    }

    private @Nullable Element single(Field field, JsonNode value, boolean isOfResource, Place at)
            throws UnreadableResource {
        if (value.isArray()) {
            throw fault(at, "one value, not an array");
        }
        Element element = element(field, value, at);
        if (isOfResource && field.name().equals("id") && value.stringValue().indexOf('/') >= 0) {
            // two findings could become one, and the other be lost
            throw fault(at, "a FHIR id, without a path");
        }
        return element;
    }

    /**
     * The values of a repeated element; of primitive ones with what stands beside them, place by place.
     *
     * @param value an array, one value in place of it, or nothing
     */
    private @Nullable List<Element> list(Field field, JsonNode value, JsonNode parent, Place at)
            throws UnreadableResource {
        FhirType type = field.type();
        boolean isPrimitive = type.kind() == Kind.PRIMITIVE;
        if (!value.isArray() && !value.isMissingNode() && isPrimitive == value.isObject()) {
            throw fault(at, type.kind() == Kind.RESOURCE ? "an array of resources" : "an array");
        }
        JsonNode beside = isPrimitive ? parent.path("_" + field.name()) : MissingNode.getInstance();
        int length = Math.max(repetitions(value), repetitions(beside));
        if (type.kind() == Kind.RESOURCE && length > MOST_CONTAINED) {
            throw fault(at, "at most " + MOST_CONTAINED + " resources");
        }
        if (!LISTS.contains(resourceType) && Bounds.isTooOften(field.name(), length)) {
            throw fault(at, "at most " + Bounds.MOST_REPETITIONS + " of it");
        }
        List<Element> read = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            count();
            JsonNode one = repetition(value, i);
            JsonNode more = repetition(beside, i);
            Element element = isNothing(one) ? null : element(field, one, value.isArray() ? at.repetition(i) : at);
            element = isNothing(more) ? element : extended(type, element, more, at.beside(i));
            if (element != null) {
                read.add(element);
            }
        }
        return read.isEmpty() ? null : List.copyOf(read);
    }

    private static int repetitions(JsonNode node) {
        return node.isArray() ? node.size() : isNothing(node) ? 0 : 1;
    }

    private static JsonNode repetition(JsonNode node, int index) {
        return node.isArray() ? node.path(index) : index == 0 ? node : MissingNode.getInstance();
    }

    private static boolean isNothing(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /** One value. Null for narrative and binary data, which no rule needs, and for what holds nothing. */
    private @Nullable Element element(Field field, JsonNode value, Place at) throws UnreadableResource {
        FhirType type = field.type();
        if (type.kind() == Kind.PRIMITIVE) {
            return primitive(field, type, value, at);
        }
        if (type.kind() == Kind.RESOURCE) {
            return resource(value, at);
        }
        if (!value.isObject()) {
            throw fault(at, "an object");
        }
        if (type.name().equals("Narrative")) {
            return null;
        }
        Element element = object(type, value, at);
        if (type.name().equals("Extension") && element.text("url").isEmpty()) {
            throw fault(at.inner("url"), "the URL of the extension");
        }
        return element.isEmpty() ? null : element;
    }

    private @Nullable Primitive primitive(Field field, FhirType type, JsonNode value, Place at)
            throws UnreadableResource {
        boolean isBinary = type.name().equals("base64Binary");
        boolean isPhoto = isBinary && resourceType.equals("Patient"); // which keeps nobody from being read
        if (!isPhoto && value.isString() && value.stringValue().length() > longestString) {
            throw fault(at, "at most " + longestString + " characters");
        }
        if (isBinary || type.name().equals("xhtml")) {
            return null;
        }
        requireLength(field, value, at);
        if (value.isNumber() && Bounds.isNoMeasure(value.decimalValue())) {
            throw fault(at, MEASURE);
        }
        Object read = Primitives.value(type.name(), value);
        if (read == null) {
            throw fault(at, Primitives.expected(type.name()));
        }
        if (field.codes() != null && !field.codes().contains(read)) {
            throw fault(at, "a code of FHIR R4");
        }
        return new Primitive(type, read);
    }

    private void requireLength(Field field, JsonNode value, Place at) throws UnreadableResource {
        Integer longest = value.isString() ? LONGEST.get(field.name()) : null;
        if (longest != null && value.stringValue().length() > longest && !at.isNote()) {
            throw fault(at, "at most " + longest + " characters");
        }
    }

    /** Reads each {@code _name} beside a primitive, its id and extensions, and puts them to its value. */
    private void extend(FhirType type, JsonNode json, @Nullable Object[] values, BitSet choices, Place at)
            throws UnreadableResource {
        for (Map.Entry<String, JsonNode> property : json.properties()) {
            JsonNode beside = property.getValue();
            if (!property.getKey().startsWith("_")
                    || beside.isNull()
                    || (type.kind() == Kind.RESOURCE && SKIPPED_OF_RESOURCES.contains(property.getKey()))) {
                continue;
            }
            Place there = at.inner(shortened(property.getKey()));
            Field field = type.field(property.getKey().substring(1));
            if (field == null || field.type().kind() != Kind.PRIMITIVE) {
                throw fault(there, NO_ELEMENT);
            }
            Child child = field.child();
            if (!child.isList()) {
                if (choices.get(child.index()) && !json.has(field.name())) {
                    throw fault(there, "one value, not two");
                }
                if (child.isChoice()) {
                    choices.set(child.index());
                }
                values[child.index()] = extended(field.type(), (Element) values[child.index()], beside, there);
            } else if (isNothing(json.path(field.name()))) {
                values[child.index()] = list(field, MissingNode.getInstance(), json, at.inner(field.name()));
            }
        }
    }

    private @Nullable Element extended(FhirType type, @Nullable Element value, JsonNode beside, Place at)
            throws UnreadableResource {
        if (!beside.isObject()) {
            throw fault(at, "an object");
        }
        for (String part : beside.propertyNames()) {
            if (!part.equals("id") && !part.equals("extension") && !part.equals(COMMENTS)) {
                throw fault(at.inner(shortened(part)), NO_ELEMENT);
            }
        }
        Element more = object(type, beside, at);
        if (more.isEmpty()) {
            return value;
        }
        return value == null ? more : ((Primitive) more).withValue(((Primitive) value).value());
    }

    private void count() throws UnreadableResource {
        elements++;
        if (elements > MOST_ELEMENTS) {
            throw fault(Place.ROOT, "at most " + MOST_ELEMENTS + " elements");
        }
    }

    private static String shortened(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "?");
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "...";
    }

    private UnreadableResource fault(Place at, String expected) {
        return new UnreadableResource(new Unreadable(resourceType, at.path(), expected));
    }
}
