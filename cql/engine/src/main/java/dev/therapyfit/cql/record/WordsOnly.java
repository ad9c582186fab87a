package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.util.List;

/** A reference to a medication that holds words only says no more than a text instead of a code, and no less. */
public final class WordsOnly {
    private static final String MEDICATION = "medication";

    private WordsOnly() {}

    /** True for a reference that leads nowhere: what it has is words, if anything. */
    public static boolean isAll(Element reference) {
        return !References.hasUrl(reference) && !reference.has("identifier");
    }

    /** The resource with its medication as a text; the same object if it refers to one, or says it by a code. */
    public static Resource asText(Resource resource) {
        List<Element> medication = resource.all(MEDICATION);
        if (medication.size() != 1 || !References.isOne(medication.get(0)) || !isAll(medication.get(0))) {
            return resource;
        }
        return medication
                .get(0)
                .text("display")
                .map(words ->
                        resource.with(MEDICATION, Element.of("CodeableConcept").with("text", words)))
                .orElse(resource);
    }
}
