package dev.therapyfit.hooks.service;

import dev.therapyfit.cql.terminology.Terminology;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DomainResource;
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
 */
record OrderTrigger(String type, String path, String valueSet, Terminology terminology) {
    /**
     * True if the order's code is in the value set.
     *
     * @param known resources that came with the order
     * @param unknown the answer if the order only refers to a medication that is not there
     */
    boolean matches(Resource order, List<Resource> known, boolean unknown) {
        if (!order.fhirType().equals(type)) {
            return false;
        }
        Property property = order.getNamedProperty(path);
        return property != null
                && property.getValues().stream().anyMatch(value -> matches(value, order, known, unknown));
    }

    /** An order that this is about, with a code of the value set; empty if its codes cannot be listed. */
    Optional<Resource> example(String id) {
        return terminology
                .enumerate(valueSet)
                .flatMap(codes -> codes.stream()
                        .min(Comparator.comparing(Terminology.Code::system).thenComparing(Terminology.Code::code)))
                .map(code -> {
                    Resource order = ResourceFactory.createResource(type);
                    order.setId(id);
                    CodeableConcept concept = new CodeableConcept(new Coding(code.system(), code.code(), null));
                    order.setProperty(order.getNamedProperty(path).getName(), concept);
                    return order;
                });
    }

    private boolean matches(Base value, Resource order, List<Resource> known, boolean unknown) {
        if (value instanceof CodeableConcept concept) {
            return matches(concept);
        }
        if (!(value instanceof Reference reference) || !reference.hasReference()) {
            return false;
        }
        Stream<Resource> contained =
                order instanceof DomainResource domain ? domain.getContained().stream() : Stream.of();
        String id = reference.getReferenceElement().getIdPart();
        List<Medication> medications = Stream.concat(contained, known.stream())
                .filter(Medication.class::isInstance)
                .map(Medication.class::cast)
                .filter(medication -> medication.getIdElement().hasIdPart()
                        && bare(medication.getIdElement().getIdPart()).equals(bare(String.valueOf(id))))
                .toList();
        return medications.isEmpty()
                ? unknown
                : medications.stream().anyMatch(medication -> matches(medication.getCode()));
    }

    /** HAPI keeps the '#' of a contained resource's id in one place and not in the other. */
    private static String bare(String id) {
        return id.startsWith("#") ? id.substring(1) : id;
    }

    private boolean matches(CodeableConcept concept) {
        return concept.getCoding().stream()
                .anyMatch(coding -> terminology.contains(valueSet, coding.getSystem(), coding.getCode()));
    }
}
