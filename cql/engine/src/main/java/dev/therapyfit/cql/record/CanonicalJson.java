package dev.therapyfit.cql.record;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import java.util.Set;
import org.hl7.fhir.r4.model.Resource;

/** A resource as JSON without what tells of the copy and not of the patient: {@code meta} and narrative. */
final class CanonicalJson {
    // HAPI writes elements in FHIR's own order, whatever their order was in the JSON that it read.
    private final IParser json = FhirContext.forR4Cached()
            .newJsonParser()
            .setParserErrorHandler(new LenientErrorHandler(false)) // its log would hold what it does not like
            .setSuppressNarratives(true)
            .setDontEncodeElements(Set.of("*.meta"));

    String of(Resource resource) {
        return json.encodeResourceToString(resource);
    }

    /** True if two resources say the same. */
    static boolean same(Resource one, Resource other) {
        CanonicalJson json = new CanonicalJson();
        return one == other || json.of(one).equals(json.of(other));
    }
}
