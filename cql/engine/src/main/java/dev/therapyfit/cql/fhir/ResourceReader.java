package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.FhirType.Kind;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.JsonNode;

/**
 * Reads FHIR R4 resources from JSON, strictly: an element that R4 does not have, a JSON type that is not the element's, a
 * value that is none of its type, and two values where there can be one are found and named. To drop or to mend such would
 * lose what does not fit of a chart of another FHIR version.
 *
 * <p>What no rule ever needs is skipped: narrative and binary data. One object where FHIR has an array of them is read as
 * one, as public clients write it. Thread-safe.
 */
public final class ResourceReader {
    private final int longestString;

    /** @param longestString characters of a text; a longer one cannot be read */
    public ResourceReader(int longestString) {
        this.longestString = longestString;
    }

    /**
     * Opens the resource at which a parser is, without reading ahead if its type stands first.
     *
     * @param parser at the first token of the value; behind it once the resource is read or skipped
     */
    public OpenResource open(JsonParser parser) {
        return OpenResource.of(new ParserTokens(parser), longestString);
    }

    /**
     * Reads a resource that is no Bundle.
     *
     * @throws UnreadableResource naming the first element that cannot be read
     */
    public Resource read(JsonNode json) throws UnreadableResource {
        return open(json).read();
    }

    /** Reads a Bundle, entry by entry. */
    public ReadBundle readBundle(JsonNode json) {
        return open(json).readBundle(() -> {});
    }

    private OpenResource open(JsonNode json) {
        return OpenResource.of(new TreeTokens(json), longestString);
    }

    /** True for a type of resources of FHIR R4. */
    public static boolean isResource(String type) {
        return FhirType.find(type)
                .filter(known -> known.kind() == Kind.RESOURCE && !known.isAbstract())
                .isPresent();
    }

    /** The resource type that it says; empty if it says none. */
    public static String type(JsonNode json) {
        return json.isObject() && json.path("resourceType").isString()
                ? json.path("resourceType").stringValue()
                : "";
    }
}
