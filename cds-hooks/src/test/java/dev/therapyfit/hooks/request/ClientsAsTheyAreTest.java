package dev.therapyfit.hooks.request;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.orderSign;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.Charts;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What real clients send beside the specification: taken where it can mean one thing only, refused where it is ambiguous
 * whom or what it is about. Each body is one that a client was seen to send, or its neighbour.
 */
class ClientsAsTheyAreTest {
    private static final String ENTRY = "context.draftOrders.entry.0.resource";
    private static final String NEXT = "context.draftOrders.entry.1";

    // ---- Who the patient is

    @Test
    void a_patient_id_with_its_type_is_the_id() {
        HookRequests request = Charts.empty().with("context.patientId", "Patient/" + Records.PATIENT_ID);

        assertThat(Charts.decoded(request.bytes(), Hook.PATIENT_VIEW).context().patientId())
                .isEqualTo(Records.PATIENT_ID);
        assertThat(Charts.record(request).patient().id()).hasValue(Records.PATIENT_ID);
    }

    @Test
    void a_patient_id_with_its_type_has_at_most_64_characters_after_it() {
        String longest = "z".repeat(64);

        assertThat(Charts.decoded(
                                patientView()
                                        .with("context.patientId", "Patient/" + longest)
                                        .bytes(),
                                Hook.PATIENT_VIEW)
                        .context()
                        .patientId())
                .isEqualTo(longest);
        assertRefused(patientView().with("context.patientId", "Patient/z" + longest), "context.patientId");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Patient/",
                "/Patient/zz-patient",
                "/zz-patient",
                "Patient//zz-patient",
                "Patient/zz-patient/",
                "Patient/Patient/zz-patient",
                "Patient/zz-patient/_history/1",
                "patient/zz-patient",
                "PATIENT/zz-patient",
                " Patient/zz-patient",
                "Patient/zz-patient ",
                "Patient/zz-patient\n",
                "Patient/ zz-patient",
                "Patient/zz-patient?_format=json",
                "Patient/zz-patient#zz",
                "Patient%2Fzz-patient",
                "Patient|zz-patient",
                "Patient/zz_patient",
                "Patient/zz-patient,Patient/zz-other",
                "Practitioner/zz-patient",
                "Group/zz-patient",
                "RelatedPerson/zz-patient",
                "https://ehr.example/fhir/Patient/zz-patient",
                "https://other.example/fhir/Patient/zz-patient",
                "urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1",
                "#zz-patient"
            })
    void every_other_way_of_writing_the_patient_id_is_ambiguous_and_refused(String id) {
        assertRefused(
                patientView().with("fhirServer", "https://ehr.example/fhir").with("context.patientId", id),
                "context.patientId");
    }

    @Test
    void the_patient_of_a_call_with_a_typed_id_is_compared_as_that_of_any_other() {
        HookRequests typed = Charts.empty().with("context.patientId", "Patient/zz-other");
        assertThat(catchThrowableOfType(BadHookRequest.class, () -> Charts.record(typed))
                        .problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.expression()).isEqualTo("prefetch.patient.id"));

        HookRequests ordering =
                Charts.emptied(orderSelect()).with("context.patientId", "Patient/" + Records.PATIENT_ID);
        assertThat(Charts.record(ordering).find("MedicationRequest/tea-1")).isPresent();
        ordering.with(ENTRY + ".subject.reference", "Patient/zz-other");
        assertThat(catchThrowableOfType(BadHookRequest.class, () -> Charts.record(ordering))
                        .problems())
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.expression()).isEqualTo("context.draftOrders.entry[0].resource.subject"));
    }

    // ---- The token

    @ParameterizedTest
    @CsvSource({
        "zz-patient, zz-patient",
        "zz-patient, Patient/zz-patient",
        "Patient/zz-patient, zz-patient",
        "Patient/" + "zz-patient, Patient/zz-patient"
    })
    void the_patient_of_a_token_may_be_written_with_its_type_as_that_of_the_context_may(String context, String token) {
        HookRequest request = Charts.decoded(
                authorized()
                        .with("context.patientId", context)
                        .with("fhirAuthorization.patient", token)
                        .bytes(),
                Hook.PATIENT_VIEW);

        assertThat(request.context().patientId()).isEqualTo("zz-patient");
        assertThat(request.fhirServer().orElseThrow().accessToken()).contains("zz-token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz-other",
                "Patient/zz-other",
                "Patient/zz-patient2",
                "Patient/zz-patien",
                "Patient/ZZ-PATIENT",
                "Practitioner/zz-patient",
                "patient/zz-patient",
                "Patient/Patient/zz-patient",
                "Patient/zz-patient/",
                "Patient/zz-patient/_history/1",
                "https://other.example/fhir/Patient/zz-patient",
                " zz-patient"
            })
    void a_token_for_another_patient_or_one_that_may_be_another_is_refused(String token) {
        assertRefused(authorized().with("fhirAuthorization.patient", token), "fhirAuthorization.patient");
        assertRefused(
                authorized().with("context.patientId", "Patient/zz-patient").with("fhirAuthorization.patient", token),
                "fhirAuthorization.patient");
    }

    @Test
    void an_authorization_without_a_token_is_as_if_there_were_none() {
        FhirServer open = new FhirServer(URI.create("https://ehr.example/fhir"), Optional.empty());

        for (HookRequests request : List.of(
                authorized().without("fhirAuthorization.access_token"),
                authorized().withJson("fhirAuthorization.access_token", "null"),
                authorized().withJson("fhirAuthorization", "{}"))) {
            assertThat(Charts.decoded(request.bytes(), Hook.PATIENT_VIEW).fhirServer())
                    .contains(open);
            assertThat(Charts.decoded(request.without("fhirServer").bytes(), Hook.PATIENT_VIEW)
                            .fhirServer())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4711", "true", "[]", "{}", "[\"zz-token\"]"})
    void a_token_of_another_type_is_no_missing_one(String json) {
        assertRefused(authorized().withJson("fhirAuthorization.access_token", json), "fhirAuthorization.access_token");
    }

    private static HookRequests authorized() {
        return patientView().with("fhirServer", "https://ehr.example/fhir").withJson("fhirAuthorization", """
                        {"access_token": "zz-token", "token_type": "Bearer", "expires_in": 300,
                         "scope": "patient/Patient.read patient/Observation.read", "subject": "zz-client"}
                        """);
    }

    // ---- The encounter and the user

    @Test
    void an_empty_encounter_is_none() {
        assertThat(Charts.decoded(patientView().with("context.encounterId", "").bytes(), Hook.PATIENT_VIEW)
                        .context()
                        .encounterId())
                .isEmpty();
        assertThat(Charts.decoded(orderSelect().with("context.encounterId", "").bytes(), Hook.ORDER_SELECT)
                        .context()
                        .encounterId())
                .isEmpty();
        assertThat(Charts.decoded(orderSign().with("context.encounterId", "").bytes(), Hook.ORDER_SIGN)
                        .context()
                        .encounterId())
                .isEmpty();
        assertRefused(patientView().withJson("context.encounterId", "[\"\"]"), "context.encounterId");
    }

    /** As before version 1.0: who acts is not known from the context, which has to say it. */
    @Test
    void a_user_at_the_root_is_no_user() {
        assertRefused(patientView().without("context.userId").with("user", "Practitioner/zz-user"), "context.userId");
    }

    /** As before version 1.0: the error names the key that was wrapped. */
    @Test
    void a_resource_that_is_wrapped_with_its_response_is_refused_and_named_by_its_key() {
        HookRequests request = patientView().withJson("prefetch", """
                {"patient": {"response": {"status": "200 OK"},
                             "resource": {"resourceType": "Patient", "id": "zz-patient"}}}
                """);

        assertThatExceptionOfType(BadHookRequest.class)
                .isThrownBy(() -> Charts.record(request))
                .satisfies(failure -> assertThat(failure.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.expression()).isEqualTo("prefetch.patient")));
    }

    // ---- Draft orders that are not ours

    @ParameterizedTest
    @ValueSource(
            strings = {
                // STU3
                """
                {"resourceType": "ProcedureRequest", "id": "n", "status": "draft", "intent": "order",
                 "subject": {"reference": "Patient/zz-patient"}}""",
                """
                {"resourceType": "ReferralRequest", "id": "n", "status": "draft", "intent": "order",
                 "subject": {"reference": "Patient/zz-patient"}}""",
                """
                {"resourceType": "MedicationRequest", "id": "n", "intent": "order",
                 "subject": {"reference": "Patient/zz-patient"}, "context": {"reference": "Encounter/zz"},
                 "requester": {"agent": {"reference": "Practitioner/zz"}},
                 "medicationCodeableConcept": {"text": "lemonade"}}""",
                """
                {"resourceType": "NutritionOrder", "id": "n", "status": "planned",
                 "patient": {"reference": "Patient/zz-patient"}, "dateTime": "2026-11-28"}""",
                // DSTU2
                """
                {"resourceType": "MedicationOrder", "id": "n", "status": "draft",
                 "patient": {"reference": "Patient/zz-patient"}, "medicationCodeableConcept": {"text": "lemonade"}}""",
                """
                {"resourceType": "DiagnosticOrder", "id": "n", "status": "draft",
                 "subject": {"reference": "Patient/zz-patient"}, "item": [{"code": {"text": "lemonade"}}]}""",
                // R5
                """
                {"resourceType": "MedicationRequest", "id": "n", "status": "draft", "intent": "order",
                 "subject": {"reference": "Patient/zz-patient"}, "medication": {"concept": {"text": "lemonade"}}}""",
                """
                {"resourceType": "RequestOrchestration", "id": "n", "status": "draft", "intent": "order"}""",
                // no FHIR at all
                """
                {"resourceType": "VendorOrder", "id": "n", "status": 4711, "entry": "zz"}""",
                // R4, but for an element that cannot be read
                """
                {"resourceType": "NutritionOrder", "id": "n", "status": "draft-x", "intent": "order",
                 "patient": {"reference": "Patient/zz-patient"}, "dateTime": "2026-11-28"}""",
                """
                {"resourceType": "NutritionOrder", "id": "n", "status": "draft", "intent": "order",
                 "patient": {"reference": "Patient/zz-patient"}, "dateTime": "2026-02-30"}""",
                """
                {"resourceType": "DeviceRequest", "id": "n", "status": "draft", "intent": ["zz"], "codeReference": 17,
                 "subject": "Patient/zz-patient"}""",
                """
                {"resourceType": "VisionPrescription", "id": "n", "status": "draft", "created": "zz",
                 "patient": {"reference": "Patient/zz-patient"}}""",
                """
                {"resourceType": "ServiceRequest", "id": "n", "status": "draft", "intent": "order",
                 "subject": {"reference": "Patient/zz-patient"}, "quantityQuantity": {"value": "many"}}""",
                """
                {"resourceType": "MedicationRequest", "id": "n", "status": "zz-status", "intent": "order",
                 "subject": {"reference": "Patient/zz-patient"}, "medicationCodeableConcept": {"text": "lemonade"}}""",
                """
                {"resourceType": "CommunicationRequest", "id": "n", "status": "draft",
                 "text": {"status": "generated", "div": "<div>zz<br></div>"}}""",
                // R4, without an id
                """
                {"resourceType": "NutritionOrder", "status": "draft", "intent": "order",
                 "patient": {"reference": "Patient/zz-patient"}, "dateTime": "2026-11-28"}""",
                """
                {"resourceType": "ServiceRequest", "status": "draft", "intent": "order",
                 "subject": {"reference": "Patient/zz-patient"}, "code": {"text": "lemonade"}}""",
                """
                {"resourceType": "MedicationRequest", "status": "draft", "intent": "order",
                 "subject": {"reference": "Patient/zz-patient"}, "medicationCodeableConcept": {"text": "lemonade"}}""",
                """
                {"resourceType": "ProcedureRequest", "status": "draft", "intent": "order"}"""
            })
    void an_order_that_is_not_selected_never_ends_a_call_about_ours(String other) {
        for (String entry : List.of("{\"resource\": %s}", "{\"fullUrl\": \"urn:uuid:zz\", \"resource\": %s}")) {
            HookRequests after = Charts.emptied(orderSelect()).withJson(NEXT, entry.formatted(other));

            assertAboutTea(after);
        }
        HookRequests before = Charts.emptied(orderSelect());
        String tea = orderEntry(before);
        before.withJson(NEXT, tea).withJson("context.draftOrders.entry.0", "{\"resource\": " + other + "}");

        assertAboutTea(before);
    }

    private static String orderEntry(HookRequests request) {
        String body = request.toString();
        int from = body.indexOf("{\"resource\":{\"resourceType\":\"MedicationRequest\"");
        int depth = 0;
        for (int i = from; i < body.length(); i++) {
            depth += body.charAt(i) == '{' ? 1 : body.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return body.substring(from, i + 1);
            }
        }
        throw new IllegalStateException("no order in the body");
    }

    /** When orders are signed all of them are; what is no medication or service request cannot be one of ours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resourceType\": \"ProcedureRequest\", \"id\": \"n\", \"status\": \"draft\", \"intent\": \"order\"}",
                "{\"resourceType\": \"NutritionOrder\", \"id\": \"n\", \"status\": \"draft-x\"}",
                "{\"resourceType\": \"NutritionOrder\", \"status\": \"draft\", \"dateTime\": \"2026-11-28\"}",
                "{\"resourceType\": \"DeviceRequest\", \"id\": \"n\", \"authoredOn\": \"2026-02-30\"}"
            })
    void an_order_of_another_type_never_ends_the_signing_of_ours(String other) {
        assertAboutTea(Charts.emptied(orderSign()).withJson(NEXT, "{\"resource\": " + other + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"resourceType\": \"ProcedureRequest\", \"id\": \"n\", \"status\": \"draft\", \"intent\": \"order\"}",
                "{\"resourceType\": \"NutritionOrder\", \"id\": \"n\", \"status\": \"draft-x\"}"
            })
    void an_order_of_another_type_never_ends_a_call_about_ours_even_if_it_is_selected_too(String other) {
        String reference = other.replaceFirst("(?s).*\"resourceType\": \"(\\w+)\".*", "$1/n");

        assertAboutTea(Charts.emptied(orderSelect())
                .withJson(NEXT, "{\"resource\": " + other + "}")
                .with("context.selections.1", reference));
    }

    @Test
    void two_orders_that_are_not_ours_may_have_one_id() {
        String other = "{\"resource\": {\"resourceType\": \"NutritionOrder\", \"id\": \"n\", \"status\": \"draft\"}}";

        assertAboutTea(
                Charts.emptied(orderSelect()).withJson(NEXT, other).withJson("context.draftOrders.entry.2", other));
    }

    @Test
    void an_order_for_another_patient_still_ends_the_call_whatever_it_orders() {
        HookRequests request = Charts.emptied(orderSelect()).withJson(NEXT, """
                {"resource": {"resourceType": "NutritionOrder", "id": "n", "status": "draft", "intent": "order",
                              "patient": {"reference": "Patient/zz-other"}, "dateTime": "2026-11-28"}}
                """);

        BadHookRequest failure = catchThrowableOfType(BadHookRequest.class, () -> Charts.record(request));
        assertThat(failure.problems()).singleElement().satisfies(problem -> assertThat(problem.expression())
                .isEqualTo("context.draftOrders.entry[1].resource.patient"));
    }

    @Test
    void two_orders_of_which_either_may_be_the_selected_one_still_end_the_call() {
        HookRequests request = orderSelect();

        assertRefused(request.withJson(NEXT, orderEntry(request)), "context.draftOrders.entry[1].resource.id");
    }

    private static void assertAboutTea(HookRequests request) {
        PatientRecord record = Charts.record(request);

        assertThat(record.find("MedicationRequest/tea-1")).isPresent();
        Hook hook = request.toString().contains("\"order-sign\"") ? Hook.ORDER_SIGN : Hook.ORDER_SELECT;
        assertThat(Charts.decoded(request.bytes(), hook).context().selections()).contains("MedicationRequest/tea-1");
    }

    // ---- Our order

    @Test
    void our_order_of_r5_is_refused_and_names_its_medication() {
        HookRequests request =
                orderSelect().without(ENTRY + ".medicationCodeableConcept").withJson(ENTRY + ".medication", """
                        {"concept": {"coding": [{"system": "https://toy.example/CodeSystem/thing", "code": "tea"}]}}
                        """);

        assertRefused(request, "context.draftOrders.entry[0].resource.medication");
        assertRefused(
                request.with("hook", "order-sign").without("context.selections"),
                "context.draftOrders.entry[0].resource.medication");
    }

    @Test
    void our_service_request_of_r5_is_refused_and_names_its_code() {
        HookRequests request = orderSelect().withJson(ENTRY, """
                        {"resourceType": "ServiceRequest", "id": "tea-1", "status": "draft", "intent": "order",
                         "subject": {"reference": "Patient/zz-patient"},
                         "code": {"concept": {"coding":
                            [{"system": "https://toy.example/CodeSystem/thing", "code": "tea"}]}}}
                        """).with("context.selections.0", "ServiceRequest/tea-1");

        assertOrderRefused(request, "code.concept");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "authoredOn | \"2019-02-30\" | authoredOn",
                "authoredOn | \"2026-06-10T10:00\" | authoredOn",
                "status | \"zz-status\" | status",
                "intent | \"zz-intent\" | intent",
                "priority | \"zz-priority\" | priority",
                "subject | \"Patient/zz-patient\" | subject",
                "medicationCodeableConcept | \"tea\" | medicationCodeableConcept",
                "medicationCodeableConcept | {\"coding\": [\"tea\"]} | medicationCodeableConcept.coding",
                "reasonCode | [\"thirst\"] | reasonCode",
                "dosageInstruction | [{\"timing\": {\"repeat\": {\"frequency\": \"zz-often\"}}}]"
                        + " | dosageInstruction.timing.repeat.frequency",
                "dosageInstruction | [{\"doseAndRate\": [{\"doseQuantity\": {\"value\": 1, \"comparator\": \"<>\"}}]}]"
                        + " | dosageInstruction.doseAndRate.doseQuantity.comparator",
                "dispenseRequest | \"zz-dispense\" | dispenseRequest",
                // of STU3 and of R5: what is ordered can be read, for whom, how and why not
                "requester | {\"agent\": {\"reference\": \"Practitioner/zz\"}} | requester.agent",
                "reason | [{\"concept\": {\"text\": \"thirst\"}}] | reason"
            })
    void an_element_of_the_selected_order_that_cannot_be_read_ends_the_call_and_is_named(
            String element, String json, String named) {
        assertOrderRefused(orderSelect().withJson(ENTRY + "." + element, json), named);
        assertOrderRefused(orderSign().withJson(ENTRY + "." + element, json), named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"MedicationRequest/tea-1", "tea-1", "https://ehr.example/fhir/MedicationRequest/tea-1"})
    void the_order_that_cannot_be_read_is_named_however_it_was_selected(String selection) {
        assertOrderRefused(
                orderSelect()
                        .with("context.draftOrders.entry.0.fullUrl", "https://ehr.example/fhir/MedicationRequest/tea-1")
                        .with("context.selections.0", selection)
                        .with(ENTRY + ".authoredOn", "2019-02-30"),
                "authoredOn");
    }

    @Test
    void a_selected_order_without_an_id_is_still_refused() {
        assertRefused(orderSelect().without(ENTRY + ".id"), "context.draftOrders.entry[0].resource.id");
    }

    /** HAPI reads no id of them. */
    @ParameterizedTest
    @ValueSource(strings = {" ", "\t", ""})
    void an_order_whose_id_is_blank_is_one_without_an_id(String id) {
        assertRefused(orderSelect().with(ENTRY + ".id", id), "context.draftOrders.entry[0].resource.id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Observation", "MedicationRequest"})
    void an_entry_without_any_id_ends_no_call(String type) {
        HookRequests request = orderSelect().withJson("context.draftOrders.entry.1", """
                {"fullUrl": "urn:uuid:", "resource": {"resourceType": "Bundle", "type": "collection", "entry": [
                  {"resource": {"resourceType": "%s", "status": "draft"}}]}}
                """.formatted(type));

        assertThat(Charts.decoded(request.bytes(), Hook.ORDER_SELECT).context().draftOrders())
                .hasSize(1);
    }

    /** As the public CDS Hooks sandbox writes its order: one object where FHIR has an array of them. Nothing is lost. */
    @Test
    void the_order_of_the_public_sandbox_client_is_read_whole() {
        HookRequests request = Charts.emptied(orderSelect())
                .without("context.draftOrders.type")
                .with(ENTRY + ".authoredOn", "2026-11-28")
                .withJson(ENTRY + ".category", """
                        {"coding": {"system": "http://terminology.hl7.org/CodeSystem/medicationrequest-category",
                                    "code": "community"}}
                        """)
                .withJson(ENTRY + ".dosageInstruction", """
                        [{"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                          "doseAndRate": [{"doseQuantity":
                            {"value": 1, "system": "http://unitsofmeasure.org", "code": "{pill}"}}]}]
                        """)
                .withJson(ENTRY + ".dispenseRequest", """
                        {"expectedSupplyDuration":
                          {"value": 30, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}}
                        """);

        MedicationRequest order = Written.written(
                Charts.record(request)
                        .find("MedicationRequest/tea-1")
                        .orElseThrow()
                        .resource(),
                MedicationRequest.class);
        assertThat(order.getCategoryFirstRep().getCodingFirstRep().getCode()).isEqualTo("community");
        assertThat(order.getDosageInstructionFirstRep().getTiming().getRepeat().getFrequency())
                .isEqualTo(1);
        assertThat(order.getDispenseRequest().getExpectedSupplyDuration().getValue())
                .isEqualByComparingTo("30");
    }

    // ---- Helpers

    /** The element is named as FHIR writes it, below the order; the indexes of what is repeated are not compared. */
    private static void assertOrderRefused(HookRequests request, String element) {
        BadHookRequest failure = refused(request);

        String order = "context.draftOrders.entry[0].resource.";
        assertThat(failure.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.expression()).startsWith(order);
            assertThat(problem.expression().substring(order.length()).replaceAll("\\[\\d+\\]", ""))
                    .isEqualTo(element);
        });
    }

    private static void assertRefused(HookRequests request, String field) {
        assertThat(refused(request).problems()).singleElement().satisfies(problem -> assertThat(problem.expression())
                .isEqualTo(field));
    }

    private static BadHookRequest refused(HookRequests request) {
        Hook hook = List.of(Hook.values()).stream()
                .filter(one -> request.toString().contains('"' + one.code() + '"'))
                .findFirst()
                .orElseThrow();
        BadHookRequest failure =
                catchThrowableOfType(BadHookRequest.class, () -> Charts.decoded(request.bytes(), hook));

        assertThat(failure).as("the refusal of %s", request).isNotNull();
        assertThat(failure.getCause()).isNull();
        assertThat(failure + " " + failure.problems()).doesNotContain("zz", "2019-02-30", "lemonade");
        return failure;
    }
}
