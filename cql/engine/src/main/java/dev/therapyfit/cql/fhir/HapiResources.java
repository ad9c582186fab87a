package dev.therapyfit.cql.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DomainResource;
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
        return new ElementReader(type, Integer.MAX_VALUE).of(FhirType.of(type), MAPPER.readTree(json));
    }

    /** The same for a resource. */
    public static Resource ofHapi(IBaseResource resource) throws UnreadableResource {
        return (Resource) ofHapi((Base) resource);
    }

    /** True if a {@link Bounds#isHuge huge} number is anywhere in a resource; HAPI takes it even if it came as a text. */
    public static boolean holdsHugeNumber(IBaseResource resource) {
        return FhirContext.forR4Cached()
                        .newTerser()
                        .getAllPopulatedChildElementsOfType(resource, DecimalType.class)
                        .stream()
                        .anyMatch(decimal -> decimal.hasValue() && Bounds.isHuge(decimal.getValue()))
                || inside(resource).anyMatch(HapiResources::holdsHugeNumber);
    }

    /** The resources in a resource, which HAPI does not visit with it. */
    private static Stream<? extends IBaseResource> inside(IBaseResource resource) {
        if (resource instanceof Bundle bundle) {
            return bundle.getEntry().stream()
                    .flatMap(entry ->
                            Stream.of(entry.getResource(), entry.getResponse().getOutcome()))
                    .filter(Objects::nonNull);
        }
        return resource instanceof DomainResource domain ? domain.getContained().stream() : Stream.of();
    }

    private static IParser parser() {
        return FhirContext.forR4Cached()
                .newJsonParser()
                .setStripVersionsFromReferences(false)
                .setParserErrorHandler(new LenientErrorHandler(false)); // its log would hold what it does not like
    }
}
