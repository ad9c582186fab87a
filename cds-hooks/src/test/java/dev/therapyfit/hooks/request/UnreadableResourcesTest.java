package dev.therapyfit.hooks.request;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.Incomplete;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.Charts;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One resource that cannot be read costs its type and not the call. What is expected of {@link PatientRecord#incomplete()}: one
 * entry of the resource's type, whose reason names the element as FHIR's JSON writes it, below the resource, such as {@code
 * valueQuantity.comparator}; what stands before it (such as {@code prefetch.observation.entry[1].resource.}), how the
 * indexes of what is repeated are written, and all other words are free. No value of the body is in it. The resource itself
 * is no fact, since what is left of it would say something else; all others are, of its type too. For the Patient and the
 * selected order the call ends with 400, which names the element.
 */
class UnreadableResourcesTest {
    private static final String LONG = "QUJD".repeat(520_000);
    private static final String ENTRY = "context.draftOrders.entry.0.resource";

    // ---- An element that cannot be read

    /** Type, elements, the element that is named. */
    static Stream<Arguments> unreadable() {
        return Stream.of(
                // dates and times
                Arguments.of("Condition", "'onsetDateTime': '2019-02-30'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': '2019-02-29'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': '2019-13-01'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': '2019-00-10'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': '2019-2-3'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': '20190203'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': '03.02.2019'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': '2019-02-03 09:00:00'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': '2019-02-03T25:00:00Z'", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': 'unknown'", "onsetDateTime"),
                Arguments.of("Condition", "'recordedDate': '2019-02-30'", "recordedDate"),
                Arguments.of(
                        "Condition", "'onsetPeriod': {'start': '2019-02-03', 'end': '2019-02-30'}", "onsetPeriod.end"),
                Arguments.of("Observation", "'effectiveDateTime': '2026-06-10T10:00'", "effectiveDateTime"),
                Arguments.of("Observation", "'issued': '2019-02-30T10:00:00Z'", "issued"),
                Arguments.of("AllergyIntolerance", "'lastOccurrence': '2019-02-30'", "lastOccurrence"),
                Arguments.of(
                        "Condition",
                        "'extension': [{'url': 'https://toy.example/x', 'valueDate': '2019-02-30'}]",
                        "extension.valueDate"),
                // numbers and units
                Arguments.of(
                        "Observation",
                        "'valueQuantity': {'value': 210, 'comparator': '<>'}",
                        "valueQuantity.comparator"),
                Arguments.of("Observation", "'valueQuantity': {'value': '<5'}", "valueQuantity.value"),
                Arguments.of("Observation", "'valueQuantity': {'value': '5,4'}", "valueQuantity.value"),
                Arguments.of("Observation", "'valueInteger': 3.5", "valueInteger"),
                Arguments.of("Observation", "'valueBoolean': 'yes'", "valueBoolean"),
                Arguments.of(
                        "Observation",
                        "'component': [{'code': {'text': 'a'}, 'valueQuantity': {'value': 1, 'comparator': '<>'}}]",
                        "component.valueQuantity.comparator"),
                // codes of a required binding
                Arguments.of("Observation", "'status': 'zz-status'", "status"),
                Arguments.of("Observation", "'status': 'Final'", "status"),
                Arguments.of("AllergyIntolerance", "'category': ['food', 'zz-category']", "category"),
                Arguments.of("AllergyIntolerance", "'criticality': 'zz-high'", "criticality"),
                // wrong JSON types
                Arguments.of("Condition", "'code': {'text': 4711}", "code.text"),
                Arguments.of("Condition", "'code': {'text': true}", "code.text"),
                Arguments.of("Condition", "'code': {'coding': [{'code': 254837009}]}", "code.coding.code"),
                Arguments.of("Condition", "'code': 'zz-code'", "code"),
                Arguments.of("Condition", "'code': {'coding': 'zz-code'}", "code.coding"),
                Arguments.of("Condition", "'code': {'coding': ['zz-code']}", "code.coding"),
                Arguments.of("Condition", "'code': [{'text': 'zz-one'}, {'text': 'zz-two'}]", "code"),
                Arguments.of("Condition", "'onsetDateTime': {'value': '2019-02-03'}", "onsetDateTime"),
                Arguments.of("Condition", "'onsetDateTime': ['2019-02-03', '2020-02-03']", "onsetDateTime"),
                Arguments.of("Condition", "'category': 'zz-category'", "category"),
                Arguments.of("Condition", "'stage': [17]", "stage"),
                Arguments.of("Observation", "'valueQuantity': 210", "valueQuantity"),
                Arguments.of("Observation", "'valueQuantity': '210 mg/L'", "valueQuantity"),
                Arguments.of("Observation", "'note': [{'text': {'a': 1}}]", "note.text"),
                // other versions
                Arguments.of("Condition", "'clinicalStatus': 'active'", "clinicalStatus"),
                Arguments.of("Condition", "'verificationStatus': 'entered-in-error'", "verificationStatus"),
                Arguments.of("AllergyIntolerance", "'clinicalStatus': 'active'", "clinicalStatus"),
                Arguments.of("AllergyIntolerance", "'verificationStatus': 'confirmed'", "verificationStatus"),
                Arguments.of("AllergyIntolerance", "'substance': {'text': 'zz-substance'}", "substance"),
                Arguments.of("AllergyIntolerance", "'status': 'active'", "status"),
                Arguments.of(
                        "MedicationRequest",
                        "'status': 'active', 'intent': 'order', 'medication': {'concept': {'text': 'zz-drug'}}",
                        "medication"),
                Arguments.of(
                        "MedicationStatement",
                        "'status': 'active', 'medication': {'reference': {'reference': 'Medication/zz'}}",
                        "medication"),
                // an element that no version has
                Arguments.of("Condition", "'notAnElement': {'a': 1}", "notAnElement"),
                Arguments.of("Condition", "'code': {'text': 'a', 'notAnElement': 1}", "code.notAnElement"),
                // two where there can be one
                Arguments.of("Observation", "'valueInteger': 3, 'valueString': 'zz-value'", "value"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void a_resource_that_cannot_be_read_costs_its_type_and_no_more(String type, String elements, String element) {
        PatientRecord record = Charts.record(Charts.of(
                type,
                Charts.resource(type, "zz-good", ""),
                Charts.resource(type, "zz-bad", json(elements)),
                Charts.resource("Basic", "zz-beside", "")));

        assertUnread(record, type, element);
        assertThat(record.find(type + "/zz-bad")).as("what is left of it").isEmpty();
        assertThat(record.find(type + "/zz-good")).as("another of the type").isPresent();
        assertThat(record.find("Basic/zz-beside")).as("what came besides").isPresent();
        for (String value : elements.split("'", -1)) {
            if (value.contains("20") || value.contains("zz") || value.contains("<")) {
                assertThat(record.incomplete().get(0).reason()).doesNotContain(value);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Condition | 'clinicalStatus': 'active', 'verificationStatus': 'confirmed' | clinicalStatus",
                "AllergyIntolerance | 'clinicalStatus': 'active', 'verificationStatus': 'confirmed' | clinicalStatus",
                "AllergyIntolerance | 'substance': {'text': 'zz'}, 'status': 'active' | substance",
                "AllergyIntolerance | 'onset': '2019', 'substance': {'text': 'zz'}, 'status': 'active' | substance",
                "MedicationStatement | 'status': 'recorded', 'medication': {'concept': {'text': 'zz'}} | medication"
            })
    void of_several_elements_that_cannot_be_read_at_least_one_is_named(String type, String elements, String either) {
        PatientRecord record = Charts.record(Charts.of(type, Charts.resource(type, "zz-bad", json(elements))));

        assertThat(record.incomplete()).singleElement().satisfies(unread -> {
            assertThat(unread.type()).isEqualTo(type);
            assertThat(unread.reason()).containsAnyOf(either, "verificationStatus", "status", "onset");
        });
        assertThat(record.facts()).hasSize(1);
    }

    @Test
    void what_cannot_be_read_of_several_types_leaves_each_of_them_unread_once() {
        HookRequests request = Charts.empty()
                .withJson(
                        "prefetch.condition",
                        Charts.searchSet(
                                Charts.resource("Condition", "a", json("'onsetDateTime': '2019-02-30'")),
                                Charts.resource("Condition", "b", json("'recordedDate': '2019-02-30'")),
                                Charts.resource("Observation", "c", json("'valueInteger': 3.5"))))
                .withJson(
                        "prefetch.allergyIntolerance",
                        Charts.searchSet(
                                Charts.resource("AllergyIntolerance", "d", json("'clinicalStatus': 'active'"))));

        assertThat(Charts.record(request).incomplete())
                .extracting(Incomplete::type)
                .containsExactlyInAnyOrder("AllergyIntolerance", "Condition", "Observation");
    }

    /** It can be anything that was searched for. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'resourceType': ''}", "{'resourceType': null, 'id': 'zz'}", "'zz'"})
    void what_does_not_say_its_type_costs_the_type_of_the_search(String resource) {
        PatientRecord record =
                Charts.record(Charts.of("Condition", Charts.resource("Condition", "zz-good", ""), json(resource)));

        assertThat(record.incomplete()).extracting(Incomplete::type).containsExactly("Condition");
        assertThat(record.find("Condition/zz-good")).isPresent();
    }

    @Test
    void what_cannot_be_read_in_a_bundle_in_a_bundle_costs_its_type() {
        PatientRecord record = Charts.record(Charts.of(
                "Condition",
                Charts.searchSet(
                        Charts.resource("Condition", "zz-good", ""),
                        Charts.resource("Condition", "zz-bad", json("'onsetDateTime': '2019-02-30'")))));

        assertUnread(record, "Condition", "onsetDateTime");
        assertThat(record.find("Condition/zz-good")).isPresent();
    }

    @Test
    void what_is_left_of_a_bundle_is_not_taken_for_the_answer_to_another_search() {
        PatientRecord record = Charts.record(Charts.of(
                "Condition",
                Charts.resource("Condition", "zz-bad", json("'onsetDateTime': '2019-02-30'")),
                Charts.resource("Basic", "zz-beside", "")));

        assertUnread(record, "Condition", "onsetDateTime");
        assertThat(record.find("Basic/zz-beside")).isPresent();
    }

    @Test
    void the_element_is_named_also_where_a_total_counts_the_resource() {
        HookRequests request = Charts.of(
                        "Condition",
                        Charts.resource("Condition", "zz-good", ""),
                        Charts.resource("Condition", "zz-bad", json("'onsetDateTime': '2019-02-30'")))
                .withJson("prefetch.condition.total", "2");

        assertUnread(Charts.record(request), "Condition", "onsetDateTime");
    }

    /** The name of an element is of the client's choosing, and the reason is logged and shown. */
    @Test
    void the_name_of_an_element_does_not_make_a_reason_long_or_break_its_line() {
        for (String name : List.of("z".repeat(10_000), "a\\nb", "a\\u0000b", "a\\u2028b")) {
            PatientRecord record =
                    Charts.record(Charts.of("Condition", Charts.resource("Condition", "bad", "\"" + name + "\": 1")));

            assertThat(record.incomplete()).singleElement().satisfies(unread -> {
                assertThat(unread.type()).isEqualTo("Condition");
                assertThat(unread.reason()).hasSizeLessThan(1_000).doesNotContain("\n", "\u0000", "\u2028");
            });
        }
    }

    @Test
    void what_is_contained_and_cannot_be_read_costs_the_type_that_contains_it() {
        PatientRecord record = Charts.record(
                Charts.of("MedicationRequest", Charts.resource("MedicationRequest", "zz-bad", json("""
                        'status': 'active', 'medicationReference': {'reference': '#m'},
                        'contained': [{'resourceType': 'Medication', 'id': 'm', 'status': 'zz-status'}]"""))));

        assertUnread(record, "MedicationRequest", "status");
    }

    @Test
    void what_refers_to_a_product_that_cannot_be_read_is_unread_too() {
        PatientRecord record = Charts.record(Charts.of(
                "MedicationRequest",
                Charts.resource(
                        "MedicationRequest",
                        "a",
                        json("'status': 'active', 'medicationReference': {'reference': 'Medication/zz-bad'}")),
                json("{'resourceType': 'Medication', 'id': 'zz-bad', 'code': 'zz-drug'}")));

        assertThat(record.incomplete()).extracting(Incomplete::type).containsExactly("Medication", "MedicationRequest");
        assertThat(record.find("Medication/zz-bad")).isEmpty();
    }

    @Test
    void with_a_fhir_server_that_does_not_answer_the_type_is_unread_and_the_call_goes_on() {
        PatientRecord record = Charts.record(
                Charts.of("Condition", Charts.resource("Condition", "a", json("'onsetDateTime': '2019-02-30'")))
                        .with("fhirServer", "https://ehr.example/fhir"));

        assertThat(record.incomplete()).extracting(Incomplete::type).containsExactly("Condition");
    }

    /** What it is about cannot be known: that something was wrong must be. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'resourceType': 'OperationOutcome', 'issue': [{'severity': 'warning', 'code': 'zz-code'}]}",
                "{'resourceType': 'OperationOutcome', 'issue': [{'severity': 'zz', 'code': 'suppressed'}]}",
                "{'resourceType': 'OperationOutcome', 'issue': 'zz-issue'}"
            })
    void an_outcome_that_cannot_be_read_tells_of_an_error(String outcome) {
        PatientRecord beside =
                Charts.record(Charts.of("Condition", Charts.resource("Condition", "a", ""), json(outcome)));
        assertThat(beside.incomplete()).extracting(Incomplete::type).containsExactly("Condition");
        assertThat(beside.find("Condition/a")).isPresent();

        PatientRecord instead = Charts.record(Charts.empty().withJson("prefetch.condition", json(outcome)));
        assertThat(instead.incomplete()).extracting(Incomplete::type).containsExactly("Condition");
    }

    /** One object where FHIR has an array of them, as a public client writes it: read as one, or unread, never dropped. */
    @Test
    void an_object_instead_of_an_array_is_never_dropped() {
        PatientRecord record = Charts.record(Charts.of(
                "Condition", Charts.resource("Condition", "a", json("'code': {'coding': {'code': 'thirst'}}"))));

        if (record.incomplete().isEmpty()) {
            Condition condition =
                    Written.written(record.find("Condition/a").orElseThrow().resource(), Condition.class);
            assertThat(condition.getCode().getCodingFirstRep().getCode()).isEqualTo("thirst");
        } else {
            assertUnread(record, "Condition", "code.coding");
        }
    }

    // ---- Attachments and texts

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Consent | 'sourceAttachment': {'data': 'LONG'} | sourceAttachment.data",
                "DocumentReference | 'content': [{'attachment': {'data': 'LONG'}}] | content.attachment.data",
                "Media | 'content': {'data': 'LONG'} | content.data",
                "Observation | 'extension': [{'url': 'u', 'valueBase64Binary': 'LONG'}] | extension.valueBase64Binary",
                "Observation | 'extension': [{'url': 'u', 'valueAttachment': {'data': 'LONG'}}]"
                        + " | extension.valueAttachment.data",
                // no attachment, but as long
                "Observation | 'note': [{'text': 'LONG'}] | note.text",
                "Observation | 'valueString': 'LONG' | valueString"
            })
    void a_text_beyond_the_limit_costs_its_type(String type, String elements, String element) {
        PatientRecord record = Charts.record(Charts.of(
                        type,
                        Charts.resource(type, "zz-good", ""),
                        Charts.resource(type, "zz-long", json(elements)),
                        Charts.resource("Basic", "zz-beside", ""))
                .toString()
                .replace("LONG", LONG));

        assertUnread(record, type, element);
        assertThat(record.find(type + "/zz-good")).isPresent();
        assertThat(record.find("Basic/zz-beside")).isPresent();
        assertThat(record.incomplete().get(0).reason()).hasSizeLessThan(1_000);
    }

    @Test
    void a_text_beyond_the_limit_that_nobody_asked_for_costs_nothing() {
        PatientRecord record = Charts.record(Charts.of("Condition", Charts.resource("Condition", "a", ""))
                .withJson("prefetch.zz", Charts.resource("Binary", "b", json("'data': 'LONG'")))
                .toString()
                .replace("LONG", LONG));

        assertThat(record.incomplete()).isEmpty();
        assertThat(record.find("Condition/a")).isPresent();
    }

    /** Binary data are never needed: what is in them, and whether it is base64, does not matter. */
    @ParameterizedTest
    @ValueSource(strings = {"QUJD", "not base64!", "QUJD\\nQUJD"})
    void binary_data_within_the_limit_are_not_looked_at(String data) {
        PatientRecord record = Charts.record(Charts.of(
                "Consent",
                Charts.resource(
                        "Consent",
                        "a",
                        json("'status': 'active', 'sourceAttachment': {'title': 'form', 'data': '" + data + "'}"))));

        assertThat(record.incomplete()).isEmpty();
        assertThat(record.find("Consent/a")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"QUJD", "not base64!", "LONG"})
    void a_photo_does_not_keep_the_patient_from_being_read(String data) {
        PatientRecord record = Charts.record(Charts.empty()
                .withJson("prefetch.patient", json("""
                        {'resourceType': 'Patient', 'id': 'zz-patient', 'birthDate': '1961-04-09',
                         'photo': [{'contentType': 'image/png', 'data': '%s'}]}""".formatted(data)))
                .toString()
                .replace("LONG", LONG));

        assertThat(record.patient().text("birthDate")).hasValue("1961-04-09");
        assertThat(record.incomplete()).isEmpty();
    }

    // ---- Narrative

    static Stream<Arguments> narratives() {
        String xhtml = "<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"";
        StringBuilder namespaces = new StringBuilder();
        StringBuilder deeper = new StringBuilder();
        for (int i = 0; i < 80_000; i++) {
            namespaces.append(" xmlns:n").append(Integer.toString(i, 36)).append("=\\\"u\\\"");
        }
        for (int i = 0; i < 30_000; i++) {
            deeper.append("<p xmlns:n").append(i).append("=\\\"u\\\">");
        }
        return Stream.of(
                Arguments.of("namespaces", xhtml + namespaces + ">" + "<p/>".repeat(100_000) + "</div>"),
                Arguments.of("a namespace a level", xhtml + ">" + deeper + "</p>".repeat(30_000) + "</div>"),
                Arguments.of("levels", xhtml + ">" + "<b>".repeat(250_000) + "</b>".repeat(250_000) + "</div>"),
                Arguments.of("not well-formed", xhtml + "><p>zz<br></div>"),
                Arguments.of("an entity of its own", "<!DOCTYPE d [<!ENTITY a \\\"zz\\\">]>" + xhtml + ">&a;</div>"),
                Arguments.of("no XHTML", "<".repeat(100_000)),
                Arguments.of("longer than a text may be", xhtml + ">" + " ".repeat(2_080_000) + "</div>"));
    }

    /** Narrative is never needed, so that it is skipped before a parser sees it: nothing is unread for it. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("narratives")
    void a_narrative_is_not_looked_at_whatever_it_is(String name, String div) {
        String text = "\"text\": {\"status\": \"generated\", \"div\": \"NARRATIVE\"}";
        HookRequests chart = Charts.emptied(orderSelect())
                .withJson(
                        "prefetch.condition",
                        Charts.searchSet(
                                Charts.resource("Condition", "a", text + ", \"code\": {\"text\": \"thirst\"}")));
        HookRequests contained = Charts.of(
                "Condition",
                Charts.resource("Condition", "a", "\"contained\": [" + Charts.resource("Condition", "b", text) + "]"));
        HookRequests patient = Charts.empty()
                .withJson("prefetch.patient", "{\"resourceType\": \"Patient\", \"id\": \"zz-patient\", " + text + "}");
        HookRequests order = Charts.emptied(orderSelect())
                .withJson(ENTRY + ".text", "{\"status\": \"generated\", \"div\": \"NARRATIVE\"}");

        for (HookRequests request : List.of(chart, contained, patient, order)) {
            String body = request.toString().replace("NARRATIVE", div);
            PatientRecord record = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Charts.record(body));

            assertThat(record.incomplete()).as(name).isEmpty();
            assertThat(record.find("Condition/a").isPresent()).isEqualTo(request == chart || request == contained);
        }
    }

    // ---- The Patient

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'birthDate': '2019-02-30' | birthDate",
                "'birthDate': {'value': '2019-02-03'} | birthDate",
                "'gender': 'F' | gender",
                "'gender': ['female', 'male'] | gender",
                "'deceasedBoolean': 'yes' | deceasedBoolean",
                "'deceasedDateTime': '2019-02-30' | deceasedDateTime",
                "'name': 'zz-name' | name",
                "'name': [{'family': ['zz-name', 'zz-other']}] | name.family",
                "'extension': [{'url': 'https://toy.example/x', 'valueInteger': 3.5}] | extension.valueInteger",
                "'animal': {'species': {'text': 'dog'}} | animal"
            })
    void an_element_of_the_patient_that_cannot_be_read_ends_the_call_and_is_named(String elements, String element) {
        HookRequests request = Charts.empty()
                .withJson(
                        "prefetch.patient", json("{'resourceType': 'Patient', 'id': 'zz-patient', " + elements + "}"));

        BadHookRequest failure = catchThrowableOfType(BadHookRequest.class, () -> Charts.record(request));

        assertThat(failure).isNotNull();
        assertThat(failure.problems()).singleElement().satisfies(problem -> assertThat(
                        problem.expression().replaceAll("\\[\\d+\\]", ""))
                .isEqualTo("prefetch.patient." + element));
        assertThat(failure.getCause()).isNull();
        assertThat(failure + " " + failure.problems()).doesNotContain("zz-", "2019", "female", "dog");
    }

    // ---- What can be read stays readable

    /** Elements that FHIR adds to all others, and what it leaves open. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'_onsetDateTime': {'extension': [{'url': 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',"
                        + " 'valueCode': 'unknown'}]}",
                "'onsetDateTime': '2019-02-03', '_onsetDateTime': {'id': 'x'}",
                "'language': 'de'",
                "'meta': {'profile': ['https://toy.example/p'], 'tag': [{'code': 'x'}]}",
                "'code': {'id': 'x', 'coding': [{'code': 'zz-local', 'userSelected': true}], 'text': 'Zoë 日本'}",
                "'extension': [{'url': 'https://toy.example/x', 'extension': [{'url': 'y', 'valueDecimal': 1.50}]}]",
                "'onsetDateTime': '2019'",
                "'onsetDateTime': '2019-02'",
                "'onsetDateTime': '2019-02-03T09:00:00.123456+14:00'"
            })
    void what_r4_allows_is_read(String elements) {
        PatientRecord record = Charts.record(Charts.of("Condition", Charts.resource("Condition", "a", json(elements))));

        assertThat(record.incomplete()).isEmpty();
        assertThat(record.find("Condition/a")).isPresent();
    }

    // ---- Helpers

    private static String json(String withApostrophes) {
        return withApostrophes.replace('\'', '"');
    }

    private static void assertUnread(PatientRecord record, String type, String element) {
        assertThat(record.incomplete()).singleElement().satisfies(unread -> {
            assertThat(unread.type()).isEqualTo(type);
            assertThat(unread.reason().replaceAll("\\[\\d+\\]", "")).contains(element);
            assertThat(unread.reason()).doesNotContain("zz");
        });
    }
}
