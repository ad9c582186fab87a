package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IIdType;

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
    private static final String CONCEPT = "CodeableConcept";

    /** A product within a product within a product says enough, or never ends. */
    private static final int DEEPEST = 4;

    /** True for a statement about a product of which it is not known what it is. */
    boolean isUnknown(Resource resource) {
        if (resource.type().child(MEDICATION) == null || resource.hasText("status", "entered-in-error")) {
            return false;
        }
        List<Element> medication = resource.all(MEDICATION);
        return medication.isEmpty() || medication.stream().anyMatch(value -> !says(value, resource, 0));
    }

    private boolean says(Element value, Resource holder, int depth) {
        if (!References.isOne(value)) {
            return value.is(CONCEPT) && says(value);
        }
        if (WordsOnly.isAll(value)) {
            return value.text("display").isPresent();
        }
        List<Resource> products = behind(value, holder);
        return !products.isEmpty()
                && products.stream()
                        .allMatch(product -> says(product, References.url(value).isLocal() ? holder : product, depth));
    }

    private boolean says(Resource product, Resource holder, int depth) {
        boolean isCoded = product.first("code").filter(Taken::says).isPresent();
        if (product.isOf("Substance")) {
            return isCoded;
        }
        return product.isOf("Medication")
                && (isCoded
                        || (depth < DEEPEST
                                && product.has("ingredient")
                                && product.all("ingredient").stream().allMatch(ingredient -> ingredient
                                        .first("item")
                                        .filter(item -> says(item, holder, depth + 1))
                                        .isPresent())));
    }

    private static boolean says(Element concept) {
        return concept.text("text").isPresent()
                || concept.all("coding").stream()
                        .anyMatch(coding -> coding.text("code").isPresent()
                                || coding.text("display").isPresent());
    }

    private List<Resource> behind(Element reference, Resource holder) {
        if (!References.hasUrl(reference)) {
            return references.targets(reference).stream()
                    .flatMap(target -> Optional.ofNullable(facts.get(target)).stream())
                    .map(Fact::resource)
                    .toList();
        }
        IIdType id = References.url(reference);
        if (!id.hasIdPart()) {
            return List.of();
        }
        if (id.isLocal()) {
            return Contained.named(id, holder).toList();
        }
        Fact fact = facts.get(id.getResourceType() + "/" + id.getIdPart());
        return fact != null && BaseUrl.isOf(server, id) ? List.of(fact.resource()) : List.of();
    }
}
