package dev.therapyfit.cql.record;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.Medication.MedicationIngredientComponent;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Substance;

/**
 * Whether statements about a product say what the product is: by a code or words of their own, or by a Medication of the
 * record that has such, or has ingredients that do.
 *
 * @param facts the record's, by reference
 * @param references its references by identifier
 * @param server where the ids of the record are theirs
 */
record Taken(Map<String, Fact> facts, LogicalReferences references, Optional<URI> server) {
    private static final String MEDICATION = "medication";

    /** A product within a product within a product says enough, or never ends. */
    private static final int DEEPEST = 4;

    /** True for a statement about a product of which it is not known what it is. */
    boolean isUnknown(Resource resource) {
        Property medication = resource.getNamedProperty(MEDICATION);
        return medication != null
                && !isWithdrawn(resource)
                && (medication.getValues().isEmpty()
                        || medication.getValues().stream().anyMatch(value -> !says(value, resource, 0)));
    }

    private boolean says(Base value, Resource holder, int depth) {
        if (value instanceof CodeableConcept concept) {
            return says(concept);
        }
        if (!(value instanceof Reference reference)) {
            return false;
        }
        if (WordsOnly.isAll(reference)) {
            return reference.hasDisplay();
        }
        List<Resource> products = behind(reference, holder);
        return !products.isEmpty()
                && products.stream()
                        .allMatch(product ->
                                says(product, reference.getReferenceElement().isLocal() ? holder : product, depth));
    }

    private boolean says(Resource product, Resource holder, int depth) {
        if (product instanceof Substance substance) {
            return says(substance.getCode());
        }
        return product instanceof Medication medication
                && (says(medication.getCode())
                        || (depth < DEEPEST
                                && medication.hasIngredient()
                                && medication.getIngredient().stream()
                                        .map(MedicationIngredientComponent::getItem)
                                        .allMatch(item -> item != null && says(item, holder, depth + 1))));
    }

    private static boolean says(CodeableConcept concept) {
        return concept.hasText()
                || concept.getCoding().stream()
                        .anyMatch(coding -> coding.getCode() != null || coding.getDisplay() != null);
    }

    private List<Resource> behind(Reference reference, Resource holder) {
        IIdType id = reference.getReferenceElement();
        if (!reference.hasReference()) {
            return references.targets(reference).stream()
                    .flatMap(target -> Optional.ofNullable(facts.get(target)).stream())
                    .map(Fact::resource)
                    .toList();
        }
        if (!id.hasIdPart()) {
            return List.of();
        }
        if (id.isLocal()) {
            return Contained.named(id, holder).toList();
        }
        Fact fact = facts.get(id.getResourceType() + "/" + id.getIdPart());
        return fact != null && BaseUrl.isOf(server, id) ? List.of(fact.resource()) : List.of();
    }

    private static boolean isWithdrawn(Resource resource) {
        Property status = resource.getNamedProperty("status");
        return status != null
                && status.getValues().stream().map(Base::primitiveValue).anyMatch("entered-in-error"::equals);
    }
}
