package dev.therapyfit.authoring.cases;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.AdverseEvent;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.MedicationAdministration;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/** Other ways to write the facts of a case, none of which may change its answer. Resources of the case stay as they are. */
final class Variants {
    private static final String UNKNOWN = "https://unknown.example/StructureDefinition/";
    private static final URI SERVER = URI.create("https://ehr.example.org/fhir");

    /** Values of observations in all cases, by code and type of value: another grade is one that some case has. */
    private final SortedMap<String, SortedMap<String, Type>> values = new TreeMap<>();

    /**
     * A case written in another way.
     *
     * @param server base URL of the server where it comes from
     */
    record Variant(Case example, Optional<URI> server) {
        PatientRecord record() {
            PatientRecord.Builder record = PatientRecord.builder().server(server);
            example.unread().forEach(type -> record.addIncomplete(type, "the case says so"));
            example.resources().forEach(resource -> record.add(resource, example.origin(resource)));
            return record.build();
        }
    }

    /** One way to write a case in another way. */
    record Way(String name, UnaryOperator<Variant> rewritten) {
        Variant of(Case example) {
            return rewritten.apply(new Variant(example, Optional.empty()));
        }
    }

    Variants(List<Case> cases) {
        cases.stream()
                .flatMap(example -> example.resources().stream())
                .filter(resource -> resource instanceof Observation one && one.hasValue())
                .map(Observation.class::cast)
                .forEach(one -> values.computeIfAbsent(kind(one), key -> new TreeMap<>())
                        .put(written(one.getValue()), one.getValue()));
    }

    // ---- Written in another way, all at once ----

    static Way renamed(boolean reversed) {
        return new Way(reversed ? "renamed backwards" : "renamed", variant -> {
            Case example = variant.example();
            List<String> sorted = example.resources().stream()
                    .map(PatientRecord::reference)
                    .sorted()
                    .toList();
            Map<String, String> names = new HashMap<>();
            for (int i = 0; i < sorted.size(); i++) {
                String type = sorted.get(i).substring(0, sorted.get(i).indexOf('/'));
                int number = reversed ? 900 - i : 100 + i;
                names.put(sorted.get(i), type + "/" + (reversed ? "Z-" + number : number + ".a"));
            }
            List<Resource> resources = copies(example);
            resources.forEach(resource -> {
                String name = names.getOrDefault(PatientRecord.reference(resource), "");
                rename(resource, names);
                resource.setId(name.substring(name.indexOf('/') + 1));
            });
            List<String> selections = example.selections().stream()
                    .map(selection -> names.getOrDefault(selection, selection))
                    .toList();
            return new Variant(with(example, resources, selections), variant.server());
        });
    }

    static Way shuffled(int seed) {
        return new Way("shuffled", variant -> {
            List<Resource> resources = new ArrayList<>(variant.example().resources());
            Collections.reverse(resources);
            Collections.shuffle(resources, new Random(seed));
            return new Variant(with(variant.example(), resources), variant.server());
        });
    }

    /** Dates without a time stay as they are, and so do orders: they can say the zone. */
    static Way movedTo(String zone) {
        return new Way(
                "moved to " + zone,
                changed((example, resource) -> visit(resource, element -> {
                    if (element instanceof BaseDateTimeType moment
                            && !isOrder(example, resource)
                            && moment.hasValue()
                            && moment.getPrecision().compareTo(TemporalPrecisionEnum.DAY) > 0) {
                        moment.setTimeZone(TimeZone.getTimeZone(zone));
                    }
                })));
    }

    static Way versioned() {
        return new Way(
                "references with a version",
                changed((example, resource) -> rewrite(resource, reference -> reference + "/_history/3")));
    }

    static Way absolute() {
        Way way = new Way(
                "absolute references",
                changed((example, resource) -> rewrite(resource, reference -> SERVER + "/" + reference)));
        return new Way(
                way.name(),
                variant -> new Variant(way.rewritten().apply(variant).example(), Optional.of(SERVER)));
    }

    /** What a version says of itself stays, since it can replace another. */
    static Way noisy() {
        return new Way("noise in meta, narrative, extensions", changed((example, resource) -> {
            if (!resource.getNamedProperty("identifier").hasValues()) {
                resource.getMeta()
                        .setVersionId("1")
                        .setLastUpdated(Date.from(example.at().minus(Duration.ofMinutes(5))));
            }
            resource.getMeta()
                    .addProfile(UNKNOWN + "profile")
                    .addSecurity(new Coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N", null))
                    .addTag(new Coding(UNKNOWN + "tag", "any", null));
            resource.setLanguage("de");
            if (resource instanceof DomainResource domain) {
                XhtmlNode div = new XhtmlNode();
                div.setValueAsString("<div xmlns=\"http://www.w3.org/1999/xhtml\">pregnant, sepsis</div>");
                domain.getText().setStatus(NarrativeStatus.ADDITIONAL).setDiv(div);
                domain.addExtension(UNKNOWN + "of-a-resource", new StringType("refuted"));
            }
            visit(resource, element -> {
                if (element instanceof CodeableConcept concept) {
                    concept.addExtension(UNKNOWN + "of-a-code", new BooleanType(false));
                }
            });
        }));
    }

    /** Days become instants, late in the day in UTC: in the east it is tomorrow. Orders stay: they can say the zone. */
    static Way timed() {
        return new Way(
                "days as instants",
                changed((example, resource) -> visit(resource, element -> {
                    if (element instanceof DateTimeType moment
                            && !isOrder(example, resource)
                            && moment.hasValue()
                            && moment.getPrecision() == TemporalPrecisionEnum.DAY) {
                        String day = moment.getValueAsString();
                        boolean isToday = day.equals(example.at()
                                .atZone(ZoneOffset.UTC)
                                .toLocalDate()
                                .toString());
                        moment.setValueAsString(day + (isToday ? "T03:00:00Z" : "T20:00:00Z"));
                    }
                })));
    }

    static Way all(List<Way> ways) {
        return new Way("all", variant -> {
            Variant rewritten = variant;
            for (Way way : ways) {
                rewritten = way.rewritten().apply(rewritten);
            }
            return rewritten;
        });
    }

    // ---- Beside each resource another one ----

    /** One resource a second time, under another id. */
    static Resource copyOf(Resource resource) {
        Resource copy = resource.copy();
        copy.setId(beside(resource, "copy"));
        return copy;
    }

    /**
     * One resource three times; of a quantity the third is written with another zero, in an equal unit.
     *
     * @param identified whether all three have the same identifier
     */
    static List<Resource> copiesOf(Resource resource, boolean identified) {
        Resource first = resource.copy();
        if (identified && !first.getNamedProperty("identifier").hasValues()) {
            Facts.identify(first, "number-" + idOf(resource));
        }
        Resource third = first.copy();
        third.setId("5-third-" + idOf(resource));
        if (third instanceof Observation one && one.getValue() instanceof Quantity quantity && quantity.hasValue()) {
            quantity.setValue(quantity.getValue().setScale(quantity.getValue().scale() + 1));
            if ("mg/L".equals(quantity.getCode())) {
                quantity.setCode("ug/mL").setUnit("ug/mL");
            }
        }
        return List.of(first, copyOf(first), third);
    }

    /** Resources that another can replace: no Patient, no order of the case, nothing that has an identifier. */
    static boolean isCorrectable(Case example, Resource resource) {
        boolean counts = !(resource instanceof Observation one)
                || !List.of(ObservationStatus.PRELIMINARY, ObservationStatus.REGISTERED, ObservationStatus.UNKNOWN)
                        .contains(one.getStatus());
        return counts
                && !isOrder(example, resource)
                && (resource instanceof Observation
                        || resource instanceof Condition
                        || resource instanceof AllergyIntolerance
                        || resource instanceof MedicationStatement
                        || resource instanceof MedicationRequest
                        || resource instanceof MedicationAdministration
                        || resource instanceof Procedure
                        || resource instanceof Goal
                        || resource instanceof Consent
                        || resource instanceof AdverseEvent)
                && !resource.getNamedProperty("identifier").hasValues();
    }

    /**
     * A resource as it was corrected, and the older version that it replaces, which says something else.
     *
     * @param forIt true if the older version says that there is something (active, high), false if it denies it
     */
    List<Resource> corrected(Case example, Resource resource, boolean forIt) {
        Resource now = resource.copy();
        Resource before = resource.copy();
        before.setId(beside(resource, forIt ? "before" : "earlier"));
        String identifier = "number-" + resource.getIdElement().getIdPart();
        Facts.identify(now, identifier, example.at().minus(Duration.ofHours(1)));
        Facts.identify(before, identifier, example.at().minus(Duration.ofDays(2)));
        if (now instanceof Observation observation && observation.getStatus() == ObservationStatus.FINAL) {
            observation.setStatus(ObservationStatus.CORRECTED);
        }
        change(before, forIt);
        return List.of(now, before);
    }

    private void change(Resource before, boolean forIt) {
        if (before instanceof Observation one) {
            one.setStatus(ObservationStatus.FINAL);
            if (one.hasValue()) {
                one.setValue(another(one, forIt));
            }
            one.getInterpretation().forEach(Variants::flip);
        } else if (before instanceof Condition one) {
            Facts.stand(one, forIt ? "active" : "inactive", forIt ? "confirmed" : "refuted");
            one.setAbatement(null);
            if (forIt && one.getOnset() instanceof DateTimeType onset) {
                one.setOnset(new DateTimeType(
                        (Integer.parseInt(onset.getValueAsString().substring(0, 4)) - 3)
                                + onset.getValueAsString().substring(4)));
            }
        } else if (before instanceof AllergyIntolerance one) {
            Facts.stand(one, forIt ? "active" : "inactive", forIt ? "confirmed" : "refuted");
        } else if (before instanceof MedicationStatement one) {
            one.setStatus(
                    forIt
                            ? MedicationStatement.MedicationStatementStatus.ACTIVE
                            : MedicationStatement.MedicationStatementStatus.STOPPED);
            if (!forIt) {
                one.addStatusReason(Facts.concept(Facts.VALUE, "inadequate-response"));
            }
        } else if (before instanceof MedicationRequest one) {
            one.setStatus(
                    forIt
                            ? MedicationRequest.MedicationRequestStatus.ACTIVE
                            : MedicationRequest.MedicationRequestStatus.STOPPED);
        } else if (before instanceof MedicationAdministration one) {
            one.setStatus(
                    forIt
                            ? MedicationAdministration.MedicationAdministrationStatus.COMPLETED
                            : MedicationAdministration.MedicationAdministrationStatus.NOTDONE);
            one.setEffective(earlier(one.getEffective()));
        } else if (before instanceof Procedure one) {
            one.setStatus(forIt ? Procedure.ProcedureStatus.COMPLETED : Procedure.ProcedureStatus.NOTDONE);
            one.setPerformed(earlier(one.getPerformed()));
        } else if (before instanceof Goal one) {
            one.setLifecycleStatus(forIt ? Goal.GoalLifecycleStatus.ACTIVE : Goal.GoalLifecycleStatus.CANCELLED);
            one.setDescription(
                    Facts.concept(Facts.LOCAL + "objective", forIt ? "safety-priority" : "immune-modulation"));
        } else if (before instanceof Consent one) {
            one.setStatus(forIt ? Consent.ConsentState.ACTIVE : Consent.ConsentState.INACTIVE);
        } else if (before instanceof AdverseEvent one) {
            one.setActuality(AdverseEvent.AdverseEventActuality.ACTUAL);
            one.setSeriousness(Facts.concept(
                    "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness",
                    forIt ? "Serious" : "Non-serious"));
        }
    }

    /** Another value of the same kind. */
    private Type another(Observation observation, boolean higher) {
        Type value = observation.getValue();
        if (value instanceof BooleanType yes) {
            return new BooleanType(!yes.booleanValue());
        }
        if (value instanceof Quantity quantity && quantity.hasValue()) {
            BigDecimal hundred = BigDecimal.valueOf(100);
            Quantity other = quantity.copy();
            return other.setValue(
                    higher
                            ? quantity.getValue().multiply(hundred)
                            : quantity.getValue().divide(hundred, 6, RoundingMode.HALF_UP));
        }
        SortedMap<String, Type> known = values.getOrDefault(kind(observation), new TreeMap<>());
        List<String> others = new ArrayList<>(known.keySet());
        others.remove(written(value));
        if (others.isEmpty()) {
            return value.copy();
        }
        String other = others.get(higher ? others.size() - 1 : 0);
        return known.getOrDefault(other, value).copy();
    }

    private static String kind(Observation observation) {
        Coding coding = observation.getCode().getCodingFirstRep();
        return coding.getSystem() + "|" + coding.getCode() + "|"
                + observation.getValue().fhirType();
    }

    private static String written(Type value) {
        if (value instanceof CodeableConcept concept) {
            return concept.getCodingFirstRep().getSystem() + "|"
                    + concept.getCodingFirstRep().getCode();
        }
        return value instanceof IntegerType number ? String.valueOf(number.getValue()) : String.valueOf(value);
    }

    private static void flip(CodeableConcept interpretation) {
        interpretation.getCoding().forEach(coding -> coding.setCode("H".equals(coding.getCode()) ? "N" : "H"));
    }

    private static Type earlier(Type when) {
        Type earlier = when.copy();
        DateTimeType moment = earlier instanceof Period period ? period.getStartElement() : (DateTimeType) earlier;
        Instant before = moment.getValue().toInstant().minus(Duration.ofDays(9));
        moment.setValueAsString(before.atZone(ZoneOffset.UTC).toLocalDate().toString());
        return earlier;
    }

    /** A fact and, with the same identifier, the later version that withdraws it. */
    static List<Resource> withdrawn(Case example, Resource fact) {
        Resource valid = fact.copy();
        Resource withdrawal = Facts.withdrawal(fact, isEven(fact, "cancelled"));
        valid.setId(isEven(fact, "id") ? "1-" + idOf(fact) : "zz-" + idOf(fact));
        withdrawal.setId("n-" + idOf(fact));
        Facts.identify(valid, "withdrawn-" + idOf(fact), example.at().minus(Duration.ofDays(3)));
        Facts.identify(withdrawal, "withdrawn-" + idOf(fact), example.at().minus(Duration.ofDays(1)));
        return List.of(valid, withdrawal);
    }

    /** The resource with a modifier extension that nobody knows. */
    static Resource modified(Resource resource) {
        Resource modified = resource.copy();
        ((DomainResource) modified)
                .addModifierExtension()
                .setUrl(UNKNOWN + "changes-the-meaning")
                .setValue(new BooleanType(true));
        return modified;
    }

    // ---- What these have in common ----

    static boolean isOrder(Case example, Resource resource) {
        return example.origin(resource) == Origin.CONTEXT;
    }

    private static Case with(Case example, List<Resource> resources) {
        return with(example, resources, example.selections());
    }

    /** The case with others in the place of some of its resources. */
    static Case replaced(Case example, List<Resource> some, Function<Resource, List<Resource>> others) {
        return with(
                example,
                example.resources().stream()
                        .flatMap(resource ->
                                some.contains(resource) ? others.apply(resource).stream() : Stream.of(resource))
                        .toList());
    }

    /** The case and other resources beside its own. */
    static Case beside(Case example, List<Resource> others) {
        return with(
                example,
                Stream.concat(example.resources().stream(), others.stream()).toList());
    }

    static Case unread(Case example, String type) {
        List<String> unread = new ArrayList<>(example.unread());
        unread.add(type);
        return with(example, example.resources(), example.selections(), unread);
    }

    private static Case with(Case example, List<Resource> resources, List<String> selections) {
        return with(example, resources, selections, example.unread());
    }

    private static Case with(Case example, List<Resource> resources, List<String> selections, List<String> unread) {
        return new Case(
                example.name(),
                example.title(),
                resources,
                example.at(),
                example.jurisdiction(),
                selections,
                unread,
                example.expected(),
                example.note());
    }

    private static List<Resource> copies(Case example) {
        return example.resources().stream().map(Resource::copy).collect(Collectors.toCollection(ArrayList::new));
    }

    private interface Change {
        void apply(Case example, Resource resource);
    }

    private static UnaryOperator<Variant> changed(Change change) {
        return variant -> {
            List<Resource> resources = copies(variant.example());
            resources.forEach(resource -> change.apply(variant.example(), resource));
            return new Variant(with(variant.example(), resources), variant.server());
        };
    }

    /** An id that sorts now before, now behind that of the resource. */
    private static String beside(Resource resource, String word) {
        return isEven(resource, word) ? "1-" + word + "-" + idOf(resource) : "zz-" + word + "-" + idOf(resource);
    }

    private static boolean isEven(Resource resource, String salt) {
        return new Random((idOf(resource) + salt).hashCode()).nextBoolean();
    }

    private static String idOf(Resource resource) {
        return resource.getIdElement().getIdPart();
    }

    /** Renames in every reference to a resource, whatever its form. */
    private static void rename(Resource resource, Map<String, String> names) {
        Pattern form = Pattern.compile("(|.*/)([A-Z][A-Za-z]+/[A-Za-z0-9.-]+)(|/_history/.*)");
        visit(resource, element -> {
            if (element instanceof Reference reference && reference.hasReference()) {
                Matcher matcher = form.matcher(reference.getReference());
                if (matcher.matches()) {
                    String name = names.getOrDefault(matcher.group(2), matcher.group(2));
                    reference.setReference(matcher.group(1) + name + matcher.group(3));
                }
            }
        });
    }

    /** Rewrites every relative reference to a resource. */
    private static void rewrite(Resource resource, UnaryOperator<String> rewritten) {
        visit(resource, element -> {
            if (element instanceof Reference reference
                    && reference.hasReference()
                    && reference.getReference().matches("[A-Z][A-Za-z]+/[A-Za-z0-9.-]+")) {
                reference.setReference(rewritten.apply(reference.getReference()));
            }
        });
    }

    private interface Visitor {
        void visit(Base element);
    }

    private static void visit(Base element, Visitor visitor) {
        visitor.visit(element);
        for (Property property : element.children()) {
            property.getValues().forEach(value -> visit(value, visitor));
        }
    }
}
