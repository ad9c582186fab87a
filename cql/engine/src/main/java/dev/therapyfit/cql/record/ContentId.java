package dev.therapyfit.cql.record;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.LenientErrorHandler;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.hl7.fhir.r4.model.Resource;

/** Ids for resources that came without one: the same content always gets the same id. */
final class ContentId {
    private ContentId() {}

    static Resource identified(Resource resource) {
        String json = FhirContext.forR4Cached()
                .newJsonParser()
                .setParserErrorHandler(new LenientErrorHandler(false)) // its log would hold what it does not like
                .encodeResourceToString(resource);
        Resource copy = resource.copy();
        copy.setId(UUID.nameUUIDFromBytes(json.getBytes(StandardCharsets.UTF_8)).toString());
        return copy;
    }
}
