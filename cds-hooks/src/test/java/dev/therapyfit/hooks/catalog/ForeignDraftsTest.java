package dev.therapyfit.hooks.catalog;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.orderSign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A draft order beside ours that cannot be read ends the call only if it may be ours too. */
class ForeignDraftsTest {
    private static final CdsService SERVICE =
            ToyContent.catalog().find("toy-order-select").orElseThrow();
    private static final String ORDER = "'resourceType': 'MedicationRequest', 'intent': 'order', ";
    private static final String TEA = "{'coding': [{'system': '" + ToyContent.THINGS + "', 'code': 'tea'}]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'id': 'f', 'status': 'draft', 'medication': {'concept': {'text': 'ibuprofen'}}",
                "'id': 'f', 'status': 'draft', 'medication': {'concept': {'coding': [{'display': 'ibuprofen'}]}}",
                "'status': 'draft', 'medicationCodeableConcept': {'text': 'aspirin'}",
                "'id': 'a/b', 'status': 'draft', 'medicationCodeableConcept': {'text': 'aspirin'}",
                "'id': 'f', 'status': 'weird', 'medicationCodeableConcept': {'text': 'aspirin'}",
                "'id': 'f', 'medicationCodeableConcept': {'text': 'aspirin'}",
                "'id': 'f', 'status': 'draft', 'medicationCodeableConcept': {'text': 'aspirin'}, 'authoredOn': '2026-02-30'",
                "'id': 'f', 'status': 'draft', 'medicationCodeableConcept': {'coding': [{'system': 'http://x', 'code': 'tea'}]},"
                        + " 'implicitRules': 'http://x'",
                "'id': 'f', 'status': 'draft', 'medicationCodeableConcept': {'text': 'aspirin'},"
                        + " 'modifierExtension': [{'url': 'http://x', 'valueCode': 'y'}]",
                "'id': 'f', 'status': 'weird', 'medicationReference': {'reference': '#m'},"
                        + " 'contained': [{'resourceType': 'Medication', 'id': 'm', 'code': {'text': 'aspirin'}}]",
                "'id': 'f', 'status': 'weird', 'medicationReference': {'reference': 'Medication/sent'}"
            })
    void one_that_is_certainly_not_ours_is_passed_over(String order) {
        assertOurs(signed("{" + ORDER + order + "}"));
        assertOurs(selected("{" + ORDER + order + "}"));
    }

    @Test
    void so_is_a_text_beyond_every_length_and_a_service_of_another_version() {
        assertOurs(signed("{" + ORDER + "'id': 'f', 'status': 'draft', 'medicationCodeableConcept': {'text': '"
                + "a".repeat(5_000) + "'}}"));
        assertOurs(signed(
                "{'resourceType': 'ServiceRequest', 'id': 'f', 'status': 'draft', 'intent': 'order', 'code': {'concept': "
                        + "{'coding': [{'system': 'http://loinc.org', 'code': '1988-5'}]}}}"));
        assertOurs(signed("{'resourceType': 'Bundle', 'type': 'collection', 'total': 'x', 'entry': [{'resource': {"
                + ORDER + "'id': 'f', 'status': 'weird', 'medicationCodeableConcept': {'text': 'aspirin'}}}]}"));
        assertOurs(
                orderSign()
                        .withJson(
                                "context.draftOrders.entry.1",
                                json(
                                        "{'resource': {" + ORDER
                                                + "'id': 'f', 'status': 'draft', 'medicationCodeableConcept': {'text': 'aspirin'}}}"))
                        .withJson(
                                "context.draftOrders.entry.2",
                                json(
                                        "{'resource': {" + ORDER
                                                + "'id': 'f', 'status': 'draft', 'medicationCodeableConcept': {'text': 'ibuprofen'}}}")));
    }

    @Test
    void so_is_one_with_a_number_that_no_machine_holds() {
        String order = "{'id': 'f', 'dispenseRequest': {'quantity': {'value': 'NUMBER'}}, 'status': 'draft',"
                + " 'intent': 'order', 'medicationCodeableConcept': {'text': 'aspirin'},"
                + " 'resourceType': 'MedicationRequest'}";
        byte[] body =
                signed(order).toString().replace("\"NUMBER\"", "1e99999999999").getBytes(StandardCharsets.UTF_8);

        HookRequest decoded =
                new HookRequestDecoder().decode(body, Hook.ORDER_SIGN, Set.of(), SERVICE::mayBeAbout, () -> {});

        assertThat(decoded.context().draftOrders())
                .extracting(Resource::reference)
                .containsExactly("MedicationRequest/tea-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{'resource': {}}", "{'resource': null}", "{'resource': {'id': 'b'}}", "null", "4711"})
    void so_is_an_entry_without_an_order(String entry) {
        assertOurs(orderSign().withJson("context.draftOrders.entry.1", json(entry)));
        assertOurs(orderSelect().withJson("context.draftOrders.entry.1", json(entry)));
        assertOurs(orderSelect()
                .withJson("context.draftOrders.entry.1", json(entry))
                .with("context.selections.1", "MedicationRequest/b"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'medication': {'concept': TEA}",
                "'status': 'weird', 'medicationCodeableConcept': TEA",
                "'status': 'weird', 'medicationCodeableConcept': {'coding': [{'system': 4711, 'code': 'tea'}], 'text': 'x'}",
                "'status': 'weird', 'medicationCodeableConcept': {'text': 4711}",
                "'status': 'weird', 'medicationCodeableConcept': {}",
                "'status': 'weird', 'medicationCodeableConcept': 'zz-tea'",
                "'status': 'weird'",
                "'status': 'weird', 'medicationReference': {'reference': 'Medication/unknown', 'display': 'aspirin'}",
                "'status': 'weird', 'medicationReference': {'identifier': {'value': 'x'}, 'display': 'aspirin'}",
                "'status': 'weird', 'medicationReference': {'reference': '#m'},"
                        + " 'contained': [{'resourceType': 'Medication', 'id': 'm', 'code': TEA}]"
            })
    void one_that_may_be_ours_ends_the_call(String order) {
        String json = "{" + ORDER + "'id': 'f', " + order.replace("TEA", TEA) + "}";

        assertRefused(signed(json));
        assertRefused(selected(json));
    }

    @Test
    void an_entry_that_orders_ours_and_does_not_say_its_type_ends_the_call() {
        assertRefused(signed("{'id': 'f', 'medicationCodeableConcept': " + TEA + "}"));
    }

    @Test
    void one_for_another_patient_ends_the_call_whatever_it_orders() {
        BadHookRequest failure = assertRefused(signed("{" + ORDER + "'id': 'f', 'status': 'weird',"
                + " 'subject': {'reference': 'Patient/zz-other'}, 'medicationCodeableConcept': {'text': 'aspirin'}}"));

        assertThat(failure.problems().get(0).expression()).isEqualTo("context.draftOrders.entry[1].resource.subject");
    }

    @Test
    void the_element_that_makes_an_order_of_ours_unusable_is_named() {
        for (String element : new String[] {"implicitRules", "modifierExtension"}) {
            String value = element.equals("implicitRules") ? "'http://x'" : "[{'url': 'http://x', 'valueCode': 'y'}]";
            BadHookRequest failure =
                    assertRefused(orderSign().withJson("context.draftOrders.entry.0.resource." + element, json(value)));

            assertThat(failure.problems().get(0).expression())
                    .isEqualTo("context.draftOrders.entry[0].resource." + element);
        }
    }

    // ---- Helpers

    private static String json(String withApostrophes) {
        return withApostrophes.replace('\'', '"');
    }

    private static HookRequests signed(String order) {
        return orderSign().withJson("context.draftOrders.entry.1", "{\"resource\": " + json(order) + "}");
    }

    private static HookRequests selected(String order) {
        return orderSelect()
                .withJson("context.draftOrders.entry.1", "{\"resource\": " + json(order) + "}")
                .with("context.selections.1", "MedicationRequest/f");
    }

    private static HookRequest decoded(HookRequests request) {
        Hook hook = request.toString().contains("\"order-sign\"") ? Hook.ORDER_SIGN : Hook.ORDER_SELECT;
        request.prefetchingFound("medication", Records.medication("sent", "lemonade"));
        return new HookRequestDecoder()
                .decode(request.bytes(), hook, Set.of("medication"), SERVICE::mayBeAbout, () -> {});
    }

    private static void assertOurs(HookRequests request) {
        HookRequest decoded = decoded(request);

        assertThat(decoded.context().draftOrders())
                .extracting(Resource::reference)
                .contains("MedicationRequest/tea-1");
        assertThat(decoded.context().selections()).contains("MedicationRequest/tea-1");
        assertThat(SERVICE.mayConcern(decoded)).isTrue();
    }

    private static BadHookRequest assertRefused(HookRequests request) {
        BadHookRequest failure = catchThrowableOfType(BadHookRequest.class, () -> decoded(request));
        assertThat(failure).isNotNull();
        assertThat(failure.problems().get(0).expression()).startsWith("context.draftOrders.entry");
        assertThat(failure.getMessage()).doesNotContain("tea", "zz-", "4711");
        return failure;
    }
}
