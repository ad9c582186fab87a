package dev.therapyfit.hooks.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.record.Incomplete;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.Charts;
import dev.therapyfit.hooks.HookRequests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a statement of the chart refers to as its medication: it is read, or the type of the statement is unread. It is
 * never passed over, since the drug may be one that stands against what is ordered.
 */
class MedicationReferencesTest {
    private static final String UUID = "urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1";
    private static final String MEDICATION =
            "{\"resourceType\": \"Medication\", \"id\": \"m-1\", \"code\": {\"text\": \"zz-tea\"}}";

    // ---- It is here

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Medication/m-1",
                "Medication/m-1/_history/4",
                "https://ehr.example/fhir/Medication/m-1",
                "https://ehr.example/fhir/Medication/m-1/_history/4",
                "https://EHR.example:443/fhir/Medication/m-1"
            })
    void a_medication_that_came_with_the_statement_is_read_however_it_is_referred_to(String reference) {
        PatientRecord record = Charts.record(here(Charts.of("MedicationRequest", referring(reference), MEDICATION)));

        assertThat(record.incomplete()).isEmpty();
        assertThat(record.find("MedicationRequest/drunk")).isPresent();
        assertThat(record.find("Medication/m-1")).isPresent();
    }

    @Test
    void a_contained_medication_is_read() {
        PatientRecord record = Charts.record(here(Charts.of("MedicationRequest", statement("""
                        "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "tea"}}],
                        "medicationReference": {"reference": "#m"}"""))));

        assertThat(record.incomplete()).isEmpty();
        assertThat(record.find("MedicationRequest/drunk")).isPresent();
    }

    @Test
    void a_medication_that_the_bundle_knows_by_its_uuid_is_read() {
        HookRequests request = here(Charts.of("MedicationRequest", referring(UUID), MEDICATION))
                .with("prefetch.medicationRequest.entry.1.fullUrl", UUID);

        PatientRecord record = Charts.record(request);

        assertThat(record.incomplete()).isEmpty();
        assertThat(record.find("Medication/m-1")).isPresent();
    }

    @Test
    void a_medication_without_an_id_that_the_bundle_knows_by_its_uuid_is_read() {
        HookRequests request = here(Charts.of(
                        "MedicationRequest", referring(UUID), MEDICATION.replace("\"id\": \"m-1\", ", "")))
                .with("prefetch.medicationRequest.entry.1.fullUrl", UUID);

        PatientRecord record = Charts.record(request);

        assertThat(record.incomplete()).isEmpty();
        assertThat(record.retrieve("Medication")).hasSize(1);
    }

    // ---- It is not here

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Medication/m-2",
                "Medication/m-2/_history/4",
                "https://ehr.example/fhir/Medication/m-2",
                "https://other.example/fhir/Medication/m-1",
                "https://other.example/fhir/Medication/m-1/_history/4",
                "https://ehr.example/fhir2/Medication/m-1",
                "http://ehr.example/fhir/Medication/m-1",
                "#m-1",
                "#",
                "urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1",
                "urn:oid:1.2.3.4",
                "Medication?identifier=zz-system|zz-value",
                "https://other.example/zz/drug.html",
                "zz words that are no reference"
            })
    void a_statement_whose_medication_is_not_here_is_unread(String reference) {
        assertUnread(here(Charts.of("MedicationRequest", referring(reference), MEDICATION)));
    }

    /** An id without a type: either it is taken for that of a Medication, or it leads nowhere. */
    @Test
    void a_reference_without_a_type_is_not_passed_over() {
        assertUnread(here(Charts.of("MedicationRequest", referring("m-2"), MEDICATION)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"identifier\": {\"system\": \"http://www.nlm.nih.gov/research/umls/rxnorm\", \"value\": \"11289\"}}",
                "{\"type\": \"Medication\", \"identifier\": {\"value\": \"zz-value\"}}",
                "{\"identifier\": {\"value\": \"zz-value\"}, \"display\": \"zz-tea\"}"
            })
    void a_statement_that_names_its_medication_by_an_identifier_is_unread(String reference) {
        assertUnread(
                here(Charts.of("MedicationRequest", statement("\"medicationReference\": " + reference), MEDICATION)));
    }

    @Test
    void a_reference_to_what_is_contained_under_another_id_is_unread() {
        assertUnread(here(Charts.of("MedicationRequest", statement("""
                        "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "tea"}}],
                        "medicationReference": {"reference": "#n"}"""))));
    }

    @Test
    void a_uuid_of_another_bundle_is_read_or_unread() {
        HookRequests request = here(Charts.of("MedicationRequest", referring(UUID)))
                .withJson("prefetch.observation", Charts.searchSet(MEDICATION, Charts.resource("Observation", "o", "")))
                .with("prefetch.observation.entry.0.fullUrl", UUID);

        PatientRecord record = Charts.record(request);

        // Read would mean that the statement refers to the Medication by its id: no urn:uuid leads there.
        boolean isLed = record.find("MedicationRequest/drunk")
                .map(fact -> fact.resource().first("medication").orElseThrow().hasText("reference", "Medication/m-1"))
                .orElse(false);
        assertThat(isLed || isUnread(record, "MedicationRequest")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1", "#m-1", "Medication/m-2/_history/1"})
    void other_statements_about_medications_are_unread_likewise(String reference) {
        String statement = referring(reference).replace("MedicationRequest", "MedicationStatement");

        PatientRecord record = Charts.record(here(Charts.of("MedicationStatement", statement, MEDICATION)));

        assertThat(isUnread(record, "MedicationStatement")).isTrue();
    }

    // ---- What does not count is not followed

    @ParameterizedTest
    @ValueSource(strings = {"entered-in-error", "draft"})
    void what_does_not_count_does_not_leave_its_type_unread(String status) {
        String statement = statement("\"medicationReference\": {\"identifier\": {\"value\": \"zz-value\"}}")
                .replace("active", status);

        assertThat(Charts.record(here(Charts.of("MedicationRequest", statement)))
                        .incomplete())
                .isEmpty();
    }

    /** As much as a text instead of a code says. */
    @Test
    void a_reference_of_words_only_leads_nowhere_and_leaves_nothing_unread() {
        String statement = statement("\"medicationReference\": {\"display\": \"tea\"}");

        assertThat(Charts.record(here(Charts.of("MedicationRequest", statement)))
                        .incomplete())
                .isEmpty();
    }

    // ---- Helpers

    /** The server is said, and does not answer: what is not here stays unread. */
    private static HookRequests here(HookRequests request) {
        return request.with("fhirServer", "https://ehr.example/fhir");
    }

    private static String referring(String reference) {
        return statement("\"medicationReference\": {\"reference\": \"" + reference + "\"}");
    }

    private static String statement(String elements) {
        return Charts.resource(
                "MedicationRequest", "drunk", "\"status\": \"active\", \"intent\": \"order\", " + elements);
    }

    private static void assertUnread(HookRequests request) {
        PatientRecord record = Charts.record(request);

        assertThat(isUnread(record, "MedicationRequest"))
                .as("MedicationRequest among %s", record.incomplete())
                .isTrue();
        assertThat(record.incomplete())
                .allSatisfy(unread -> assertThat(unread.reason()).doesNotContain("zz", "11289", "0c1f4cfa"));
    }

    private static boolean isUnread(PatientRecord record, String type) {
        return record.incomplete().stream().map(Incomplete::type).anyMatch(type::equals);
    }
}
