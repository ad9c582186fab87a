package dev.therapyfit.cql.record;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a Bundle, ready for a record: nested Bundles are opened, entries that are known only by a {@code
 * urn:uuid} full URL get an id, and references to them become relative ones. The Bundle itself is not changed.
 */
public final class BundleContents {
    private static final String URN_UUID = "urn:uuid:";

    /** What a server says that did not look everywhere, sometimes as a warning only. */
    private static final Set<IssueType> NOT_ALL = EnumSet.of(
            IssueType.BUSINESSRULE,
            IssueType.EXCEPTION,
            IssueType.EXPIRED,
            IssueType.FORBIDDEN,
            IssueType.INCOMPLETE,
            IssueType.LOCKERROR,
            IssueType.LOGIN,
            IssueType.NOSTORE,
            IssueType.NOTSUPPORTED,
            IssueType.SECURITY,
            IssueType.SUPPRESSED,
            IssueType.THROTTLED,
            IssueType.TIMEOUT,
            IssueType.TOOCOSTLY,
            IssueType.TRANSIENT);

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

    /** Resources that came beside a Bundle, with their references to its {@code urn:uuid} full URLs as relative ones. */
    public static void resolve(Bundle bundle, List<Resource> beside) {
        if (hasUuidEntries(bundle)) {
            Map<String, String> renamed = new HashMap<>();
            collect(bundle.copy(), new ArrayList<>(), renamed);
            beside.forEach(resource -> rewrite(resource, renamed));
        }
    }

    /**
     * What in a Bundle shows that something that was asked for is missing, for example an error among its entries. What
     * its {@code next} link and its total say is for those to see who have the other pages.
     *
     * @return empty if nothing shows it
     */
    public static Optional<String> fault(Bundle bundle) {
        if (bundle.hasImplicitRules()) {
            return Optional.of("it has implicit rules, which are not known here");
        }
        return bundle.getEntry().stream()
                .flatMap(entry -> fault(entry).stream())
                .findFirst();
    }

    /** How many of its entries are matches of the search, and not included or told besides. */
    public static int matches(Bundle bundle) {
        return (int) bundle.getEntry().stream()
                .filter(entry -> entry.hasResource()
                        && !(entry.getResource() instanceof OperationOutcome)
                        && (!entry.getSearch().hasMode() || entry.getSearch().getMode() == SearchEntryMode.MATCH))
                .count();
    }

    /** True if there are no further pages, and fewer matches than it says. */
    public static boolean holdsLessThanItsTotal(Bundle bundle) {
        return bundle.getLink(Bundle.LINK_NEXT) == null && bundle.getTotal() > matches(bundle);
    }

    private static Optional<String> fault(BundleEntryComponent entry) {
        Resource resource = entry.getResource();
        if (entry.getResponse().hasStatus() && !entry.getResponse().getStatus().startsWith("2")) {
            return Optional.of("it holds an entry that failed");
        }
        Optional<String> error =
                error(resource).or(() -> error(entry.getResponse().getOutcome()));
        if (error.isPresent()) {
            return error;
        }
        if (entry.hasModifierExtension()) {
            return Optional.of("an entry has a modifier extension, which is not known here");
        }
        if (resource == null) {
            return Optional.of("it holds an entry without a resource");
        }
        if (resource instanceof Bundle nested) {
            return nested.getLink(Bundle.LINK_NEXT) == null && !holdsLessThanItsTotal(nested)
                    ? fault(nested)
                    : Optional.of("it holds a part of a search whose rest is missing");
        }
        return Optional.empty();
    }

    /**
     * What an outcome tells that is an error, or in whatever severity of something that was not looked at. One without
     * issues tells nothing good and counts as one.
     */
    private static Optional<String> error(@Nullable Resource resource) {
        if (!(resource instanceof OperationOutcome outcome)) {
            return Optional.empty();
        }
        if (!outcome.hasIssue()) {
            return Optional.of("it tells of an error");
        }
        return outcome.getIssue().stream()
                .filter(BundleContents::isError)
                .findFirst()
                .map(issue -> "it tells of an error"
                        + (issue.getCode() == null ? "" : " (" + issue.getCode().toCode() + ")"));
    }

    private static boolean isError(OperationOutcomeIssueComponent issue) {
        IssueSeverity severity = issue.getSeverity();
        return severity == null
                || severity == IssueSeverity.ERROR
                || severity == IssueSeverity.FATAL
                || (severity == IssueSeverity.WARNING && NOT_ALL.contains(issue.getCode()));
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
                if (resource instanceof DiagnosticReport report) {
                    results(report).forEach(into::add);
                }
            }
        }
    }

    /** The results that a report contains, each as an Observation of its own; what has no subject or day takes the report's. */
    private static List<Observation> results(DiagnosticReport report) {
        return report.getResult().stream()
                .filter(reference -> reference.hasReference()
                        && !reference.getReferenceElement().hasResourceType())
                .flatMap(reference -> Contained.named(reference.getReferenceElement(), report)
                        .filter(Observation.class::isInstance)
                        .map(contained -> ((Observation) contained).copy()))
                .map(result -> {
                    String id = result.getIdElement().getIdPart().replace("#", "");
                    result.setId(report.getIdElement().getIdPart() + "-" + id);
                    if (!result.hasSubject()) {
                        result.setSubject(report.getSubject());
                    }
                    if (!result.hasEffective()) {
                        result.setEffective(report.getEffective());
                    }
                    if (report.getStatus() == DiagnosticReportStatus.ENTEREDINERROR
                            || report.getStatus() == DiagnosticReportStatus.CANCELLED) {
                        result.setStatus(ObservationStatus.ENTEREDINERROR);
                    }
                    return result;
                })
                .toList();
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
