package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.record.References;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IIdType;

/** What the resources of a chart refer to and the chart does not hold, of types that no search by patient finds. */
final class ChartReferences {
    /** Ids in one search, so that its URL stays short enough for every server. */
    private static final int BATCH = 25;

    /** A chart that refers to more is not read to its end. */
    private static final int MOST_BATCHES = 8;

    /** What stands in a URL as it is and does not end an id; longer than FHIR's 64 characters, as some servers have them. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,256}");

    private static final String WITHDRAWN = "entered-in-error";

    /** References to types that refer to them. */
    private final Map<Target, Set<String>> referrers;

    private ChartReferences(Map<Target, Set<String>> referrers) {
        this.referrers = referrers;
    }

    /**
     * What a reference leads to.
     *
     * @param base base URL of its server; empty for the server of the chart
     */
    private record Target(String base, String type, String id) implements Comparable<Target> {
        static Target of(IIdType reference, Optional<URI> server) {
            String base = BaseUrl.isOf(server, reference) ? "" : reference.getBaseUrl();
            return new Target(base, reference.getResourceType(), reference.getIdPart());
        }

        String relative() {
            return type + "/" + id;
        }

        /** True if it is one of these resources of the chart's server, given as references such as {@code Medication/1}. */
        boolean isAmong(Set<String> references) {
            return base.isEmpty() && references.contains(relative());
        }

        boolean canBeRead() {
            return base.isEmpty() && ID.matcher(id).matches();
        }

        @Override
        public int compareTo(Target other) {
            return (base + relative()).compareTo(other.base + other.relative());
        }
    }

    /**
     * Some of them, to be read with one search.
     *
     * @param ids at least one
     */
    record Batch(String type, List<String> ids) {
        /** Relative to a FHIR base URL. */
        String query() {
            return type + "?_id=" + String.join(",", ids);
        }
    }

    /**
     * Looks through a chart.
     *
     * @param chart the resources whose references are followed; those that do not count are passed over
     * @param others resources that are known besides
     * @param types the types that are looked for
     * @param server base URL of the server of the chart, if there is one
     */
    static ChartReferences of(List<Resource> chart, List<Resource> others, Set<String> types, Optional<URI> server) {
        if (types.isEmpty()) {
            return new ChartReferences(Map.of());
        }
        Map<Target, Set<String>> referrers = new TreeMap<>();
        Set<String> known = Stream.concat(chart.stream(), others.stream())
                .map(Resource::reference)
                .collect(Collectors.toSet());
        for (Resource resource : chart) {
            if (resource.hasText("status", WITHDRAWN) || PatientRecord.isDraftOrder(resource)) {
                continue;
            }
            references(resource)
                    .map(References::url)
                    .filter(id -> types.contains(String.valueOf(id.getResourceType())) && id.hasIdPart())
                    .map(id -> Target.of(id, server))
                    .filter(target -> !target.isAmong(known))
                    .forEach(target -> referrers
                            .computeIfAbsent(target, key -> new TreeSet<>())
                            .add(resource.type().name()));
        }
        return new ChartReferences(referrers);
    }

    /** All references in an element, and in what it contains. */
    private static Stream<Element> references(Element element) {
        Stream<Element> inner = element.children().flatMap(ChartReferences::references);
        return References.isOne(element) ? Stream.concat(Stream.of(element), inner) : inner;
    }

    /** All that the server of the chart can have, by type, few enough at a time. */
    List<Batch> batches() {
        Map<String, List<String>> ids = new LinkedHashMap<>();
        referrers.keySet().stream().filter(Target::canBeRead).forEach(target -> ids.computeIfAbsent(
                        target.type(), key -> new ArrayList<>())
                .add(target.id()));
        List<Batch> batches = new ArrayList<>();
        ids.forEach((type, all) -> {
            for (int from = 0; from < all.size(); from += BATCH) {
                batches.add(new Batch(type, List.copyOf(all.subList(from, Math.min(from + BATCH, all.size())))));
            }
        });
        return batches.subList(0, Math.min(MOST_BATCHES, batches.size()));
    }

    /**
     * Types of the resources whose reference leads to nothing that was found, with the type of what is missing.
     *
     * @param found references such as {@code Medication/1}
     */
    Map<String, String> missing(Set<String> found) {
        Map<String, String> missing = new TreeMap<>();
        referrers.forEach((target, types) -> {
            if (!target.isAmong(found)) {
                types.forEach(type -> missing.putIfAbsent(type, target.type()));
            }
        });
        return missing;
    }
}
