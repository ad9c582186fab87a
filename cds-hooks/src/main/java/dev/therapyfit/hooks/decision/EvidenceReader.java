package dev.therapyfit.hooks.decision;

import dev.therapyfit.cql.record.Fact;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Resource;
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
        Base value = values(resource, "value").findFirst().orElse(null);
        return new Evidence(
                fact.reference(),
                first(resource, CODE_ELEMENTS, EvidenceReader::code).orElse(null),
                value(value),
                value instanceof Quantity quantity ? quantity.getCode() : null,
                first(resource, DATE_ELEMENTS, EvidenceReader::date).orElse(null),
                fact.origin().name().toLowerCase(Locale.ROOT));
    }

    private interface Reading {
        Optional<String> of(Base value);
    }

    private static Optional<String> first(Resource resource, List<String> elements, Reading reading) {
        return elements.stream()
                .flatMap(element -> values(resource, element))
                .map(reading::of)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Stream<Base> values(Resource resource, String element) {
        Property property = resource.getNamedProperty(element);
        return property == null ? Stream.of() : property.getValues().stream();
    }

    private static Optional<String> code(Base value) {
        return value instanceof CodeableConcept concept
                ? concept.getCoding().stream()
                        .map(Coding::getCode)
                        .filter(Objects::nonNull)
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<String> date(Base value) {
        if (value instanceof BaseDateTimeType dateTime) {
            return Optional.ofNullable(dateTime.getValueAsString());
        }
        return value instanceof Period period
                ? Optional.ofNullable(period.getStartElement().getValueAsString())
                : Optional.empty();
    }

    private static @Nullable Object value(@Nullable Base value) {
        if (value instanceof Quantity quantity) {
            return quantity.hasComparator() && quantity.hasValue()
                    ? quantity.getComparator().toCode() + quantity.getValue().toPlainString()
                    : quantity.getValue();
        }
        if (value instanceof IntegerType integer) {
            return integer.getValue();
        }
        if (value instanceof BooleanType bool) {
            return bool.getValue();
        }
        return value == null ? null : code(value).orElse(null);
    }
}
