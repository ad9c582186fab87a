package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The resources of a Bundle, ready for a record: nested Bundles are opened, entries that are known only by a {@code
 * urn:uuid} full URL get an id, and references to them become relative ones.
 */
public final class BundleContents {
    private static final String URN_UUID = "urn:uuid:";
    private static final String BUNDLE = "Bundle";
    private static final String OUTCOME = "OperationOutcome";
    private static final String ENTRY = "entry";
    private static final String FULL_URL = "fullUrl";
    private static final String RESPONSE = "response";

    /** What a server says that did not look everywhere, sometimes as a warning only. */
    private static final Set<String> NOT_ALL = Set.of(
            "business-rule",
            "exception",
            "expired",
            "forbidden",
            "incomplete",
            "lock-error",
            "login",
            "no-store",
            "not-supported",
            "security",
            "suppressed",
            "throttled",
            "timeout",
            "too-costly",
            "transient");

    private static final Set<String> ERRORS = Set.of("error", "fatal");

    private BundleContents() {}

    /** Every resource of the Bundle, in order; {@code OperationOutcome} entries are no facts and left out. */
    public static List<Resource> of(Resource bundle) {
        List<Resource> resources = new ArrayList<>();
        Map<String, String> renamed = new HashMap<>();
        collect(bundle, resources, renamed);
        return renamed.isEmpty() ? resources : rewritten(resources, renamed);
    }

    /** A Bundle of these resources, and nothing else. */
    public static Resource collection(List<Resource> resources) {
        return Resource.of(BUNDLE)
                .with("type", "collection")
                .with(
                        ENTRY,
                        resources.stream()
                                .map(resource -> Element.of("Bundle.Entry").with("resource", resource))
                                .toList());
    }

    /** Resources that came beside a Bundle, with their references to its {@code urn:uuid} full URLs as relative ones. */
    public static List<Resource> resolved(Resource bundle, List<Resource> beside) {
        Map<String, String> renamed = new HashMap<>();
        collect(bundle, new ArrayList<>(), renamed);
        return rewritten(beside, renamed);
    }

    /** The URL of a Bundle's link, such as {@code next}. */
    public static Optional<String> link(Resource bundle, String relation) {
        return bundle.all("link").stream()
                .filter(link -> link.hasText("relation", relation))
                .findFirst()
                .map(link -> link.text("url").orElse(""));
    }

    /** How many matches the Bundle says that there are, on all its pages. */
    public static int total(Resource bundle) {
        return bundle.text("total").map(Integer::parseInt).orElse(0);
    }

    /**
     * What in a Bundle shows that something that was asked for is missing, for example an error among its entries. What
     * its {@code next} link and its total say is for those to see who have the other pages.
     *
     * @return empty if nothing shows it
     */
    public static Optional<String> fault(Resource bundle) {
        if (bundle.has("implicitRules")) {
            return Optional.of("it has implicit rules, which are not known here");
        }
        return bundle.all(ENTRY).stream()
                .flatMap(entry -> entryFault(entry).stream())
                .findFirst();
    }

    /** How many of its entries are matches of the search, and not included or told besides. */
    public static int matches(Resource bundle) {
        return (int) bundle.all(ENTRY).stream()
                .filter(entry -> resource(entry)
                        .filter(resource -> !resource.isOf(OUTCOME))
                        .isPresent())
                .filter(entry -> entry.first("search")
                        .flatMap(search -> search.text("mode"))
                        .filter(mode -> !mode.equals("match"))
                        .isEmpty())
                .count();
    }

    /** True if there are no further pages, and fewer matches than it says. */
    public static boolean holdsLessThanItsTotal(Resource bundle) {
        return link(bundle, "next").isEmpty() && total(bundle) > matches(bundle);
    }

    private static Optional<Resource> resource(Element entry) {
        return entry.first("resource").map(Resource.class::cast);
    }

    private static Optional<String> entryFault(Element entry) {
        Optional<Resource> resource = resource(entry);
        Optional<Element> response = entry.first(RESPONSE);
        if (response.flatMap(answer -> answer.text("status"))
                .filter(status -> !status.startsWith("2"))
                .isPresent()) {
            return Optional.of("it holds an entry that failed");
        }
        Optional<String> error = resource.flatMap(BundleContents::error)
                .or(() -> response.flatMap(answer -> answer.first("outcome")).flatMap(BundleContents::error));
        if (error.isPresent()) {
            return error;
        }
        if (entry.has("modifierExtension")) {
            return Optional.of("an entry has a modifier extension, which is not known here");
        }
        if (resource.isEmpty()) {
            return Optional.of("it holds an entry without a resource");
        }
        Resource nested = resource.get();
        if (nested.isOf(BUNDLE)) {
            return link(nested, "next").isEmpty() && !holdsLessThanItsTotal(nested)
                    ? fault(nested)
                    : Optional.of("it holds a part of a search whose rest is missing");
        }
        return Optional.empty();
    }

    /**
     * What an outcome tells that is an error, or in whatever severity of something that was not looked at. One without
     * issues tells nothing good and counts as one.
     */
    private static Optional<String> error(Element outcome) {
        if (!outcome.is(OUTCOME)) {
            return Optional.empty();
        }
        List<Element> issues = outcome.all("issue");
        if (issues.isEmpty()) {
            return Optional.of("it tells of an error");
        }
        return issues.stream()
                .filter(BundleContents::isError)
                .findFirst()
                .map(issue -> "it tells of an error"
                        + issue.text("code").map(code -> " (" + code + ")").orElse(""));
    }

    private static boolean isError(Element issue) {
        Optional<String> severity = issue.text("severity");
        return severity.isEmpty()
                || ERRORS.contains(severity.get())
                || (severity.get().equals("warning")
                        && issue.text("code").filter(NOT_ALL::contains).isPresent());
    }

    private static void collect(Resource bundle, List<Resource> into, Map<String, String> renamed) {
        for (Element entry : bundle.all(ENTRY)) {
            Resource resource = resource(entry).orElse(null);
            if (resource == null || resource.isOf(OUTCOME)) {
                continue;
            }
            if (resource.isOf(BUNDLE)) {
                collect(resource, into, renamed);
                continue;
            }
            Resource identified = entry.text(FULL_URL)
                    .filter(url -> url.startsWith(URN_UUID))
                    .map(url -> identified(resource, url, renamed))
                    .orElse(resource);
            into.add(identified);
            if (identified.isOf("DiagnosticReport")) {
                into.addAll(results(identified));
            }
        }
    }

    /** The resource with an id, which others can refer to, and know by this URL. */
    private static Resource identified(Resource resource, String url, Map<String, String> renamed) {
        Resource identified =
                resource.id().filter(id -> !id.startsWith(URN_UUID)).isPresent()
                        ? resource
                        : resource.with("id", url.substring(URN_UUID.length()));
        renamed.put(url, identified.reference());
        return identified;
    }

    /** The results that a report contains, each as an Observation of its own; what has no subject or day takes the report's. */
    private static List<Resource> results(Resource report) {
        boolean isWithdrawn = report.hasText("status", "entered-in-error") || report.hasText("status", "cancelled");
        return report.all("result").stream()
                .filter(reference -> References.hasUrl(reference)
                        && !References.url(reference).hasResourceType())
                .flatMap(reference -> Contained.named(References.url(reference), report)
                        .filter(contained -> contained.isOf("Observation")))
                .map(contained -> {
                    Resource result = contained.with(
                            "id",
                            report.id().orElse(null) + "-"
                                    + contained.id().orElse("").replace("#", ""));
                    for (String element : List.of("subject", "effective")) {
                        result = result.has(element) ? result : result.with(element, report.all(element));
                    }
                    return isWithdrawn ? result.with("status", "entered-in-error") : result;
                })
                .toList();
    }

    private static List<Resource> rewritten(List<Resource> resources, Map<String, String> renamed) {
        return resources.stream()
                .map(resource -> (Resource) resource.mapped(rewriting(renamed)))
                .toList();
    }

    private static UnaryOperator<Element> rewriting(Map<String, String> renamed) {
        return element -> References.isOne(element)
                ? element.text("reference")
                        .map(renamed::get)
                        .map(relative -> element.with("reference", relative))
                        .orElse(element)
                : element;
    }
}
