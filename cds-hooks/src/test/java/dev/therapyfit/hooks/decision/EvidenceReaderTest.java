package dev.therapyfit.hooks.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.hooks.Records;
import java.math.BigDecimal;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Quantity.QuantityComparator;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EvidenceReaderTest {
    @Test
    void a_quantity_is_a_number_with_the_code_of_its_unit() {
        Evidence evidence = ofValue(new Quantity()
                .setValue(new BigDecimal("7.40"))
                .setUnit("percent")
                .setCode("%"));

        assertThat(evidence.value()).isEqualTo(new BigDecimal("7.40"));
        assertThat(evidence.unit()).isEqualTo("%");
    }

    @ParameterizedTest
    @CsvSource({"<, <5.0", "<=, <=5.0", ">, >5.0", ">=, >=5.0"})
    void a_comparator_stays_with_its_number(String comparator, String shown) {
        Evidence evidence = ofValue(
                new Quantity().setValue(new BigDecimal("5.0")).setComparator(QuantityComparator.fromCode(comparator)));

        assertThat(evidence.value()).isEqualTo(shown);
    }

    @Test
    void a_quantity_without_a_number_has_no_value() {
        assertThat(ofValue(new Quantity().setCode("mg")).value()).isNull();
        assertThat(ofValue(new Quantity().setComparator(QuantityComparator.LESS_THAN))
                        .value())
                .isNull();
    }

    @Test
    void numbers_booleans_and_codes_are_values() {
        assertThat(ofValue(new org.hl7.fhir.r4.model.IntegerType(4)).value()).isEqualTo(4);
        assertThat(ofValue(new BooleanType(false)).value()).isEqualTo(false);
        assertThat(ofValue(Records.concept("very")).value()).isEqualTo("very");
    }

    @Test
    void free_text_is_never_shown() {
        assertThat(ofValue(new StringType("zz-text")).value()).isNull();
        assertThat(ofValue(new CodeableConcept().setText("zz-text")).value()).isNull();
        assertThat(ofValue(new CodeableConcept().addCoding(new Coding().setDisplay("zz-text")))
                        .value())
                .isNull();
        assertThat(ofValue(new Range()).value()).isNull();
        assertThat(ofValue(null).value()).isNull();
    }

    @Test
    void the_first_coding_with_a_code_is_the_code() {
        Observation observation = new Observation();
        observation.setId("o");
        observation.getCode().addCoding().setDisplay("zz-text");
        observation.getCode().addCoding().setCode("second");

        assertThat(read(observation).code()).isEqualTo("second");
    }

    @Test
    void the_code_of_an_order_is_what_is_ordered() {
        MedicationRequest order = Records.order("m", "tea");
        assertThat(read(order).code()).isEqualTo("tea");
        assertThat(read(Records.orderOf("m", "Medication/1")).code()).isNull();
        Goal goal = new Goal();
        goal.setId("g");
        goal.setDescription(Records.concept("rest"));
        assertThat(read(goal).code()).isEqualTo("rest");
    }

    @ParameterizedTest
    @CsvSource({"2026", "2026-03", "2026-03-04", "2026-03-04T05:06:07+09:00"})
    void a_date_keeps_the_precision_of_the_record(String date) {
        Observation observation = new Observation();
        observation.setId("o");
        observation.setEffective(new DateTimeType(date));

        assertThat(read(observation).date()).isEqualTo(date);
    }

    @Test
    void a_period_is_dated_by_its_start() {
        Observation observation = new Observation();
        observation.setId("o");
        observation.setEffective(new Period().setStartElement(new DateTimeType("2026-03")));
        assertThat(read(observation).date()).isEqualTo("2026-03");

        observation.setEffective(new Period().setEndElement(new DateTimeType("2026-03")));
        assertThat(read(observation).date()).isNull();
    }

    @Test
    void the_clinical_date_comes_before_the_date_of_the_record() {
        Condition condition = new Condition();
        condition.setId("c");
        condition.setRecordedDateElement(new DateTimeType("2026-03"));
        assertThat(read(condition).date()).isEqualTo("2026-03");

        condition.setOnset(new DateTimeType("2020"));
        assertThat(read(condition).date()).isEqualTo("2020");

        Patient patient = Records.patient();
        patient.setBirthDateElement(new DateType("1980-01"));
        assertThat(read(patient).date()).isEqualTo("1980-01");
    }

    @ParameterizedTest
    @EnumSource(Origin.class)
    void the_origin_is_told(Origin origin) {
        Evidence evidence = EvidenceReader.read(new Fact("Observation/t", Written.read(Records.thirst("t")), origin));

        assertThat(evidence.origin()).isIn("prefetch", "fetched", "context").isEqualToIgnoringCase(origin.name());
    }

    private static Evidence ofValue(@Nullable Type value) {
        Observation observation = new Observation();
        observation.setId("o");
        if (value != null) {
            observation.setValue(value);
        }
        return read(observation);
    }

    private static Evidence read(Resource resource) {
        return EvidenceReader.read(new Fact("X/y", Written.read(resource), Origin.PREFETCH));
    }
}
