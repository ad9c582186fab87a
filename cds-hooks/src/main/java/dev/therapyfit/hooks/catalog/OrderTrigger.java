package dev.therapyfit.hooks.catalog;

import dev.therapyfit.cql.record.WordsOnly;
import dev.therapyfit.cql.terminology.ConceptMaps;
import dev.therapyfit.cql.terminology.Terminology;
import dev.therapyfit.hooks.chart.Products;
import java.util.Comparator;
import java.util.Optional;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ResourceFactory;

/**
 * The orders that a service is about (PlanDefinition.action.trigger.data).
 *
 * @param type FHIR resource type of the order
 * @param path element that says what is ordered
 * @param valueSet canonical of the codes that count
 * @param terminology the content's value sets
 * @param conceptMaps what the content translates first
 */
record OrderTrigger(String type, String path, String valueSet, Terminology terminology, ConceptMaps conceptMaps) {
    /**
     * True if the order's code is in the value set.
     *
     * @param products what is known of what the order refers to
     * @param unknown the answer if the order only refers to a medication that is not there
     */
    boolean matches(Resource order, Products products, boolean unknown) {
        if (!order.fhirType().equals(type)) {
            return false;
        }
        Resource translated = conceptMaps.translate(WordsOnly.asText(order));
        Property property = translated.getNamedProperty(path);
        return property != null
                && property.getValues().stream().anyMatch(value -> matches(value, translated, products, unknown));
    }

    /** A draft order that this is about, with a code of the value set; empty if its codes cannot be listed. */
    Optional<Resource> example(String id) {
        return terminology
                .enumerate(valueSet)
                .flatMap(codes -> codes.stream()
                        .min(Comparator.comparing(Terminology.Code::system).thenComparing(Terminology.Code::code)))
                .map(code -> {
                    Resource order = ResourceFactory.createResource(type);
                    order.setId(id);
                    order.setProperty("status", new CodeType("draft"));
                    CodeableConcept concept = new CodeableConcept(new Coding(code.system(), code.code(), null));
                    order.setProperty(order.getNamedProperty(path).getName(), concept);
                    return order;
                });
    }

    private boolean matches(Base value, Resource order, Products products, boolean unknown) {
        if (value instanceof CodeableConcept concept) {
            return matches(concept);
        }
        return value instanceof Reference reference
                && Products.leadsSomewhere(reference)
                && products.behind(reference, order)
                        .map(medication -> matches(((Medication) conceptMaps.translate(medication)).getCode()))
                        .orElse(unknown);
    }

    private boolean matches(CodeableConcept concept) {
        return concept.getCoding().stream()
                .anyMatch(coding -> terminology.contains(valueSet, coding.getSystem(), coding.getCode()));
    }
}
