package dev.therapyfit.cql.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Base;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Resources as HAPI's classes hold them, for those that know only these; and back. By way of JSON, and slow. */
public final class HapiResources {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private HapiResources() {}

    /** A resource as HAPI's class of its type. */
    public static org.hl7.fhir.r4.model.Resource toHapi(Resource resource) {
        return (org.hl7.fhir.r4.model.Resource) parser().parseResource(Json.of(resource));
    }

    /**
     * An element of HAPI's classes that is not primitive, read as strictly as any.
     *
     * @throws UnreadableResource if it holds what cannot be read
     */
    public static Element ofHapi(Base element) throws UnreadableResource {
        String json = element instanceof org.hl7.fhir.r4.model.Resource resource
                ? parser().encodeResourceToString(resource)
                : parser().encodeToString(element);
        String type = Arrays.stream(element.fhirType().split("\\.", -1))
                .map(part -> part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1))
                .collect(Collectors.joining("."));
        return new ElementReader(type, Integer.MAX_VALUE, new TreeTokens(MAPPER.readTree(json))).of(FhirType.of(type));
    }

    /** The same for a resource. */
    public static Resource ofHapi(IBaseResource resource) throws UnreadableResource {
        return (Resource) ofHapi((Base) resource);
    }

    private static IParser parser() {
        return FhirContext.forR4Cached()
                .newJsonParser()
                .setStripVersionsFromReferences(false)
                .setParserErrorHandler(new LenientErrorHandler(false)); // its log would hold what it does not like
    }
}
