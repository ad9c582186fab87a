package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.FhirType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads FHIR R4 resources from JSON, strictly: an element that R4 does not have, a JSON type that is not the element's, a
 * value that is none of its type, and two values where there can be one are found and named. To drop or to mend such would
 * lose what does not fit of a chart of another FHIR version.
 *
 * <p>What no rule ever needs is skipped: narrative and binary data. One object where FHIR has an array of them is read as
 * one, as public clients write it. Thread-safe.
 */
public final class ResourceReader {
    private static final String BUNDLE = "Bundle";
    private static final String ENTRY = "entry";
    private static final String RESOURCE = "resource";
    private static final String MODIFIER = "modifierExtension";

    private final int longestString;

    /** @param longestString characters of a text; a longer one cannot be read */
    public ResourceReader(int longestString) {
        this.longestString = longestString;
    }

    /**
     * Reads a resource that is no Bundle.
     *
     * @throws UnreadableResource naming the first element that cannot be read
     */
    public Resource read(JsonNode json) throws UnreadableResource {
        String type = type(json);
        if (!isResource(type)) {
            throw new UnreadableResource(new Unreadable("", "", "a resource of FHIR R4"));
        }
        return new ElementReader(type, longestString).resource(json);
    }

    /** True for a type of resources of FHIR R4. */
    public static boolean isResource(String type) {
        return FhirType.find(type)
                .filter(known -> known.kind() == Kind.RESOURCE && !known.isAbstract())
                .isPresent();
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
        List<Entry> entries = new ArrayList<>();
        List<JsonNode> given = entries(envelope, faults);
        for (int i = 0; i < given.size(); i++) {
            cancellation.run();
            if (!(given.get(i) instanceof ObjectNode entry)) {
                faults.add(new Unreadable(BUNDLE, ENTRY + "[" + i + "]", "an object"));
                continue;
            }
            JsonNode resource = entry.get(RESOURCE);
            try {
                Optional<Resource> read = resource == null || resource.isNull()
                        ? Optional.empty()
                        : Optional.of(any(resource, unreadable, faults, cancellation));
                entries.add(new Entry(i, shallow(entry).without(RESOURCE), read));
            } catch (UnreadableResource e) {
                unreadable.add(e.unreadable());
            }
        }
        Resource bundle = around(envelope, faults);
        List<Element> read = new ArrayList<>();
        for (Entry entry : entries) {
            Element bare = entry(entry.json(), entry.index(), faults);
            read.add(entry.resource()
                    .map(resource -> bare.with(RESOURCE, resource))
                    .orElse(bare));
        }
        return new ReadBundle(
                bundle.with(ENTRY, read), unreadable, faults.stream().findFirst());
    }

    /** An entry whose resource can be read, if it has one: where it stands, and what is around the resource. */
    private record Entry(int index, JsonNode json, Optional<Resource> resource) {}

    /** Takes the entries out of a Bundle, and what R5 has beside them: an outcome that is about all of them. */
    private static List<JsonNode> entries(ObjectNode envelope, List<Unreadable> faults) {
        List<JsonNode> entries = new ArrayList<>();
        JsonNode given = envelope.get(ENTRY);
        envelope.remove(ENTRY);
        if (given != null && given.isArray()) {
            given.forEach(entries::add);
        } else if (given != null && !given.isNull()) {
            faults.add(new Unreadable(BUNDLE, ENTRY, "an array of entries"));
            entries.add(given);
        }
        JsonNode issues = envelope.get("issues");
        if (issues != null && type(issues).equals("OperationOutcome")) {
            envelope.remove("issues");
            entries.add(envelope.objectNode().set(RESOURCE, issues));
        }
        if (envelope.has(MODIFIER)) {
            faults.add(new Unreadable(BUNDLE, MODIFIER, "an element of FHIR R4"));
            envelope.remove(MODIFIER);
        }
        return entries;
    }

    /** The Bundle without entries; an empty one if it cannot be read, which is named. */
    private Resource around(ObjectNode envelope, List<Unreadable> faults) {
        try {
            return read(envelope);
        } catch (UnreadableResource e) {
            faults.add(e.unreadable());
            return Resource.of(BUNDLE);
        }
    }

    /** An entry without its resource; with its URL only if it cannot be read, which is named. */
    private Element entry(JsonNode entry, int index, List<Unreadable> faults) {
        try {
            return new ElementReader(BUNDLE, longestString).entry(entry, index);
        } catch (UnreadableResource e) {
            faults.add(e.unreadable());
            JsonNode url = entry.path("fullUrl");
            Element bare = Element.of("Bundle.Entry");
            return url.isString() ? bare.with("fullUrl", url.stringValue()) : bare;
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
}
