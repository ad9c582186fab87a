package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
            for (Element identifier : resource.all("identifier")) {
                if (identifier.is("Identifier") && identifier.text("value").isPresent()) {
                    byIdentifier
                            .computeIfAbsent(key(identifier), key -> new LinkedHashSet<>())
                            .add(resource.reference());
                }
            }
        }
    }

    /** The resource with its references by identifier as references by id; the same object if it has none of them. */
    public Resource byId(Resource resource) {
        if (byIdentifier.isEmpty()) {
            return resource;
        }
        Resource changed = resource;
        for (String element : SEVERAL) {
            Set<String> targets = references(resource, element)
                    .filter(this::isKnown)
                    .flatMap(reference -> targets(reference).stream())
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            for (String target : targets) {
                changed = changed.adding(element, Element.of("Reference").with("reference", target));
            }
        }
        Optional<Element> product =
                references(resource, ONE).filter(this::isKnown).findFirst();
        return product.isEmpty()
                ? changed
                : changed.with(
                        ONE,
                        product.get()
                                .with(
                                        "reference",
                                        targets(product.get()).iterator().next()));
    }

    /** True if the reference has no id, and its identifier is that of a resource. */
    public boolean isKnown(Element reference) {
        return !References.hasUrl(reference) && !targets(reference).isEmpty();
    }

    /** Resources that have the identifier of a reference, as others refer to them. */
    Set<String> targets(Element reference) {
        return reference
                .first("identifier")
                .filter(identifier -> identifier.text("value").isPresent())
                .map(identifier -> byIdentifier.getOrDefault(key(identifier), Set.of()))
                .orElse(Set.of());
    }

    private static Stream<Element> references(Resource resource, String element) {
        return resource.all(element).stream().filter(References::isOne);
    }

    private static String key(Element identifier) {
        return identifier.text("system").orElse(null) + "|"
                + identifier.text("value").orElse(null);
    }
}
