package dev.therapyfit.cql.record;

import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** A reference to a medication that holds words only says no more than a text instead of a code, and no less. */
public final class WordsOnly {
    private static final String MEDICATION = "medication";

    private WordsOnly() {}

    /** True for a reference that leads nowhere: what it has is words, if anything. */
    public static boolean isAll(Reference reference) {
        return !reference.hasReference() && !reference.hasIdentifier();
    }

    /** The resource with its medication as a text; the same object if it refers to one, or says it by a code. */
    public static Resource asText(Resource resource) {
        Property medication = resource.getNamedProperty(MEDICATION);
        if (medication == null
                || medication.getValues().size() != 1
                || !(medication.getValues().get(0) instanceof Reference reference)
                || !isAll(reference)
                || !reference.hasDisplay()) {
            return resource;
        }
        Resource copy = resource.copy();
        copy.setProperty(medication.getName(), new CodeableConcept().setText(reference.getDisplay()));
        return copy;
    }
}
