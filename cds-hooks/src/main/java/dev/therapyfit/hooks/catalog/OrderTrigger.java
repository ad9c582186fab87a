package dev.therapyfit.hooks.catalog;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.References;
import dev.therapyfit.cql.record.WordsOnly;
import dev.therapyfit.cql.terminology.ConceptMaps;
import dev.therapyfit.cql.terminology.Terminology;
import dev.therapyfit.hooks.chart.Products;
import java.util.Comparator;
import java.util.Optional;

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
        if (!order.type().name().equals(type)) {
            return false;
        }
        Resource translated = conceptMaps.translate(WordsOnly.asText(order));
        return translated.all(path).stream().anyMatch(value -> matches(value, translated, products, unknown));
    }

    /** A draft order that this is about, with a code of the value set; empty if its codes cannot be listed. */
    Optional<Resource> example(String id) {
        return terminology
                .enumerate(valueSet)
                .flatMap(codes -> codes.stream()
                        .min(Comparator.comparing(Terminology.Code::system).thenComparing(Terminology.Code::code)))
                .map(code -> Resource.of(type)
                        .with("id", id)
                        .with("status", "draft")
                        .with(path, Element.of("CodeableConcept").with("coding", code.coding())));
    }

    private boolean matches(Element value, Resource order, Products products, boolean unknown) {
        if (value.is("CodeableConcept")) {
            return matches(value);
        }
        return References.isOne(value)
                && Products.leadsSomewhere(value)
                && products.behind(value, order)
                        .map(medication -> conceptMaps.translate(medication).all("code").stream()
                                .anyMatch(this::matches))
                        .orElse(unknown);
    }

    private boolean matches(Element concept) {
        return concept.all("coding").stream()
                .flatMap(coding -> Terminology.Code.of(coding).stream())
                .anyMatch(code -> terminology.contains(valueSet, code.system(), code.code()));
    }
}
