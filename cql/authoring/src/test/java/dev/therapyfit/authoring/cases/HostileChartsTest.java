package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One small datum that is valid FHIR and kept a thread busy for minutes, or ended the call, changes no decision. */
@Timeout(120)
class HostileChartsTest {
    private static final CqlEvaluator EVALUATOR = WholeContent.EVALUATOR;
    private static final Case EXAMPLE = WholeContent.CASES.stream()
            .filter(one -> one.name().equals("all-open"))
            .findFirst()
            .orElseThrow();
    private static final String PATIENT = "Patient/all-open";

    static List<String> units() {
        return List.of(
                "10*999/L",
                "Ym99",
                "[pi]99",
                "10*1000000000",
                "10*-100000000",
                "10^999",
                "(".repeat(10_000) + "mg" + ")".repeat(10_000),
                "mg/".repeat(10_000) + "L");
    }

    @ParameterizedTest
    @MethodSource("units")
    void a_unit_that_cannot_be_worked_out(String unit) {
        Observation result = new Observation();
        result.setId("hostile");
        result.setStatus(ObservationStatus.FINAL);
        result.setCode(new CodeableConcept(new Coding("http://loinc.org", "1988-5", "CRP")));
        result.setSubject(new Reference(PATIENT));
        result.setEffective(new DateTimeType("2026-06-01"));
        result.setValue(new Quantity()
                .setValue(50)
                .setSystem("http://unitsofmeasure.org")
                .setCode(unit)
                .setUnit("mg/L"));

        assertThat(outcome(result)).isEqualTo(outcome());
    }

    /** What EHRs write for "no end", and the first day of the calendar. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "9999-12-31",
                "9999-12",
                "9999",
                "9999-12-31T23:59:59Z",
                "9999-12-31T23:59:59-12:00",
                "0001-01-01T00:00:00+14:00",
                "0001-01-01"
            })
    void a_date_at_an_end_of_the_calendar(String date) {
        Condition condition = new Condition();
        condition.setId("hostile");
        condition.setCode(new CodeableConcept(new Coding("http://hl7.org/fhir/sid/icd-10-cm", "M17.12", "")));
        condition.setSubject(new Reference(PATIENT));
        condition.setOnset(new DateTimeType(date));
        condition.setRecordedDateElement(new DateTimeType(date));
        condition.setAbatement(new DateTimeType(date));

        assertThat(outcome(condition)).isIn("msc-favoured", "insufficient-data", "both-acceptable");
    }

    private static String outcome(Resource... more) {
        List<Resource> resources = new ArrayList<>(EXAMPLE.resources());
        resources.addAll(List.of(more));
        return String.valueOf(EVALUATOR
                .evaluate(EXAMPLE.record(resources), List.of("Decision"), EXAMPLE.inputs(), EXAMPLE.at())
                .value("Decision", Map.class)
                .orElseThrow()
                .get("outcome"));
    }
}
