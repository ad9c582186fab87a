package dev.therapyfit.hooks.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.hooks.Records;
import java.math.BigDecimal;
import java.util.Map;
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
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class EvidenceReaderTest {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Test
    void a_quantity_is_a_number_with_the_code_of_its_unit() {
        Map<String, Object> evidence = ofValue(new Quantity()
                .setValue(new BigDecimal("7.40"))
                .setUnit("percent")
                .setCode("%"));

        assertThat(evidence.get("value")).isEqualTo(new BigDecimal("7.40"));
        assertThat(evidence.get("unit")).isEqualTo("%");
    }

    @ParameterizedTest
    @CsvSource({"<, <5.0", "<=, <=5.0", ">, >5.0", ">=, >=5.0"})
    void a_comparator_stays_with_its_number(String comparator, String shown) {
        Map<String, Object> evidence = ofValue(
                new Quantity().setValue(new BigDecimal("5.0")).setComparator(QuantityComparator.fromCode(comparator)));

        assertThat(evidence.get("value")).isEqualTo(shown);
    }

    @Test
    void a_quantity_without_a_number_has_no_value() {
        assertThat(ofValue(new Quantity().setCode("mg")).get("value")).isNull();
        assertThat(ofValue(new Quantity().setComparator(QuantityComparator.LESS_THAN))
                        .get("value"))
                .isNull();
    }

    @Test
    void numbers_booleans_and_codes_are_values() {
        assertThat(ofValue(new org.hl7.fhir.r4.model.IntegerType(4)).get("value"))
                .isEqualTo(4);
        assertThat(ofValue(new BooleanType(false)).get("value")).isEqualTo(false);
        assertThat(ofValue(Records.concept("very")).get("value")).isEqualTo("very");
    }

    @Test
    void free_text_is_never_shown() {
        assertThat(ofValue(new StringType("zz-text")).get("value")).isNull();
        assertThat(ofValue(new CodeableConcept().setText("zz-text")).get("value"))
                .isNull();
        assertThat(ofValue(new CodeableConcept().addCoding(new Coding().setDisplay("zz-text")))
                        .get("value"))
                .isNull();
        assertThat(ofValue(new Range()).get("value")).isNull();
        assertThat(ofValue(null).get("value")).isNull();
    }

    @Test
    void the_first_coding_with_a_code_is_the_code() {
        Observation observation = new Observation();
        observation.setId("o");
        observation.getCode().addCoding().setDisplay("zz-text");
        observation.getCode().addCoding().setCode("second");

        assertThat(read(observation).get("code")).isEqualTo("second");
    }

    @Test
    void the_code_of_an_order_is_what_is_ordered() {
        MedicationRequest order = Records.order("m", "tea");
        assertThat(read(order).get("code")).isEqualTo("tea");
        assertThat(read(Records.orderOf("m", "Medication/1")).get("code")).isNull();
        Goal goal = new Goal();
        goal.setId("g");
        goal.setDescription(Records.concept("rest"));
        assertThat(read(goal).get("code")).isEqualTo("rest");
    }

    @ParameterizedTest
    @CsvSource({"2026", "2026-03", "2026-03-04", "2026-03-04T05:06:07+09:00"})
    void a_date_keeps_the_precision_of_the_record(String date) {
        Observation observation = new Observation();
        observation.setId("o");
        observation.setEffective(new DateTimeType(date));

        assertThat(read(observation).get("date")).isEqualTo(date);
    }

    @Test
    void a_period_is_dated_by_its_start() {
        Observation observation = new Observation();
        observation.setId("o");
        observation.setEffective(new Period().setStartElement(new DateTimeType("2026-03")));
        assertThat(read(observation).get("date")).isEqualTo("2026-03");

        observation.setEffective(new Period().setEndElement(new DateTimeType("2026-03")));
        assertThat(read(observation).get("date")).isNull();
    }

    @Test
    void the_clinical_date_comes_before_the_date_of_the_record() {
        Condition condition = new Condition();
        condition.setId("c");
        condition.setRecordedDateElement(new DateTimeType("2026-03"));
        assertThat(read(condition).get("date")).isEqualTo("2026-03");

        condition.setOnset(new DateTimeType("2020"));
        assertThat(read(condition).get("date")).isEqualTo("2020");

        Patient patient = Records.patient();
        patient.setBirthDateElement(new DateType("1980-01"));
        assertThat(read(patient).get("date")).isEqualTo("1980-01");
    }

    @ParameterizedTest
    @EnumSource(Origin.class)
    void the_origin_is_told(Origin origin) {
        Map<String, Object> evidence = read(Records.thirst("t"), origin);

        assertThat((String) evidence.get("origin"))
                .isIn("prefetch", "fetched", "context")
                .isEqualToIgnoringCase(origin.name());
    }

    private static Map<String, Object> ofValue(@Nullable Type value) {
        Observation observation = new Observation();
        observation.setId("o");
        if (value != null) {
            observation.setValue(value);
        }
        return read(observation);
    }

    private static Map<String, Object> read(Resource resource) {
        return read(resource, Origin.PREFETCH);
    }

    private static Map<String, Object> read(Resource resource, Origin origin) {
        return JSON.convertValue(
                EvidenceReader.read(new Fact("X/y", Written.read(resource), origin)), new TypeReference<>() {});
    }
}
