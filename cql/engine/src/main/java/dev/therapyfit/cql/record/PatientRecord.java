package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Bounds;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one patient. Immutable; indexed by type at once and by code on first use, so that a retrieve
 * looks at distinct codes and never scans resources. The order in which facts were given does not show: facts of a
 * type come sorted by id.
 */
public final class PatientRecord {
    private static final Set<String> REQUESTS = Set.of("MedicationRequest", "ServiceRequest");

    /** Statuses of requests from which none comes back. */
    private static final Set<String> ENDED = Set.of("completed", "cancelled", "stopped", "revoked", "entered-in-error");

    private final Resource patient;
    private final Map<String, Fact> byReference;
    private final LogicalReferences references;
    private final Map<String, List<Resource>> byType;
    private final List<Excluded> excluded;
    private final List<Incomplete> incomplete;
    private final Map<String, Map<Terminology.Code, List<Resource>>> byCode = new ConcurrentHashMap<>();
    private volatile @Nullable RecordDigest digest;

    private PatientRecord(
            Resource patient,
            Map<String, Fact> byReference,
            LogicalReferences references,
            Map<String, List<Resource>> byType,
            List<Excluded> excluded,
            List<Incomplete> incomplete) {
        this.patient = patient;
        this.byReference = byReference;
        this.references = references;
        this.byType = byType;
        this.excluded = excluded;
        this.incomplete = incomplete;
    }

    /** A builder that takes facts in any order. */
    public static Builder builder() {
        return new Builder();
    }

    public Resource patient() {
        return patient;
    }

    /** The fact behind a relative reference such as {@code Observation/o1-kl}. */
    public Optional<Fact> find(String reference) {
        return Optional.ofNullable(byReference.get(reference));
    }

    /** Every fact, sorted by reference. */
    public Collection<Fact> facts() {
        return byReference.values();
    }

    /** What was given but does not count, sorted by reference. */
    public List<Excluded> excluded() {
        return excluded;
    }

    /** Types that could not be read, sorted; what is here of them may not be all. */
    public List<Incomplete> incomplete() {
        return incomplete;
    }

    /**
     * SHA-256 of all that is known, in hexadecimal: the same facts give the same digest in whatever order they came and
     * in whatever order their JSON elements stood. Where a fact came from does not count, nor do {@code meta} and
     * narrative, which tell of the copy and not of the patient.
     */
    public String sha256() {
        return digest().sha256();
    }

    /** How many characters its facts have as JSON, without {@code meta} and narrative: about what it takes of memory. */
    public long characters() {
        return digest().characters();
    }

    private RecordDigest digest() {
        RecordDigest known = digest;
        if (known == null) {
            known = RecordDigest.of(this);
            digest = known;
        }
        return known;
    }

    /** Every resource that retrieves find, type by type; in a view several can have one id. */
    public Stream<Resource> resources() {
        return new TreeMap<>(byType).values().stream().flatMap(List::stream);
    }

    /** What its references by identifier point at. */
    public LogicalReferences logicalReferences() {
        return references;
    }

    /** All resources of a type, sorted by id. */
    public List<Resource> retrieve(String type) {
        return byType.getOrDefault(type, List.of());
    }

    /**
     * The resources of a type that carry at least one matching coding at a path, sorted by id.
     *
     * @param type FHIR resource type
     * @param codePath element that holds the code, for example {@code code}
     * @param member the codes that match
     */
    public List<Resource> retrieve(String type, String codePath, Predicate<Terminology.Code> member) {
        Map<Terminology.Code, List<Resource>> index =
                byCode.computeIfAbsent(type + "." + codePath, key -> indexByCode(retrieve(type), codePath));
        Set<Resource> found = Collections.newSetFromMap(new IdentityHashMap<>());
        index.forEach((code, resources) -> {
            if (member.test(code)) {
                found.addAll(resources);
            }
        });
        return found.isEmpty()
                ? List.of()
                : retrieve(type).stream().filter(found::contains).toList();
    }

    /** This record, in which retrieves find other resources in place of its own, of the same types and ids. */
    public PatientRecord viewed(Function<Resource, List<Resource>> change) {
        Map<String, List<Resource>> resources = new HashMap<>();
        byReference.values().stream()
                .flatMap(fact -> change.apply(fact.resource()).stream())
                .forEach(resource -> resources
                        .computeIfAbsent(resource.type().name(), key -> new ArrayList<>())
                        .add(resource));
        return new PatientRecord(patient, byReference, references, resources, excluded, incomplete);
    }

    /** This record with more about the same patient, said while an order is written; what has no id gets one. */
    public PatientRecord with(List<Resource> more) {
        Map<String, Fact> facts = new TreeMap<>(byReference);
        Map<String, List<Resource>> resources = new HashMap<>(byType);
        for (Resource one : more) {
            Resource identified = one.id().isPresent() ? one : ContentId.identified(one);
            facts.put(identified.reference(), new Fact(identified.reference(), identified, Origin.CONTEXT));
            List<Resource> ofType =
                    new ArrayList<>(resources.getOrDefault(identified.type().name(), List.of()));
            ofType.add(identified);
            ofType.sort(Comparator.comparing(resource -> resource.id().orElse("")));
            resources.put(identified.type().name(), ofType);
        }
        return new PatientRecord(patient, facts, references, resources, excluded, incomplete);
    }

    private static Map<Terminology.Code, List<Resource>> indexByCode(List<Resource> resources, String codePath) {
        Map<Terminology.Code, List<Resource>> index = new LinkedHashMap<>();
        for (Resource resource : resources) {
            for (Terminology.Code code : codes(resource, codePath)) {
                index.computeIfAbsent(code, key -> new ArrayList<>()).add(resource);
            }
        }
        return index;
    }

    /** The codes, each with its system, that an element of a resource carries. */
    public static List<Terminology.Code> codes(Resource resource, String codePath) {
        if (resource.type().child(codePath) == null) {
            throw new IllegalArgumentException(resource.type() + " has no element " + codePath);
        }
        List<Terminology.Code> codes = new ArrayList<>();
        for (Element value : resource.all(codePath)) {
            switch (value.type().name()) {
                case "CodeableConcept" ->
                    value.all("coding")
                            .forEach(coding -> Terminology.Code.of(coding).ifPresent(codes::add));
                case "Coding" -> Terminology.Code.of(value).ifPresent(codes::add);
                case "code" -> value.text().ifPresent(code -> codes.add(new Terminology.Code("", code)));
                default -> {} // no code
            }
        }
        return codes;
    }

    /** True for a medication or service request with status {@code draft}: an order that is being written. */
    public static boolean isDraftOrder(Resource resource) {
        return isRequest(resource) && resource.hasText("status", "draft");
    }

    /** True for a medication or service request that is over: FHIR's statuses from which no request comes back. */
    public static boolean isEnded(Resource resource) {
        return isRequest(resource)
                && resource.text("status").filter(ENDED::contains).isPresent();
    }

    /** True for a medication or service request. */
    public static boolean isRequest(Resource resource) {
        return REQUESTS.contains(resource.type().name());
    }

    /** Collects the facts of a record. */
    public static final class Builder {
        private final Map<String, Fact> facts = new TreeMap<>();
        private final Map<String, Incomplete> incomplete = new TreeMap<>();
        private final Map<String, String> canonical = new HashMap<>();
        private final Set<String> differing = new HashSet<>();
        private Optional<URI> server = Optional.empty();
        private @Nullable Resource patient;

        private Builder() {}

        /**
         * Adds one resource. A resource without an id gets one that depends on its content only. The first of several
         * with the same type and id wins, but an order of the context wins over everything. If they differ, what is
         * known of the type is not all, and it is incomplete.
         */
        public Builder add(Resource resource, Origin origin) {
            if (resource.isOf("Patient")) {
                if (patient == null) {
                    patient = resource;
                } else if (!patient.id().equals(resource.id()) || !CanonicalJson.same(patient, resource)) {
                    throw new IllegalArgumentException("The record holds two patients: expected one");
                }
            }
            Resource identified = resource.id().isPresent() ? resource : ContentId.identified(resource);
            String reference = identified.reference();
            Fact known = facts.get(reference);
            if (known == null || (origin == Origin.CONTEXT && known.origin() != Origin.CONTEXT)) {
                facts.put(reference, new Fact(reference, identified, origin));
            } else if (known.origin() != Origin.CONTEXT && !differing.contains(reference)) {
                if (!known.resource().equals(identified)
                        && !canonical
                                .computeIfAbsent(reference, key -> CanonicalJson.of(known.resource()))
                                .equals(CanonicalJson.of(identified))) {
                    differing.add(reference);
                    addIncomplete(identified.type().name(), "two that differ have the same id");
                }
            }
            return this;
        }

        /** Adds many resources of one origin. */
        public Builder addAll(Iterable<Resource> resources, Origin origin) {
            resources.forEach(resource -> add(resource, origin));
            return this;
        }

        /** Says where the patient's id is theirs: what is about a patient of another server is about somebody else. */
        public Builder server(Optional<URI> base) {
            server = base;
            return this;
        }

        /** Says that a type could not be read; the first reason of several is kept. */
        public Builder addIncomplete(String type, String reason) {
            incomplete.putIfAbsent(type, new Incomplete(type, reason));
            return this;
        }

        /**
         * Builds the record. What is about another patient does not count. It should not be among the facts: either they
         * were two patients who became one, or somebody else's data were taken for this patient's. Both ways the type is
         * incomplete. So is one of which there is more than can be looked at in time.
         *
         * @throws IllegalStateException if no Patient was added
         */
        public PatientRecord build() {
            Resource subject = patient;
            if (subject == null) {
                throw new IllegalStateException("The record holds no Patient: expected one");
            }
            Subject whose = new Subject(subject.id().orElse(""), server);
            Map<String, Fact> kept = new TreeMap<>();
            List<Excluded> left = new ArrayList<>();
            Map<String, List<Resource>> byType = new HashMap<>();
            facts.forEach((reference, fact) -> {
                if (whose.elementOfAnother(fact.resource()).isPresent()) {
                    left.add(new Excluded(reference, "other-patient"));
                    addIncomplete(fact.resource().type().name(), "some of it is about another patient");
                    return;
                }
                if (Modifiers.changeTheMeaningOf(fact.resource())) {
                    left.add(new Excluded(reference, "modifier-extension"));
                    addIncomplete(
                            fact.resource().type().name(),
                            "some of it has a modifier extension or implicit rules, which are not known here");
                    return;
                }
                if (fact.origin() != Origin.CONTEXT && isDraftOrder(fact.resource())) {
                    left.add(new Excluded(reference, "draft-outside-context"));
                    return;
                }
                String type = fact.resource().type().name();
                List<Resource> ofType = byType.computeIfAbsent(type, key -> new ArrayList<>());
                if (ofType.size() >= Bounds.MOST_OF_A_TYPE && fact.origin() != Origin.CONTEXT) {
                    addIncomplete(type, "there are more than " + Bounds.MOST_OF_A_TYPE);
                } else {
                    kept.put(reference, fact);
                    ofType.add(fact.resource());
                }
            });
            LogicalReferences references = new LogicalReferences(
                    kept.values().stream().map(Fact::resource).toList());
            Taken taken = new Taken(kept, references, server);
            kept.values().stream()
                    .filter(fact -> fact.origin() != Origin.CONTEXT && taken.isUnknown(fact.resource()))
                    .forEach(fact -> addIncomplete(
                            fact.resource().type().name(),
                            "it refers to a product that is not readable: what it is is not here"));
            return new PatientRecord(
                    subject, kept, references, byType, List.copyOf(left), List.copyOf(incomplete.values()));
        }
    }
}
