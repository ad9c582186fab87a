package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import java.util.Set;

/**
 * A resource as JSON without what tells of the copy and not of the patient: {@code meta}, and the version in a reference.
 * Narrative is never read.
 */
final class CanonicalJson {
    private static final Set<String> OF_THE_COPY = Set.of("meta");
    private static final String VERSION = "/_history/";

    private CanonicalJson() {}

    static String of(Resource resource) {
        String json = Json.of(resource, OF_THE_COPY);
        return json.contains(VERSION) ? Json.of(resource.mapped(CanonicalJson::withoutVersion), OF_THE_COPY) : json;
    }

    private static Element withoutVersion(Element element) {
        return References.isOne(element)
                ? element.text("reference")
                        .filter(reference -> reference.contains(VERSION))
                        .map(reference -> element.with("reference", reference.substring(0, reference.indexOf(VERSION))))
                        .orElse(element)
                : element;
    }

    /** True if two resources say the same. */
    static boolean same(Resource one, Resource other) {
        return one.equals(other) || of(one).equals(of(other));
    }
}
