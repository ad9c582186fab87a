package dev.therapyfit.fhirserver.seed;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.time.LocalDate;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DateShiftTest {
    private static final LocalDate WRITTEN_FOR = LocalDate.parse("2026-06-15");

    @ParameterizedTest
    @CsvSource({
        // whole days, over a leap day too
        "30, 2026-06-15, 2026-07-15",
        "-30, 2026-06-15, 2026-05-16",
        "1, 2024-02-28, 2024-02-29",
        "366, 2024-02-29, 2025-03-01",
        // time of day, fraction and offset stay
        "30, 2026-06-15T23:30:00.125+02:00, 2026-07-15T23:30:00.125+02:00",
        "30, 2026-12-31T00:00:00Z, 2027-01-30T00:00:00Z",
        // a month is moved by its middle
        "0, 2026-06, 2026-06",
        "15, 2026-06, 2026-06",
        "16, 2026-06, 2026-07",
        "30, 2026-12, 2027-01",
        "-15, 2026-06, 2026-05",
        // a year too
        "0, 2020, 2020",
        "183, 2020, 2020",
        "184, 2020, 2021",
        "365, 2020, 2021",
        "-182, 2020, 2020",
        "-183, 2020, 2019",
    })
    void a_date_keeps_its_precision(int days, String date, String expected) {
        assertThat(DateShift.between(WRITTEN_FOR, WRITTEN_FOR.plusDays(days)).moved(date))
                .isEqualTo(expected);
    }

    @Test
    void every_date_inside_is_moved() {
        MedicationRequest request =
                FhirContext.forR4Cached().newJsonParser().parseResource(MedicationRequest.class, """
                        {"resourceType": "MedicationRequest", "status": "active", "intent": "order",
                         "extension": [{"url": "https://example.org/seen", "valueDate": "2026-06-01"}],
                         "contained": [{"resourceType": "Medication", "id": "m",
                                        "batch": {"expirationDate": "2026-06-02T10:00:00Z"}}],
                         "medicationReference": {"reference": "#m"},
                         "subject": {"reference": "Patient/p", "display": "born 2026-06-03"},
                         "authoredOn": "2026-06-04",
                         "_authoredOn": {"extension": [
                           {"url": "https://example.org/signed", "valueInstant": "2026-06-05T10:00:00Z"}]},
                         "dosageInstruction": [{"timing": {"event": ["2026-06-06"],
                           "repeat": {"boundsPeriod": {"start": "2026-06-07", "end": "2026-06"}}}}]}""");

        DateShift.between(WRITTEN_FOR, WRITTEN_FOR.plusDays(10)).apply(request);

        assertThat(FhirContext.forR4Cached().newJsonParser().encodeResourceToString(request))
                .contains(
                        "\"2026-06-11\"",
                        "\"2026-06-12T10:00:00Z\"",
                        "born 2026-06-03",
                        "\"2026-06-14\"",
                        "\"2026-06-15T10:00:00Z\"",
                        "\"2026-06-16\"",
                        "\"2026-06-17\"",
                        "\"2026-06\"");
    }

    @Test
    void a_date_of_which_only_an_extension_is_known_stays_empty() {
        Goal goal = FhirContext.forR4Cached().newJsonParser().parseResource(Goal.class, """
                        {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "walk"},
                         "subject": {"reference": "Patient/p"},
                         "_startDate": {"extension": [
                           {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                            "valueCode": "unknown"}]}}""");

        DateShift.between(WRITTEN_FOR, WRITTEN_FOR.plusDays(10)).apply(goal);

        assertThat(goal.getStartDateType().hasValue()).isFalse();
    }
}
