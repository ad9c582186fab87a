package dev.therapyfit.cql.record;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * References by identifier ("logical references" in FHIR), for the elements that point at other facts of a record. One
 * whose identifier resources of the record have is as good as a reference by id: to each of them, as copies and versions
 * of one fact share it. Any other stays as it is.
 */
public final class LogicalReferences {
    private static final List<String> SEVERAL = List.of("reasonReference", "addresses");
    private static final String ONE = "medication";

    private final Map<String, Set<String>> byIdentifier = new HashMap<>();

    /** Knows the identifiers of these resources. */
    public LogicalReferences(Collection<? extends Resource> resources) {
        for (Resource resource : resources) {
            Property identifiers = resource.getNamedProperty("identifier");
            if (identifiers == null) {
                continue;
            }
            for (Base value : identifiers.getValues()) {
                if (value instanceof Identifier identifier && identifier.hasValue()) {
                    byIdentifier
                            .computeIfAbsent(key(identifier), key -> new LinkedHashSet<>())
                            .add(resource.fhirType() + "/"
                                    + resource.getIdElement().getIdPart());
                }
            }
        }
    }

    /** The resource with its references by identifier as references by id; the same object if it has none of them. */
    public Resource byId(Resource resource) {
        if (Stream.concat(SEVERAL.stream(), Stream.of(ONE))
                .flatMap(element -> references(resource, element))
                .noneMatch(this::isKnown)) {
            return resource;
        }
        Resource copy = resource.copy();
        for (String element : SEVERAL) {
            Set<String> targets = references(copy, element)
                    .filter(this::isKnown)
                    .flatMap(reference -> targets(reference).stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            targets.forEach(target -> copy.setProperty(element, new Reference(target)));
        }
        references(copy, ONE)
                .filter(this::isKnown)
                .forEach(reference ->
                        reference.setReference(targets(reference).iterator().next()));
        return copy;
    }

    /** True if the reference has no id, and its identifier is that of a resource. */
    public boolean isKnown(Reference reference) {
        return !reference.hasReference() && !targets(reference).isEmpty();
    }

    /** Resources that have the identifier of a reference, as others refer to them. */
    Set<String> targets(Reference reference) {
        return reference.getIdentifier().hasValue()
                ? byIdentifier.getOrDefault(key(reference.getIdentifier()), Set.of())
                : Set.of();
    }

    private static Stream<Reference> references(Resource resource, String element) {
        Property property = resource.getNamedProperty(element);
        return property == null
                ? Stream.empty()
                : property.getValues().stream()
                        .filter(Reference.class::isInstance)
                        .map(Reference.class::cast);
    }

    private static String key(Identifier identifier) {
        return identifier.getSystem() + "|" + identifier.getValue();
    }
}
