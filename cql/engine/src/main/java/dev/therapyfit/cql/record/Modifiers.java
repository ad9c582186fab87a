package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.util.Optional;

/**
 * What must not be read as if it were not there: a modifier extension, and rules that a resource was written by. None of
 * them is known here.
 */
public final class Modifiers {
    /** What is said to whoever sent one where it cannot be left out. */
    public static final String REFUSED =
            "has a modifier extension or implicit rules: expected none that are not known here";

    private static final String MODIFIER = "modifierExtension";

    /** Only parts of this type have one. */
    private static final String PART = "BackboneElement";

    private Modifiers() {}

    /** True if the resource, a part of it or what it contains has one. */
    public static boolean changeTheMeaningOf(Resource resource) {
        return element(resource).isPresent();
    }

    /** The element by which the meaning of the resource, a part of it or what it contains is changed. */
    public static Optional<String> element(Resource resource) {
        if (resource.has("implicitRules")) {
            return Optional.of("implicitRules");
        }
        return resource.has(MODIFIER) || hasModifiedPart(resource)
                ? Optional.of(MODIFIER)
                : resource.contained().stream()
                        .flatMap(inner -> element(inner).stream())
                        .findFirst();
    }

    /** Parts lie in parts: the timing of a dosage of an order. */
    private static boolean hasModifiedPart(Element whole) {
        return whole.children()
                .anyMatch(part ->
                        !(part instanceof Resource) && part.is(PART) && (part.has(MODIFIER) || hasModifiedPart(part)));
    }
}
