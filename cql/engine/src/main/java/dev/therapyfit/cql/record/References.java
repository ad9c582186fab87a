package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Element;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;

/** What a FHIR {@code Reference} says. */
public final class References {
    private static final String REFERENCE = "reference";

    private References() {}

    /** True if it leads somewhere by a URL, and not by an identifier or by words only. */
    public static boolean hasUrl(Element reference) {
        return reference.text(REFERENCE).isPresent();
    }

    /** The parts of its URL: base, type, id. */
    public static IIdType url(Element reference) {
        return new IdType(reference.text(REFERENCE).orElse(""));
    }

    /** True if it is a {@code Reference}. */
    public static boolean isOne(Element element) {
        return element.type().name().equals("Reference");
    }
}
