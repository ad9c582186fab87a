package dev.therapyfit.cql.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * The resources of a Bundle, ready for a record: nested Bundles are opened, entries that are known only by a {@code
 * urn:uuid} full URL get an id, and references to them become relative ones. The Bundle itself is not changed.
 */
public final class BundleContents {
    private static final String URN_UUID = "urn:uuid:";

    private BundleContents() {}

    /** Every resource of the Bundle, in order; {@code OperationOutcome} entries are no facts and left out. */
    public static List<Resource> of(Bundle bundle) {
        List<Resource> resources = new ArrayList<>();
        Map<String, String> renamed = new HashMap<>();
        if (hasUuidEntries(bundle)) {
            collect(bundle.copy(), resources, renamed);
            resources.forEach(resource -> rewrite(resource, renamed));
        } else {
            collect(bundle, resources, renamed);
        }
        return resources;
    }

    /** True if an {@code OperationOutcome} in the Bundle tells of an error: then something that was asked for is missing. */
    public static boolean tellsOfAnError(Bundle bundle) {
        return bundle.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .anyMatch(resource -> (resource instanceof OperationOutcome outcome && isError(outcome))
                        || (resource instanceof Bundle nested && tellsOfAnError(nested)));
    }

    /** True if an issue is an error; an outcome without issues tells nothing good and counts as one. */
    private static boolean isError(OperationOutcome outcome) {
        return !outcome.hasIssue()
                || outcome.getIssue().stream()
                        .anyMatch(issue -> issue.getSeverity() == IssueSeverity.ERROR
                                || issue.getSeverity() == IssueSeverity.FATAL
                                || issue.getSeverity() == null);
    }

    private static boolean hasUuidEntries(Bundle bundle) {
        return bundle.getEntry().stream()
                .anyMatch(entry -> (entry.hasFullUrl() && entry.getFullUrl().startsWith(URN_UUID))
                        || (entry.getResource() instanceof Bundle nested && hasUuidEntries(nested)));
    }

    private static void collect(Bundle bundle, List<Resource> into, Map<String, String> renamed) {
        for (BundleEntryComponent entry : bundle.getEntry()) {
            Resource resource = entry.getResource();
            if (resource instanceof Bundle nested) {
                collect(nested, into, renamed);
            } else if (resource != null && !(resource instanceof OperationOutcome)) {
                String fullUrl = entry.getFullUrl();
                if (fullUrl != null && fullUrl.startsWith(URN_UUID)) {
                    String idPart = resource.getIdElement().getIdPart();
                    String id = idPart == null || idPart.startsWith(URN_UUID)
                            ? fullUrl.substring(URN_UUID.length())
                            : idPart;
                    resource.setId(id);
                    renamed.put(fullUrl, resource.fhirType() + "/" + id);
                }
                into.add(resource);
            }
        }
    }

    private static void rewrite(Base element, Map<String, String> renamed) {
        if (element instanceof Reference reference && reference.hasReference()) {
            String relative = renamed.get(reference.getReference());
            if (relative != null) {
                reference.setReference(relative);
            }
        }
        for (Property property : element.children()) {
            property.getValues().forEach(value -> rewrite(value, renamed));
        }
    }
}
