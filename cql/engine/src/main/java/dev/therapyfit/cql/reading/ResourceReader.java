package dev.therapyfit.cql.reading;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeChildPrimitiveEnumerationDatatypeDefinition;
import ca.uhn.fhir.context.RuntimeResourceDefinition;
import ca.uhn.fhir.parser.LenientErrorHandler;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads FHIR R4 resources from JSON, strictly: an element that R4 does not have, a JSON type that is not the element's, a
 * value that is none of its type, and two values where there can be one are found and named. HAPI's parser drops or mends
 * such, so that a chart of another FHIR version would lose what does not fit.
 *
 * <p>What no rule ever needs is skipped before any parser sees it: narrative and binary data. One object where FHIR has an
 * array of them is read as one, as public clients write it. Thread-safe.
 */
public final class ResourceReader {
    private static final Set<String> OF_EVERY_ELEMENT = Set.of("extension", "modifierExtension");
    private static final String EXTENSION = "Extension";
    private static final String BUNDLE = "Bundle";
    private static final String ENTRY = "entry";
    private static final String MODIFIER = "modifierExtension";
    private static final int LONGEST_NAME = 60;

    private static final String MEASURE = "a number of fewer than " + Bounds.DIGITS_OF_NO_MEASURE
            + " digits, with an exponent below " + Bounds.DIGITS_OF_NO_MEASURE;

    /** Types that are long lists by what they are; no patient has one. */
    private static final Set<String> LISTS = Set.of("ValueSet", "CodeSystem", "ConceptMap");

    /** Elements of a resource, values too: whatever is worked through more than once stays short. */
    private static final int MOST_ELEMENTS = 20_000;

    /** Characters of words that rules look into, or that name something. */
    private static final Map<String, Integer> LONGEST =
            Map.of("text", 4_000, "display", 4_000, "id", 300, "versionId", 300, "code", 300, "system", 2_000);

    /** Of contained resources HAPI looks for each among all others. */
    private static final int MOST_CONTAINED = 200;

    private final FhirContext fhir;
    private final int longestString;
    private final Map<Class<?>, Set<String>> codes = new ConcurrentHashMap<>();

    /**
     * @param fhir FHIR R4
     * @param longestString characters of a text; a longer one cannot be read
     */
    public ResourceReader(FhirContext fhir, int longestString) {
        this.fhir = fhir;
        this.longestString = longestString;
    }

    /**
     * Reads a resource that is no Bundle.
     *
     * @throws UnreadableResource naming the first element that cannot be read
     */
    public Resource read(JsonNode json) throws UnreadableResource {
        String type = type(json);
        if (type.isEmpty() || !fhir.getResourceTypes().contains(type)) {
            throw new UnreadableResource(new Unreadable("", "", "a resource of FHIR R4"));
        }
        if (elements(json, 0) > MOST_ELEMENTS) {
            throw new UnreadableResource(new Unreadable(type, "", "at most " + MOST_ELEMENTS + " elements"));
        }
        Faults faults = new Faults(type);
        requireModest(json, "", "", !LISTS.contains(type), faults);
        ObjectNode clean = ((ObjectNode) json).deepCopy();
        resource(clean, "", faults);
        return parsed(clean, type);
    }

    /** Reads a Bundle, entry by entry. */
    public ReadBundle readBundle(JsonNode json) {
        return readBundle(json, () -> {});
    }

    /**
     * The same, as long as somebody waits.
     *
     * @param cancellation is run before each entry; what it throws ends the reading
     */
    public ReadBundle readBundle(JsonNode json, Runnable cancellation) {
        ObjectNode envelope = shallow((ObjectNode) json);
        List<Unreadable> faults = new ArrayList<>();
        List<Unreadable> unreadable = new ArrayList<>();
        List<ObjectNode> entries = new ArrayList<>();
        List<@Nullable Resource> resources = new ArrayList<>();
        List<JsonNode> given = entries(envelope, faults);
        for (int i = 0; i < given.size(); i++) {
            cancellation.run();
            if (!(given.get(i) instanceof ObjectNode entry)) {
                faults.add(new Unreadable(BUNDLE, ENTRY + "[" + i + "]", "an object"));
                continue;
            }
            JsonNode resource = entry.get("resource");
            try {
                resources.add(
                        resource == null || resource.isNull() ? null : any(resource, unreadable, faults, cancellation));
                entries.add(shallow(entry).without("resource"));
            } catch (UnreadableResource e) {
                unreadable.add(e.unreadable());
            }
        }
        Bundle bundle = around(envelope, entries, faults);
        for (int i = 0; i < resources.size(); i++) {
            Resource resource = resources.get(i);
            if (resource != null) {
                bundle.getEntry().get(i).setResource(resource);
            }
        }
        return new ReadBundle(bundle, unreadable, faults.stream().findFirst());
    }

    /** Takes the entries out of a Bundle, and what R5 has beside them: an outcome that is about all of them. */
    private static List<JsonNode> entries(ObjectNode envelope, List<Unreadable> faults) {
        List<JsonNode> entries = new ArrayList<>();
        JsonNode given = envelope.get(ENTRY);
        envelope.remove(ENTRY);
        if (given instanceof ArrayNode all) {
            all.forEach(entries::add);
        } else if (given != null && !given.isNull()) {
            faults.add(new Unreadable(BUNDLE, ENTRY, "an array of entries"));
            entries.add(given);
        }
        JsonNode issues = envelope.get("issues");
        if (issues != null && type(issues).equals("OperationOutcome")) {
            envelope.remove("issues");
            entries.add(envelope.objectNode().set("resource", issues));
        }
        if (envelope.has(MODIFIER)) {
            faults.add(new Unreadable(BUNDLE, MODIFIER, "an element of FHIR R4"));
            envelope.remove(MODIFIER);
        }
        return entries;
    }

    /** A Bundle with so many entries, without resources. What of it cannot be read is named, and missing in it. */
    private Bundle around(ObjectNode envelope, List<ObjectNode> entries, List<Unreadable> faults) {
        ObjectNode whole = shallow(envelope);
        whole.putArray(ENTRY).addAll(entries);
        Bundle bundle;
        try {
            bundle = (Bundle) read(whole);
            if (bundle.getEntry().size() == entries.size()) {
                return bundle;
            }
            bundle.setEntry(null);
        } catch (UnreadableResource e) {
            faults.add(e.unreadable());
            bundle = new Bundle();
        }
        for (ObjectNode entry : entries) {
            JsonNode url = entry.path("fullUrl");
            bundle.addEntry().setFullUrl(url.isString() ? url.stringValue() : null);
        }
        return bundle;
    }

    /** Elements and values below a node, no further than those that may be. */
    private static int elements(JsonNode node, int before) {
        int count = before;
        for (JsonNode child : node) {
            count++;
            if (count > MOST_ELEMENTS) {
                return count;
            }
            count = child.isContainer() ? elements(child, count) : count;
        }
        return count;
    }

    /** No number that would keep whoever writes it out busy, and no element that would keep whoever compares it with itself. */
    private static void requireModest(JsonNode node, String name, String path, boolean counts, Faults faults)
            throws UnreadableResource {
        if (node.isArray()) {
            if (counts && Bounds.isTooOften(name, node.size())) {
                throw faults.at(path, "at most " + Bounds.MOST_REPETITIONS + " of it");
            }
            for (JsonNode one : node) {
                requireModest(one, name, path, counts, faults);
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> child : node.properties()) {
                requireModest(child.getValue(), child.getKey(), join(path, shortened(child.getKey())), counts, faults);
            }
        } else if (node.isBigDecimal() && Bounds.isNoMeasure(node.decimalValue())) {
            throw faults.at(path, MEASURE);
        }
    }

    /** A copy that shares what is inside. */
    private static ObjectNode shallow(ObjectNode json) {
        return json.objectNode().setAll(json);
    }

    private Resource any(JsonNode json, List<Unreadable> unreadable, List<Unreadable> faults, Runnable cancellation)
            throws UnreadableResource {
        if (!type(json).equals(BUNDLE)) {
            return read(json);
        }
        ReadBundle nested = readBundle(json, cancellation);
        unreadable.addAll(nested.unreadable());
        nested.fault().ifPresent(faults::add);
        return nested.bundle();
    }

    /** The resource type that it says; empty if it says none. */
    public static String type(JsonNode json) {
        return json.isObject() ? json.path("resourceType").asString("") : "";
    }

    private Resource parsed(ObjectNode clean, String type) throws UnreadableResource {
        try {
            return (Resource) fhir.newJsonParser()
                    .setParserErrorHandler(new LenientErrorHandler(false))
                    .parseResource(clean.toString());
        } catch (RuntimeException e) {
            // HAPI's parser answers some of what it cannot read with an exception that it does not declare
            throw new UnreadableResource(new Unreadable(type, "", "a resource of FHIR R4"));
        }
    }

    private static String shortened(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "?");
        return plain.length() <= LONGEST_NAME ? plain : plain.substring(0, LONGEST_NAME) + "...";
    }

    /** Makes the failure of one resource. */
    private record Faults(String type) {
        UnreadableResource at(String path, String expected) {
            return new UnreadableResource(new Unreadable(type, path, expected));
        }
    }

    private void resource(ObjectNode node, String path, Faults faults) throws UnreadableResource {
        String type = type(node);
        if (!fhir.getResourceTypes().contains(type)) {
            throw faults.at(path, "a resource of FHIR R4");
        }
        RuntimeResourceDefinition definition = fhir.getResourceDefinition(type);
        node.remove("text");
        node.remove("_text");
        JsonNode contained = node.get("contained");
        if (contained != null) {
            if (contained.isObject()) {
                contained = node.arrayNode().add(contained);
                node.set("contained", contained);
            }
            if (!contained.isArray()) {
                throw faults.at(join(path, "contained"), "an array of resources");
            }
            if (contained.size() > MOST_CONTAINED) {
                throw faults.at(join(path, "contained"), "at most " + MOST_CONTAINED + " resources");
            }
            for (int i = 0; i < contained.size(); i++) {
                if (!(contained.get(i) instanceof ObjectNode inner)) {
                    throw faults.at(join(path, "contained[" + i + "]"), "a resource of FHIR R4");
                }
                resource(inner, join(path, "contained[" + i + "]"), faults);
            }
        }
        composite(node, definition, path, faults, Set.of("resourceType", "contained"));
    }

    private void composite(
            ObjectNode node,
            BaseRuntimeElementCompositeDefinition<?> definition,
            String path,
            Faults faults,
            Set<String> besides)
            throws UnreadableResource {
        Map<BaseRuntimeChildDefinition, String> given = new HashMap<>();
        for (String name : List.copyOf(node.propertyNames())) {
            if (besides.contains(name)) {
                continue;
            }
            if (name.startsWith("_")) {
                primitiveExtension(node, definition, name, path, faults);
                continue;
            }
            JsonNode value = node.get(name);
            if (value.isNull() || name.equals("fhir_comments")) {
                node.remove(name);
                continue;
            }
            if (name.equals("id")) {
                if (!value.isString()) {
                    throw faults.at(join(path, name), "a text");
                }
                requireLength(value, join(path, name), faults);
                if (definition instanceof RuntimeResourceDefinition
                        && value.stringValue().indexOf('/') >= 0) {
                    // HAPI takes the last part of a path for the id: two findings would become one, and the other be
                    // lost
                    throw faults.at(join(path, name), "a FHIR id, without a path");
                }
                continue;
            }
            if (OF_EVERY_ELEMENT.contains(name)) {
                BaseRuntimeElementDefinition<?> extension = fhir.getElementDefinition(EXTENSION);
                repeated(node, name, value, extension, null, join(path, name), faults);
                continue;
            }
            if (value instanceof ObjectNode inner
                    && inner.has("resourceType")
                    && definition.getChildByName(name) != null) {
                resource(inner, join(path, name), faults);
                continue;
            }
            BaseRuntimeChildDefinition child = definition.getChildByName(name);
            BaseRuntimeElementDefinition<?> element = child == null ? null : child.getChildByName(name);
            if (child == null || element == null) {
                throw faults.at(join(path, shortened(name)), "an element of FHIR R4");
            }
            String other = given.put(child, name);
            if (other != null) {
                throw faults.at(join(path, child.getElementName().replace("[x]", "")), "one value, not two");
            }
            if (child.getMax() == 1) {
                if (value.isArray()) {
                    throw faults.at(join(path, name), "one value, not an array");
                }
                if (isSkipped(value, element, child, join(path, name), faults)) {
                    node.remove(name);
                }
            } else {
                repeated(node, name, value, element, child, join(path, name), faults);
            }
        }
    }

    private void repeated(
            ObjectNode node,
            String name,
            JsonNode value,
            BaseRuntimeElementDefinition<?> element,
            @Nullable BaseRuntimeChildDefinition child,
            String path,
            Faults faults)
            throws UnreadableResource {
        if (!(value instanceof ArrayNode array)) {
            boolean isComplex = element instanceof BaseRuntimeElementCompositeDefinition<?>;
            if (isComplex != value.isObject()) {
                throw faults.at(path, "an array");
            }
            node.set(name, node.arrayNode().add(value));
            if (isSkipped(value, element, child, path, faults)) {
                node.remove(name);
            }
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            JsonNode one = array.get(i);
            if (!one.isNull() && isSkipped(one, element, child, path + "[" + i + "]", faults)) {
                array.setNull(i);
            }
        }
    }

    /** Checks one value. True for narrative and binary data, which no rule needs. */
    private boolean isSkipped(
            JsonNode value,
            BaseRuntimeElementDefinition<?> element,
            @Nullable BaseRuntimeChildDefinition child,
            String path,
            Faults faults)
            throws UnreadableResource {
        if (element instanceof BaseRuntimeElementCompositeDefinition<?> definition) {
            if (!(value instanceof ObjectNode object)) {
                throw faults.at(path, "an object");
            }
            composite(object, definition, path, faults, Set.of());
            return false;
        }
        String type = element.getName();
        boolean isBinary = type.equals("base64Binary");
        boolean isPhoto = isBinary && faults.type().equals("Patient"); // which keeps nobody from being read
        if (!isPhoto && value.isString() && value.stringValue().length() > longestString) {
            throw faults.at(path, "at most " + longestString + " characters");
        }
        if (isBinary || type.equals("xhtml")) {
            return true;
        }
        requireLength(value, path, faults);
        if (value.isNumber() && Bounds.isNoMeasure(value.decimalValue())) {
            throw faults.at(path, MEASURE);
        }
        Optional<String> fault = Primitives.fault(type, value);
        if (fault.isPresent()) {
            throw faults.at(path, fault.get());
        }
        if (child instanceof RuntimeChildPrimitiveEnumerationDatatypeDefinition bound
                && !isCode(bound.getBoundEnumType(), value.stringValue())) {
            throw faults.at(path, "a code of FHIR R4");
        }
        return false;
    }

    private static void requireLength(JsonNode value, String path, Faults faults) throws UnreadableResource {
        Integer longest = LONGEST.get(path.substring(path.lastIndexOf('.') + 1));
        if (longest != null && value.isString() && value.stringValue().length() > longest && !isNote(path)) {
            throw faults.at(path, "at most " + longest + " characters");
        }
    }

    /** No rule looks into what people write for people. */
    private static boolean isNote(String path) {
        return path.matches("(.*[.])?(note|comment)(\\[\\d+\\])?[.]text");
    }

    /** {@code _name} beside a primitive: its id and extensions. */
    private void primitiveExtension(
            ObjectNode node,
            BaseRuntimeElementCompositeDefinition<?> definition,
            String name,
            String path,
            Faults faults)
            throws UnreadableResource {
        String of = name.substring(1);
        JsonNode value = node.get(name);
        BaseRuntimeChildDefinition child = definition.getChildByName(of);
        boolean isId = of.equals("id") || of.equals("implicitRules") || of.equals("language");
        if (child == null && !isId) {
            throw faults.at(join(path, shortened(name)), "an element of FHIR R4");
        }
        for (JsonNode one : value.isArray() ? value : node.arrayNode().add(value)) {
            if (one.isNull()) {
                continue;
            }
            if (!(one instanceof ObjectNode object)) {
                throw faults.at(join(path, name), "an object");
            }
            for (String part : List.copyOf(object.propertyNames())) {
                if (part.equals("extension")) {
                    BaseRuntimeElementDefinition<?> extension = fhir.getElementDefinition(EXTENSION);
                    repeated(object, part, object.get(part), extension, null, join(path, name + ".extension"), faults);
                } else if (!part.equals("id") && !part.equals("fhir_comments")) {
                    throw faults.at(join(path, name + "." + shortened(part)), "an element of FHIR R4");
                }
            }
        }
    }

    /** Only those that are codes are remembered: of others there is no end. */
    private boolean isCode(Class<? extends Enum<?>> type, String code) {
        Set<String> known = codes.computeIfAbsent(type, key -> ConcurrentHashMap.newKeySet());
        if (known.contains(code)) {
            return true;
        }
        boolean isCode = isCodeOf(type, code);
        if (isCode) {
            known.add(code);
        }
        return isCode;
    }

    private static boolean isCodeOf(Class<? extends Enum<?>> type, String code) {
        try {
            return !code.isEmpty() && type.getMethod("fromCode", String.class).invoke(null, code) != null;
        } catch (InvocationTargetException e) {
            return false; // HAPI says so with an exception
        } catch (ReflectiveOperationException e) {
            return true; // no such method: HAPI's parser decides
        }
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
