package dev.therapyfit.hooks.decision;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Primitive;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Fact;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the datum of any FHIR R4 resource: element names are FHIR's own, none is known for its clinical meaning. */
final class EvidenceReader {
    private static final List<String> CODE_ELEMENTS =
            List.of("code", "medication", "description", "event", "scope", "type");
    private static final List<String> DATE_ELEMENTS = List.of(
            "effective",
            "onset",
            "performed",
            "occurrence",
            "start",
            "date",
            "dateTime",
            "birthDate",
            "authoredOn",
            "recordedDate",
            "dateAsserted");

    private EvidenceReader() {}

    static Evidence read(Fact fact) {
        Resource resource = fact.resource();
        Optional<Element> value = resource.first("value");
        return new Evidence(
                fact.reference(),
                first(resource, CODE_ELEMENTS, EvidenceReader::code).orElse(null),
                value.map(EvidenceReader::value).orElse(null),
                value.filter(EvidenceReader::isQuantity)
                        .flatMap(quantity -> quantity.text("code"))
                        .orElse(null),
                first(resource, DATE_ELEMENTS, EvidenceReader::date).orElse(null),
                fact.origin().name().toLowerCase(Locale.ROOT));
    }

    private static Optional<String> first(
            Resource resource, List<String> elements, Function<Element, Optional<String>> reading) {
        return elements.stream()
                .flatMap(element -> resource.all(element).stream())
                .map(reading)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> code(Element value) {
        return value.is("CodeableConcept")
                ? value.all("coding").stream()
                        .flatMap(coding -> coding.text("code").stream())
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<String> date(Element value) {
        return switch (value.type().name()) {
            case "date", "dateTime", "instant" -> value.text();
            case "Period" -> value.text("start");
            default -> Optional.empty();
        };
    }

    private static boolean isQuantity(Element value) {
        return value.is("Quantity");
    }

    private static @Nullable Object value(Element value) {
        if (isQuantity(value)) {
            Object number = value.first("value")
                    .map(Primitive.class::cast)
                    .map(Primitive::value)
                    .orElse(null);
            Optional<String> comparator = value.text("comparator");
            return comparator.isPresent() && number instanceof BigDecimal decimal
                    ? comparator.get() + decimal.toPlainString()
                    : number;
        }
        if (value instanceof Primitive primitive
                && (primitive.value() instanceof Integer || primitive.value() instanceof Boolean)) {
            return primitive.value();
        }
        return code(value).orElse(null);
    }
}
