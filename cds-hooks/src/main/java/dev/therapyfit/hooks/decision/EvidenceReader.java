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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

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

    /**
     * The datum as a decision's JSON has it: its {@code reference}; {@code code}, the first of the resource; {@code value}, a
     * number, a boolean, a code or a number with its comparator, absent if there is none or free text only; {@code unit}, UCUM;
     * {@code date}, the clinically relevant one, in the precision of the record; {@code origin}, {@code prefetch}, {@code
     * fetched} or {@code context}.
     */
    static ObjectNode read(Fact fact) {
        Resource resource = fact.resource();
        Optional<Element> value = resource.first("value");
        ObjectNode datum = JsonNodeFactory.instance.objectNode().put("reference", fact.reference());
        first(resource, CODE_ELEMENTS, EvidenceReader::code).ifPresent(code -> datum.put("code", code));
        value.map(EvidenceReader::value).ifPresent(one -> datum.set("value", one));
        value.filter(EvidenceReader::isQuantity)
                .flatMap(quantity -> quantity.text("code"))
                .ifPresent(unit -> datum.put("unit", unit));
        first(resource, DATE_ELEMENTS, EvidenceReader::date).ifPresent(date -> datum.put("date", date));
        return datum.put("origin", fact.origin().name().toLowerCase(Locale.ROOT));
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

    private static @Nullable JsonNode value(Element value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (isQuantity(value)) {
            Object number = value.first("value")
                    .map(Primitive.class::cast)
                    .map(Primitive::value)
                    .orElse(null);
            if (!(number instanceof BigDecimal decimal)) {
                return null;
            }
            return value.text("comparator")
                    .<JsonNode>map(comparator -> json.stringNode(comparator + decimal.toPlainString()))
                    .orElseGet(() -> json.numberNode(decimal));
        }
        Object scalar = value instanceof Primitive primitive ? primitive.value() : null;
        if (scalar instanceof Integer number) {
            return json.numberNode(number);
        }
        if (scalar instanceof Boolean flag) {
            return json.booleanNode(flag);
        }
        return code(value).map(json::stringNode).orElse(null);
    }
}
