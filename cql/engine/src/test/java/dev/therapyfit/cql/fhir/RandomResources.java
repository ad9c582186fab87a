package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.FhirType.Child;
import dev.therapyfit.cql.fhir.FhirType.Field;
import dev.therapyfit.cql.fhir.FhirType.Kind;
import dev.therapyfit.cql.terminology.Terminology;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Resources with any elements that R4 allows, as no client writes them all: with given codes, and dates and numbers that
 * rules could look at.
 */
public final class RandomResources {
    private static final int DEEPEST = 4;
    private static final int DAYS = 1_500;

    /** What rules look at first, and so stands in most resources here. */
    private static final Set<String> FREQUENT = Set.of(
            "code",
            "coding",
            "system",
            "status",
            "value",
            "unit",
            "effective",
            "onset",
            "clinicalStatus",
            "medication",
            "verificationStatus",
            "authoredOn",
            "performed",
            "occurrence",
            "description",
            "vaccineCode",
            "substance");

    /** What is left out: whole resources, what makes a resource one of somebody else, and what nobody reads. */
    private static final Set<String> OMITTED =
            Set.of("contained", "extension", "modifierExtension", "implicitRules", "text", "subject", "patient", "id");

    private static final List<String> UNITS =
            List.of("mg/L", "%", "a", "10*6/kg", "mL/min", "{score}", "d", "kg", "mg", "1");

    private final Random random;
    private final List<Terminology.Code> codes;
    private final Instant around;

    /**
     * @param codes codes that concepts have, more or less
     * @param around what most dates are near
     */
    public RandomResources(Random random, List<Terminology.Code> codes, Instant around) {
        this.random = random;
        this.codes = List.copyOf(codes);
        this.around = around;
    }

    /** A resource about a patient. */
    public Resource of(String type, String id, String patient) {
        Resource resource = (Resource) filled(FhirType.of(type), 0).with("id", id);
        Element reference = Element.of("Reference").with("reference", "Patient/" + patient);
        for (String whose : List.of("subject", "patient")) {
            resource = resource.type().child(whose) == null ? resource : resource.with(whose, reference);
        }
        return resource;
    }

    private Element filled(FhirType type, int depth) {
        Element element = Element.of(type.name());
        for (Child child : type.children()) {
            double share = FREQUENT.contains(child.name()) ? 0.9 : depth == 0 ? 0.3 : 0.2;
            if (!OMITTED.contains(child.name()) && random.nextDouble() < share) {
                element = element.with(child.name(), values(type, child, depth));
            }
        }
        return element;
    }

    private List<Element> values(FhirType type, Child child, int depth) {
        Field field = any(fields(type, child));
        List<Element> values = new ArrayList<>();
        int most = child.isList() ? 1 + random.nextInt(2) : 1;
        while (values.size() < most && isWanted(field, depth)) {
            Element value = value(field, depth + 1);
            if (value.isEmpty()) {
                return values;
            }
            values.add(value);
        }
        return values;
    }

    private static boolean isWanted(Field field, int depth) {
        FhirType type = field.type();
        return type.kind() == Kind.PRIMITIVE
                ? !Set.of("base64Binary", "xhtml").contains(type.name())
                : type.kind() == Kind.COMPLEX && depth < DEEPEST && !type.name().equals("Narrative");
    }

    /** An element under each of its names, in an order that is always the same. */
    private static List<Field> fields(FhirType type, Child child) {
        return type.fields().stream()
                .filter(field -> field.child().equals(child))
                .sorted(Comparator.comparing(Field::name))
                .toList();
    }

    private Element value(Field field, int depth) {
        FhirType type = field.type();
        if (type.kind() == Kind.PRIMITIVE) {
            return new Primitive(type, scalar(type.name(), field));
        }
        if (type.name().equals("Coding")) {
            return any(codes).coding();
        }
        if (type.name().equals("Reference")) {
            return Element.of("Reference")
                    .with("reference", any(List.of("Medication/1", "Condition/1", "Encounter/7")));
        }
        return filled(type, depth);
    }

    private Object scalar(String type, Field field) {
        if (field.codes() != null) {
            return any(field.codes().stream().sorted().toList());
        }
        return switch (type) {
            case "boolean" -> random.nextBoolean();
            case "decimal" -> BigDecimal.valueOf(random.nextInt(20_000), random.nextInt(4));
            case "integer", "unsignedInt" -> random.nextInt(100);
            case "positiveInt" -> 1 + random.nextInt(100);
            case "date" -> day();
            case "dateTime" -> random.nextBoolean() ? day() : moment();
            case "instant" -> moment();
            case "time" -> "09:30:00";
            default -> any(UNITS);
        };
    }

    private Instant near() {
        return around.plus(random.nextInt(DAYS) - DAYS + DAYS / 10, ChronoUnit.DAYS)
                .plusSeconds(random.nextInt(86_400));
    }

    private String day() {
        String day = near().atOffset(ZoneOffset.UTC).toLocalDate().toString();
        return day.substring(0, any(List.of(4, 7, 10, 10, 10)));
    }

    private String moment() {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                near().atOffset(ZoneOffset.ofHours(random.nextInt(25) - 12)));
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
