package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Primitive;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.record.References;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.DateTimeType;

/** Other ways to write the facts of a case, none of which may change its answer. Resources of the case stay as they are. */
final class Variants {
    private static final String UNKNOWN = "https://unknown.example/StructureDefinition/";
    private static final Set<String> CORRECTABLE = Set.of(
            "Observation",
            "Condition",
            "AllergyIntolerance",
            "MedicationStatement",
            "MedicationRequest",
            "MedicationAdministration",
            "Procedure",
            "Goal",
            "Consent",
            "AdverseEvent");
    private static final URI SERVER = URI.create("https://ehr.example.org/fhir");

    /** Values of observations in all cases, by code and type of value: another grade is one that some case has. */
    private final SortedMap<String, SortedMap<String, Element>> values = new TreeMap<>();

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
                .filter(resource -> resource.isOf("Observation"))
                .forEach(one -> one.first("value")
                        .ifPresent(value -> values.computeIfAbsent(kind(one, value), key -> new TreeMap<>())
                                .put(written(value), value)));
    }

    // ---- Written in another way, all at once ----

    static Way renamed(boolean reversed) {
        return new Way(reversed ? "renamed backwards" : "renamed", variant -> {
            Case example = variant.example();
            List<String> sorted = example.resources().stream()
                    .map(Resource::reference)
                    .sorted()
                    .toList();
            Map<String, String> names = new HashMap<>();
            for (int i = 0; i < sorted.size(); i++) {
                String type = sorted.get(i).substring(0, sorted.get(i).indexOf('/'));
                int number = reversed ? 900 - i : 100 + i;
                names.put(sorted.get(i), type + "/" + (reversed ? "Z-" + number : number + ".a"));
            }
            List<Resource> resources = example.resources().stream()
                    .map(resource -> {
                        String name = names.getOrDefault(resource.reference(), "");
                        return rename(resource, names).with("id", name.substring(name.indexOf('/') + 1));
                    })
                    .toList();
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
                changed((example, resource) -> isOrder(example, resource)
                        ? resource
                        : mapped(
                                resource,
                                element -> isMoment(element) && hasTime(element)
                                        ? valued(element, moment -> OffsetDateTime.parse(moment)
                                                .atZoneSameInstant(ZoneId.of(zone))
                                                .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME))
                                        : element)));
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
            Element meta = resource.first("meta").orElse(Element.of("Meta"));
            if (!resource.has("identifier")) {
                meta = meta.with("versionId", "1")
                        .with(
                                "lastUpdated",
                                example.at().minus(Duration.ofMinutes(5)).toString());
            }
            meta = meta.adding("profile", Facts.value("canonical", UNKNOWN + "profile"))
                    .adding("security", Facts.coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N"))
                    .adding("tag", Facts.coding(UNKNOWN + "tag", "any"));
            Element narrative = Element.of("Narrative")
                    .with("status", "additional")
                    .with("div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">pregnant, sepsis</div>");
            Resource noisy = resource.with("meta", meta)
                    .with("language", "de")
                    .with("text", narrative)
                    .adding("extension", extension("of-a-resource", Facts.value("string", "refuted")));
            return mapped(
                    noisy,
                    element -> element.is("CodeableConcept")
                            ? element.adding("extension", extension("of-a-code", Facts.value("boolean", false)))
                            : element);
        }));
    }

    private static Element extension(String url, Element value) {
        return Element.of("Extension").with("url", UNKNOWN + url).with("value", value);
    }

    /** Days become instants, late in the day in UTC: in the east it is tomorrow. Orders stay: they can say the zone. */
    static Way timed() {
        return new Way(
                "days as instants",
                changed((example, resource) -> isOrder(example, resource)
                        ? resource
                        : mapped(
                                resource,
                                element -> element.is("dateTime") && isDay(element)
                                        ? valued(
                                                element,
                                                day -> day + (isToday(example, day) ? "T03:00:00Z" : "T20:00:00Z"))
                                        : element)));
    }

    private static boolean isMoment(Element element) {
        return element.is("dateTime") || element.is("instant");
    }

    private static boolean hasTime(Element moment) {
        return moment.text().filter(text -> text.contains("T")).isPresent();
    }

    private static boolean isDay(Element moment) {
        return moment.text()
                .filter(text -> text.length() == "2026-06-15".length())
                .isPresent();
    }

    private static boolean isToday(Case example, String day) {
        return day.equals(example.at().atZone(ZoneOffset.UTC).toLocalDate().toString());
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
        return resource.with("id", beside(resource, "copy"));
    }

    /**
     * One resource three times; of a quantity the third is written with another zero, in an equal unit.
     *
     * @param identified whether all three have the same identifier
     */
    static List<Resource> copiesOf(Resource resource, boolean identified) {
        Resource first = identified && !resource.has("identifier")
                ? Facts.identified(resource, "number-" + idOf(resource))
                : resource;
        Resource third = first.with("id", "5-third-" + idOf(resource));
        Element value = third.first("value").orElse(null);
        if (third.isOf("Observation") && value != null && isNumber(value)) {
            BigDecimal number = number(value);
            Element other = withNumber(value, number.setScale(number.scale() + 1));
            third = third.with(
                    "value",
                    other.hasText("code", "mg/L") ? other.with("code", "ug/mL").with("unit", "ug/mL") : other);
        }
        return List.of(first, copyOf(first), third);
    }

    private static boolean isNumber(Element value) {
        return value.is("Quantity") && value.text("value").isPresent();
    }

    private static BigDecimal number(Element quantity) {
        return new BigDecimal(quantity.text("value").orElseThrow());
    }

    private static Element withNumber(Element quantity, BigDecimal number) {
        return quantity.with("value", Facts.value("decimal", number));
    }

    /** Resources that another can replace: no Patient, no order of the case, nothing that has an identifier. */
    static boolean isCorrectable(Case example, Resource resource) {
        boolean counts = !resource.isOf("Observation")
                || !List.of("preliminary", "registered", "unknown")
                        .contains(resource.text("status").orElse(""));
        return counts
                && !isOrder(example, resource)
                && CORRECTABLE.contains(resource.type().name())
                && !resource.has("identifier");
    }

    /**
     * A resource as it was corrected, and the older version that it replaces, which says something else.
     *
     * @param forIt true if the older version says that there is something (active, high), false if it denies it
     */
    List<Resource> corrected(Case example, Resource resource, boolean forIt) {
        String identifier = "number-" + idOf(resource);
        Resource now = Facts.identified(resource, identifier, example.at().minus(Duration.ofHours(1)));
        Resource before = Facts.identified(
                resource.with("id", beside(resource, forIt ? "before" : "earlier")),
                identifier,
                example.at().minus(Duration.ofDays(2)));
        if (now.isOf("Observation") && now.hasText("status", "final")) {
            now = now.with("status", "corrected");
        }
        return List.of(now, changed(before, forIt));
    }

    private Resource changed(Resource before, boolean forIt) {
        return switch (before.type().name()) {
            case "Observation" ->
                before.with("status", "final")
                        .with(
                                "value",
                                before.all("value").stream()
                                        .map(value -> another(before, value, forIt))
                                        .toList())
                        .with(
                                "interpretation",
                                before.all("interpretation").stream()
                                        .map(Variants::flipped)
                                        .toList());
            case "Condition" -> {
                Resource standing = standing(before, forIt).without("abatement");
                Element onset = before.first("onset").orElse(null);
                yield forIt && onset != null && onset.is("dateTime")
                        ? standing.with(
                                "onset",
                                valued(onset, day -> (Integer.parseInt(day.substring(0, 4)) - 3) + day.substring(4)))
                        : standing;
            }
            case "AllergyIntolerance" -> standing(before, forIt);
            case "MedicationStatement" ->
                forIt
                        ? before.with("status", "active")
                        : before.with("status", "stopped")
                                .adding("statusReason", Facts.concept(Facts.VALUE, "inadequate-response"));
            case "MedicationRequest" -> before.with("status", forIt ? "active" : "stopped");
            case "MedicationAdministration" ->
                before.with("status", forIt ? "completed" : "not-done")
                        .with("effective", earlier(before.first("effective").orElseThrow()));
            case "Procedure" ->
                before.with("status", forIt ? "completed" : "not-done")
                        .with("performed", earlier(before.first("performed").orElseThrow()));
            case "Goal" ->
                before.with("lifecycleStatus", forIt ? "active" : "cancelled")
                        .with(
                                "description",
                                Facts.concept(
                                        Facts.LOCAL + "objective", forIt ? "safety-priority" : "immune-modulation"));
            case "Consent" -> before.with("status", forIt ? "active" : "inactive");
            case "AdverseEvent" ->
                before.with("actuality", "actual")
                        .with(
                                "seriousness",
                                Facts.concept(
                                        "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness",
                                        forIt ? "Serious" : "Non-serious"));
            default -> before;
        };
    }

    private static Resource standing(Resource before, boolean forIt) {
        return Facts.standing(before, forIt ? "active" : "inactive", forIt ? "confirmed" : "refuted");
    }

    /** Another value of the same kind. */
    private Element another(Resource observation, Element value, boolean higher) {
        if (value instanceof Primitive primitive && primitive.value() instanceof Boolean yes) {
            return Facts.value("boolean", !yes);
        }
        if (isNumber(value)) {
            BigDecimal hundred = BigDecimal.valueOf(100);
            return withNumber(
                    value,
                    higher ? number(value).multiply(hundred) : number(value).divide(hundred, 6, RoundingMode.HALF_UP));
        }
        SortedMap<String, Element> known = values.getOrDefault(kind(observation, value), new TreeMap<>());
        List<String> others = new ArrayList<>(known.keySet());
        others.remove(written(value));
        if (others.isEmpty()) {
            return value;
        }
        String other = others.get(higher ? others.size() - 1 : 0);
        return known.getOrDefault(other, value);
    }

    private static String kind(Resource observation, Element value) {
        return observation.first("code").map(Variants::code).orElse("") + "|" + value.type();
    }

    private static String written(Element value) {
        return value.is("CodeableConcept") ? code(value) : Json.of(value);
    }

    private static String code(Element concept) {
        return concept.first("coding")
                .map(coding -> coding.text("system").orElse("") + "|"
                        + coding.text("code").orElse(""))
                .orElse("");
    }

    private static Element flipped(Element interpretation) {
        return interpretation.with(
                "coding",
                interpretation.all("coding").stream()
                        .map(coding -> coding.with("code", coding.hasText("code", "H") ? "N" : "H"))
                        .toList());
    }

    private static Element earlier(Element when) {
        if (when.is("Period")) {
            String edge = when.has("start") ? "start" : "end";
            return when.with(edge, earlier(when.first(edge).orElseThrow()));
        }
        return valued(when, moment -> {
            Instant before = new DateTimeType(moment).getValue().toInstant().minus(Duration.ofDays(9));
            return before.atZone(ZoneOffset.UTC).toLocalDate().toString();
        });
    }

    /** A fact and, with the same identifier, the later version that withdraws it. */
    static List<Resource> withdrawn(Case example, Resource fact) {
        Resource valid = fact.with("id", isEven(fact, "id") ? "1-" + idOf(fact) : "zz-" + idOf(fact));
        Resource withdrawal = Facts.withdrawal(fact, isEven(fact, "cancelled")).with("id", "n-" + idOf(fact));
        String identifier = "withdrawn-" + idOf(fact);
        return List.of(
                Facts.identified(valid, identifier, example.at().minus(Duration.ofDays(3))),
                Facts.identified(withdrawal, identifier, example.at().minus(Duration.ofDays(1))));
    }

    /** The resource with a modifier extension that nobody knows. */
    static Resource modified(Resource resource) {
        return resource.adding("modifierExtension", extension("changes-the-meaning", Facts.value("boolean", true)));
    }

    // ---- What these have in common ----

    static boolean isOrder(Case example, Resource resource) {
        return example.origin(resource) == Origin.CONTEXT;
    }

    static Case with(Case example, List<Resource> resources) {
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

    private interface Change {
        Resource of(Case example, Resource resource);
    }

    private static UnaryOperator<Variant> changed(Change change) {
        return variant -> {
            List<Resource> resources = variant.example().resources().stream()
                    .map(resource -> change.of(variant.example(), resource))
                    .toList();
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
        return resource.id().orElseThrow();
    }

    /** Renames in every reference to a resource, whatever its form. */
    private static Resource rename(Resource resource, Map<String, String> names) {
        Pattern form = Pattern.compile("(|.*/)([A-Z][A-Za-z]+/[A-Za-z0-9.-]+)(|/_history/.*)");
        return referring(resource, reference -> {
            Matcher matcher = form.matcher(reference);
            return matcher.matches()
                    ? matcher.group(1) + names.getOrDefault(matcher.group(2), matcher.group(2)) + matcher.group(3)
                    : reference;
        });
    }

    /** Rewrites every relative reference to a resource. */
    private static Resource rewrite(Resource resource, UnaryOperator<String> rewritten) {
        return referring(
                resource,
                reference ->
                        reference.matches("[A-Z][A-Za-z]+/[A-Za-z0-9.-]+") ? rewritten.apply(reference) : reference);
    }

    private static Resource referring(Resource resource, UnaryOperator<String> rewritten) {
        return mapped(resource, element -> element.text("reference")
                .filter(reference -> References.isOne(element))
                .map(reference -> element.with("reference", rewritten.apply(reference)))
                .orElse(element));
    }

    private static Resource mapped(Resource resource, UnaryOperator<Element> change) {
        return (Resource) resource.mapped(change);
    }

    /** A primitive with another value. */
    private static Element valued(Element primitive, UnaryOperator<String> change) {
        return Facts.value(
                        primitive.type().name(), change.apply(primitive.text().orElseThrow()))
                .with("extension", primitive.all("extension"));
    }
}
