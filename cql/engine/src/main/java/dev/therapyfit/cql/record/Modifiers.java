package dev.therapyfit.cql.record;

import java.util.Optional;
import org.hl7.fhir.r4.model.BackboneElement;
import org.hl7.fhir.r4.model.BackboneType;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;

/**
 * What must not be read as if it were not there: a modifier extension, and rules that a resource was written by. None of
 * them is known here.
 */
public final class Modifiers {
    /** What is said to whoever sent one where it cannot be left out. */
    public static final String REFUSED =
            "has a modifier extension or implicit rules: expected none that are not known here";

    private Modifiers() {}

    /** True if the resource, a part of it or what it contains has one. */
    public static boolean changeTheMeaningOf(Resource resource) {
        return element(resource).isPresent();
    }

    /** The element by which the meaning of the resource, a part of it or what it contains is changed. */
    public static Optional<String> element(Resource resource) {
        if (resource.hasImplicitRules()) {
            return Optional.of("implicitRules");
        }
        if (!(resource instanceof DomainResource domain)) {
            return Optional.empty();
        }
        return domain.hasModifierExtension() || hasModifiedPart(domain)
                ? Optional.of("modifierExtension")
                : domain.getContained().stream()
                        .flatMap(inner -> element(inner).stream())
                        .findFirst();
    }

    /** Parts lie in parts: the timing of a dosage of an order. */
    private static boolean hasModifiedPart(Base whole) {
        return whole.children().stream()
                .map(Property::getValues)
                .flatMap(values -> values.stream())
                .anyMatch(value -> (value instanceof BackboneElement part
                                && (part.hasModifierExtension() || hasModifiedPart(part)))
                        || (value instanceof BackboneType type
                                && (type.hasModifierExtension() || hasModifiedPart(type))));
    }
}
