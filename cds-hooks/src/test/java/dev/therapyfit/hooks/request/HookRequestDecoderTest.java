package dev.therapyfit.hooks.request;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.orderSign;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.therapyfit.cql.fhir.Unreadable;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.TooLarge;
import dev.therapyfit.hooks.request.GrantedScopes.Access;
import dev.therapyfit.hooks.request.HookContext.OrderSelect;
import dev.therapyfit.hooks.request.HookContext.OrderSign;
import dev.therapyfit.hooks.request.HookContext.PatientView;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stage 1: what is understood, what is refused, and that a refusal names the field and repeats nothing. */
class HookRequestDecoderTest {
    private static final Set<String> KEYS = Set.of("patient", "observation");
    private static final String LONG = "1234567890123456789012345678901234567890";
    private static final String ENTRY = "context.draftOrders.entry.0.resource";

    private final HookRequestDecoder decoder = new HookRequestDecoder();

    // ---- Limits

    @Test
    void a_body_may_hold_as_much_as_the_limits_and_no_more() {
        HookRequestLimits exact = new HookRequestLimits(9, 20, 60, 2);
        assertThat(new HookRequestDecoder(exact)
                        .decode(orderSelect().bytes(), Hook.ORDER_SELECT, KEYS)
                        .context()
                        .draftOrders())
                .hasSize(1);
        BadHookRequest tooDeep = catchThrowableOfType(
                BadHookRequest.class, () -> new HookRequestDecoder(new HookRequestLimits(4, 20, 60, 2))
                        .decode(orderSelect().bytes(), Hook.ORDER_SELECT, KEYS));
        assertThat(tooDeep)
                .hasMessageContaining("beyond a limit")
                .hasMessageContaining("4 levels")
                .hasMessageNotContaining("zz");
        BadHookRequest tooLong = catchThrowableOfType(
                BadHookRequest.class, () -> new HookRequestDecoder(new HookRequestLimits(9, 20, 10, 2))
                        .decode(orderSelect().bytes(), Hook.ORDER_SELECT, KEYS));
        assertThat(tooLong).hasMessageContaining("at most 10 characters").hasMessageNotContaining("zz");
        TooLarge tooMany =
                catchThrowableOfType(TooLarge.class, () -> new HookRequestDecoder(new HookRequestLimits(9, 20, 60, 1))
                        .decode(orderSelect().bytes(), Hook.ORDER_SELECT, KEYS));
        assertThat(tooMany).hasMessageContaining("at most 1");
    }

    // ---- The body as JSON

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{\"hook\": \"zz-secret\"",
                "{\"hook\": zz-secret}",
                "{\"zz-secret\": 1, \"zz-secret\": 2}",
                "{\"hook\": \"zz-secret\"} {\"zz-secret\": 1}",
                "{\"hook\": \"zz-secret\u0001\"}",
                "[\"zz-secret\"]",
                "\"zz-secret\"",
                "null",
                "17"
            })
    void a_body_that_is_no_json_object_is_refused_without_its_text(String body) {
        BadHookRequest failure = refused(body.getBytes(StandardCharsets.UTF_8), Hook.ORDER_SELECT);

        assertThat(failure.problems().get(0).expression()).isEmpty();
        assertThat(text(failure)).contains("expected").doesNotContain("zz-secret");
    }

    /** They are compared with each other. */
    @Test
    void more_orders_than_can_be_compared_are_refused() {
        HookRequests request = orderSelect();
        for (int i = 0; i <= 200; i++) {
            request.withJson("context.draftOrders.entry." + i, """
                    {"resource": {"resourceType": "MedicationRequest", "id": "m%d", "status": "draft"}}
                    """.formatted(i));
        }
        request.with("context.selections.0", "MedicationRequest/m0");

        assertThat(catchThrowableOfType(TooLarge.class, () -> new HookRequestDecoder()
                                .decode(request.bytes(), Hook.ORDER_SELECT, KEYS))
                        .problems()
                        .get(0)
                        .expression())
                .isEqualTo("context.draftOrders");
    }

    @Test
    void a_syntax_error_is_told_with_its_line_and_column() {
        BadHookRequest failure =
                refused("{\n  \"hook\": \"x\",\n  oops\n}".getBytes(StandardCharsets.UTF_8), Hook.ORDER_SELECT);

        assertThat(failure).hasMessageContaining("line 3, column").hasMessageNotContaining("oops");
    }

    @Test
    void a_key_that_is_given_twice_is_told_with_its_line() {
        BadHookRequest failure = refused("{\n\"a\": 1,\n\"a\": 2}".getBytes(StandardCharsets.UTF_8), Hook.ORDER_SELECT);

        assertThat(failure).hasMessageContaining("line 3").hasMessageContaining("duplicate");
    }

    @ParameterizedTest
    @ValueSource(ints = {450, 2_000, 200_000})
    void deep_nesting_is_refused_and_not_followed(int depth) {
        String deep =
                "{\"hook\":\"patient-view\",\"prefetch\":{\"patient\":{\"resourceType\":\"Patient\",\"extension\":"
                        + "[{\"extension\":".repeat(depth)
                        + "[]"
                        + "}]".repeat(depth)
                        + "}}}";

        refused(deep.getBytes(StandardCharsets.UTF_8), Hook.PATIENT_VIEW);
    }

    @Test
    void text_in_utf_8_is_kept() {
        HookRequest request = decoded(patientView().with("context.userId", "Practitioner/Zoë-日本"), Hook.PATIENT_VIEW);

        assertThat(request.context().userId()).isEqualTo("Practitioner/Zoë-日本");
    }

    @Test
    void bytes_that_are_no_text_are_refused() {
        refused(new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'}, Hook.PATIENT_VIEW);
    }

    // ---- Which hook

    @Test
    void an_unknown_hook_is_refused() {
        assertRefused(orderSelect().with("hook", "zz-hook"), Hook.ORDER_SELECT, "hook");
    }

    @Test
    void the_hook_of_another_service_is_refused() {
        assertThat(assertRefused(orderSign(), Hook.ORDER_SELECT, "hook"))
                .hasMessageContaining("expected order-select, got order-sign");
    }

    // ---- Required fields

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hook",
                "hookInstance",
                "context",
                "context.userId",
                "context.patientId",
                "context.draftOrders",
                "context.selections"
            })
    void a_required_field_that_is_missing_null_or_of_another_type_is_named(String field) {
        assertRefused(orderSelect().without(field), Hook.ORDER_SELECT, field);
        for (String json : List.of("null", "4711", "true", "\"\"", "\" \"")) {
            assertRefused(orderSelect().withJson(field, json), Hook.ORDER_SELECT, field);
        }
        if (!field.equals("context.selections")) {
            assertRefused(orderSelect().withJson(field, "[]"), Hook.ORDER_SELECT, field);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz patient", "zz_patient", "zz?patient", "../zz", "zz\n", "zzé"})
    void a_patient_id_that_is_no_fhir_id_is_refused(String id) {
        assertRefused(patientView().with("context.patientId", id), Hook.PATIENT_VIEW, "context.patientId");
    }

    @Test
    void a_patient_id_has_at_most_64_characters() {
        assertThat(decoded(patientView().with("context.patientId", "z".repeat(64)), Hook.PATIENT_VIEW)
                        .context()
                        .patientId())
                .hasSize(64);
        assertRefused(patientView().with("context.patientId", "z".repeat(65)), Hook.PATIENT_VIEW, "context.patientId");
    }

    @Test
    void an_encounter_is_optional_but_must_be_a_text() {
        assertThat(decoded(patientView().without("context.encounterId"), Hook.PATIENT_VIEW)
                        .context()
                        .encounterId())
                .isEmpty();
        assertRefused(patientView().withJson("context.encounterId", "4711"), Hook.PATIENT_VIEW, "context.encounterId");
    }

    // ---- Contexts

    @Test
    void a_patient_view_context_is_decoded() {
        HookRequest request = decoded(patientView(), Hook.PATIENT_VIEW);

        assertThat(request.hook()).isEqualTo(Hook.PATIENT_VIEW);
        assertThat(request.hookInstance()).isEqualTo("8b1b3a5e-2b52-4f0c-9c55-1f8b4a1f0e57");
        assertThat(request.context())
                .isEqualTo(new PatientView("Practitioner/zz-user", "zz-patient", Optional.of("zz-visit")));
        assertThat(request.context().draftOrders()).isEmpty();
        assertThat(request.context().selections()).isEmpty();
        assertThat(request.fhirServer()).isEmpty();
        assertThat(request.prefetch()).isEmpty();
    }

    @Test
    void an_order_select_context_is_decoded() {
        HookRequest request = decoded(orderSelect(), Hook.ORDER_SELECT);

        assertThat(request.context()).isInstanceOf(OrderSelect.class);
        assertThat(request.context().selections()).containsExactly("MedicationRequest/tea-1");
        assertThat(request.context().draftOrders()).singleElement().matches(order -> order.isOf("MedicationRequest"));
    }

    @Test
    void signing_is_about_every_draft_order() {
        HookRequest request = decoded(
                orderSign()
                        .with(
                                "context.draftOrders",
                                Records.searchSet(Records.order("a", "tea"), Records.order("b", "tea"))),
                Hook.ORDER_SIGN);

        assertThat(request.context()).isInstanceOf(OrderSign.class);
        assertThat(request.context().selections()).containsExactly("MedicationRequest/a", "MedicationRequest/b");
    }

    @Test
    void signing_again_is_about_an_order_unless_it_ends() {
        List<String> selections = Stream.of(MedicationRequestStatus.values())
                .filter(status -> status != MedicationRequestStatus.NULL)
                .map(status -> {
                    MedicationRequest order = Records.order(status.toCode(), "tea");
                    order.setStatus(status);
                    return order;
                })
                .collect(Collectors.collectingAndThen(Collectors.toList(), orders -> decoded(
                                orderSign()
                                        .with(
                                                "context.draftOrders",
                                                Records.searchSet(orders.toArray(Resource[]::new))),
                                Hook.ORDER_SIGN)
                        .context()
                        .selections()));

        assertThat(selections)
                .containsExactlyInAnyOrder(
                        "MedicationRequest/active",
                        "MedicationRequest/on-hold",
                        "MedicationRequest/draft",
                        "MedicationRequest/unknown");
    }

    @Test
    void signing_again_is_about_a_service_request_unless_it_ends() {
        for (ServiceRequest.ServiceRequestStatus status : ServiceRequest.ServiceRequestStatus.values()) {
            if (status == ServiceRequest.ServiceRequestStatus.NULL) {
                continue;
            }
            ServiceRequest order = new ServiceRequest();
            order.setId("s");
            order.setStatus(status);
            assertThat(PatientRecord.isEnded(Written.read(order)))
                    .as(status.toCode())
                    .isEqualTo(
                            Set.of("completed", "revoked", "entered-in-error").contains(status.toCode()));
        }
    }

    @Test
    void fields_that_the_specification_does_not_name_are_ignored() {
        decoded(
                orderSelect()
                        .withJson("extension", "{\"com.example\": {\"a\": 1}}")
                        .withJson("context.more", "[1]"),
                Hook.ORDER_SELECT);
    }

    // ---- Draft orders

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{} | context.draftOrders",
                "{\"resourceType\": \"zz-type\"} | context.draftOrders.resourceType",
                "{\"resourceType\": 4711} | context.draftOrders",
                "{\"resourceType\": \"Bundle\", \"type\": \"zz-type\"} | context.draftOrders.type"
            })
    void draft_orders_must_be_a_readable_resource(String row) {
        String[] parts = row.split(" [|] ", 2);
        assertRefused(orderSelect().withJson("context.draftOrders", parts[0]), Hook.ORDER_SELECT, parts[1]);
    }

    @Test
    void draft_orders_must_be_a_bundle() {
        assertRefused(
                orderSelect().with("context.draftOrders", Records.patient()),
                Hook.ORDER_SELECT,
                "context.draftOrders.resourceType");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MedicationRequest", "ServiceRequest"})
    void a_status_that_has_an_extension_and_no_value_is_none(String type) {
        String order = "{\"resource\":{\"resourceType\":\"" + type + "\",\"id\":\"b\",\"_status\":{\"extension\":"
                + "[{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"unknown\"}]}}}";

        assertRefused(
                orderSign().withJson("context.draftOrders.entry.1", order),
                Hook.ORDER_SIGN,
                "context.draftOrders.entry[1].resource.status");
    }

    @Test
    void a_draft_order_needs_an_id() {
        assertRefused(
                orderSelect().without(ENTRY + ".id"), Hook.ORDER_SELECT, "context.draftOrders.entry[0].resource.id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz-a/zz-b", "Observation/zz-b", "zz-a/zz-b/_history/1"})
    void the_id_of_a_resource_is_no_path(String id) {
        assertRefused(
                orderSelect().with(ENTRY + ".id", id), Hook.ORDER_SELECT, "context.draftOrders.entry[0].resource.id");
        HookRequest request = decoded(orderSelect().withJson("prefetch", """
                        {"observation": {"resourceType": "Bundle", "entry": [{"resource":
                          {"resourceType": "Bundle", "entry": [{"resource":
                            {"resourceType": "Observation", "id": "%s", "status": "final"}}]}}]}}
                        """.formatted(id)), Hook.ORDER_SELECT);
        assertThat(request.unreadable().get("observation"))
                .containsExactly(new Unreadable("Observation", "id", "a FHIR id, without a path"));
    }

    @Test
    void two_draft_orders_cannot_have_the_same_id() {
        assertRefused(
                orderSelect()
                        .with(
                                "context.draftOrders",
                                Records.searchSet(Records.order("tea-1", "tea"), Records.order("tea-1", "cocoa"))),
                Hook.ORDER_SELECT,
                "context.draftOrders.entry[1].resource.id");
    }

    @Test
    void resources_of_two_types_may_have_the_same_id() {
        HookRequest request = decoded(
                orderSelect()
                        .with(
                                "context.draftOrders",
                                Records.searchSet(Records.order("tea-1", "tea"), Records.medication("tea-1", "tea"))),
                Hook.ORDER_SELECT);

        assertThat(request.context().draftOrders()).hasSize(2);
    }

    @Test
    void an_entry_that_is_known_by_its_uuid_can_be_selected_by_it() {
        String uuid = "urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1";
        Bundle bundle = new Bundle();
        MedicationRequest order = Records.order("x", "tea");
        order.setIdElement(null);
        order.setMedication(new Reference("urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a2"));
        bundle.addEntry().setFullUrl(uuid).setResource(order);
        bundle.addEntry()
                .setFullUrl("urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a2")
                .setResource(Records.medication("tea-leaves", "tea"));
        String reference = "MedicationRequest/0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1";

        for (String selection : List.of(uuid, reference)) {
            HookRequest request = decoded(
                    orderSelect().with("context.draftOrders", bundle).with("context.selections.0", selection),
                    Hook.ORDER_SELECT);

            assertThat(request.context().selections()).containsExactly(reference);
            assertThat(Written.written(request.context().draftOrders().get(0), MedicationRequest.class)
                            .getMedicationReference()
                            .getReference())
                    .isEqualTo("Medication/tea-leaves");
        }
    }

    @Test
    void an_entry_with_a_uuid_and_an_id_of_its_own_keeps_its_id() {
        Bundle bundle = new Bundle();
        bundle.addEntry()
                .setFullUrl("urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1")
                .setResource(Records.order("tea-1", "tea"));

        for (String selection : List.of("urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1", "MedicationRequest/tea-1")) {
            HookRequest request = decoded(
                    orderSelect().with("context.draftOrders", bundle).with("context.selections.0", selection),
                    Hook.ORDER_SELECT);

            assertThat(request.context().selections()).containsExactly("MedicationRequest/tea-1");
        }
    }

    @Test
    void an_entry_can_be_selected_by_its_full_url() {
        HookRequest request = decoded(
                orderSelect()
                        .with("context.draftOrders.entry.0.fullUrl", "https://ehr.example/fhir/MedicationRequest/tea-1")
                        .with("context.selections.0", "https://ehr.example/fhir/MedicationRequest/tea-1"),
                Hook.ORDER_SELECT);

        assertThat(request.context().selections()).containsExactly("MedicationRequest/tea-1");
    }

    /** The page of order-select asks for "the FHIR id of the newly selected order(s)"; its examples name the type. */
    @Test
    void an_entry_can_be_selected_by_its_id_alone_if_no_other_has_it() {
        HookRequests request = orderSelect().with("context.selections.0", "tea-1");
        assertThat(decoded(request, Hook.ORDER_SELECT).context().selections())
                .containsExactly("MedicationRequest/tea-1");

        request.with(
                "context.draftOrders",
                Records.searchSet(
                        Records.order("tea-1", "tea"),
                        new ServiceRequest()
                                .setStatus(ServiceRequest.ServiceRequestStatus.DRAFT)
                                .setId("tea-1")));
        assertRefused(request, Hook.ORDER_SELECT, "context.selections[0]");
    }

    @Test
    void a_selection_must_be_one_of_the_draft_orders() {
        assertRefused(
                orderSelect().with("context.selections.1", "MedicationRequest/zz-other"),
                Hook.ORDER_SELECT,
                "context.selections[1]");
        assertRefused(
                orderSelect().withJson("context.selections.0", "4711"), Hook.ORDER_SELECT, "context.selections[0]");
        assertRefused(
                orderSelect().withJson("context.selections.0", "null"), Hook.ORDER_SELECT, "context.selections[0]");
    }

    @Test
    void no_selection_is_no_error() {
        assertThat(decoded(orderSelect().withJson("context.selections", "[]"), Hook.ORDER_SELECT)
                        .context()
                        .selections())
                .isEmpty();
    }

    // ---- Prefetch

    @Test
    void prefetched_resources_are_decoded_by_key() {
        HookRequest request = decoded(
                patientView()
                        .prefetching("patient", Records.patient())
                        .prefetchingFound("observation", Records.thirst("t1"), Records.thirst("t2")),
                Hook.PATIENT_VIEW);

        assertThat(request.prefetch().get("patient")).matches(resource -> resource.isOf("Patient"));
        assertThat(request.prefetch().get("observation")).matches(resource -> resource.isOf("Bundle"));
    }

    @Test
    void keys_that_the_service_does_not_ask_for_are_ignored_even_if_unreadable() {
        HookRequest request = decoded(
                patientView().withJson("prefetch", "{\"zz\": {\"resourceType\": \"zz\"}, \"zz2\": 17}"),
                Hook.PATIENT_VIEW);

        assertThat(request.prefetch()).isEmpty();
    }

    @Test
    void an_operation_outcome_instead_of_data_means_that_they_are_not_known() {
        HookRequest request = decoded(
                patientView()
                        .withJson(
                                "prefetch",
                                "{\"observation\": {\"resourceType\": \"OperationOutcome\", \"issue\": []}}"),
                Hook.PATIENT_VIEW);

        assertThat(request.prefetch()).isEmpty();
    }

    @Test
    void null_under_a_key_means_that_there_are_no_such_data() {
        HookRequest request = decoded(patientView().withJson("prefetch", "{\"observation\": null}"), Hook.PATIENT_VIEW);

        assertThat(request.prefetch()).containsOnlyKeys("observation");
        Bundle bundle = observations(request);
        assertThat(bundle.getEntry()).isEmpty();
    }

    @Test
    void prefetch_itself_may_be_null_but_is_else_an_object() {
        assertThat(decoded(patientView().withJson("prefetch", "null"), Hook.PATIENT_VIEW)
                        .prefetch())
                .isEmpty();
        assertRefused(patientView().withJson("prefetch", "[]"), Hook.PATIENT_VIEW, "prefetch");
        assertRefused(patientView().with("prefetch", "zz-text"), Hook.PATIENT_VIEW, "prefetch");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "17",
                "\"zz-text\"",
                "[]",
                "{}",
                "{\"resourceType\": null}",
                "{\"resourceType\": {}}",
                "{\"resourceType\": \"zz-type\"}"
            })
    void a_prefetched_value_that_cannot_be_read_is_a_fault_of_its_key(String value) {
        HookRequest request =
                decoded(patientView().withJson("prefetch", "{\"observation\": " + value + "}"), Hook.PATIENT_VIEW);

        assertThat(request.prefetch()).isEmpty();
        assertThat(request.faults())
                .containsExactly(Map.entry("observation", new Unreadable("", "", "a resource of FHIR R4")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "valueInteger"})
    void the_element_of_a_prefetched_resource_that_cannot_be_read_is_named(String element) {
        HookRequest request = decoded(
                patientView()
                        .withJson(
                                "prefetch",
                                "{\"observation\": {\"resourceType\": \"Observation\", \"" + element
                                        + "\": \"zz-value\"}}"),
                Hook.PATIENT_VIEW);

        assertThat(request.faults().get("observation"))
                .extracting(Unreadable::element)
                .isEqualTo(element);
    }

    @Test
    void an_entry_that_cannot_be_read_is_left_out_and_named() {
        HookRequest request = decoded(
                patientView()
                        .prefetchingFound(
                                "observation", Records.thirst("t1"), Records.thirst("t2"), Records.thirst("t3"))
                        .with("prefetch.observation.entry.2.resource.status", "zz-status"),
                Hook.PATIENT_VIEW);

        Bundle bundle = observations(request);
        assertThat(bundle.getEntry()).hasSize(2);
        assertThat(request.unreadable().get("observation"))
                .containsExactly(new Unreadable("Observation", "status", "a code of FHIR R4"));
    }

    @Test
    void decimals_keep_their_precision() {
        HookRequest request = decoded(patientView().withJson("prefetch", """
                                {"observation": {"resourceType": "Bundle", "entry": [{"resource": {
                                  "resourceType": "Observation", "id": "o", "valueQuantity": {"value": 7.40}}}]}}
                                """), Hook.PATIENT_VIEW);

        Bundle bundle = observations(request);
        Observation observation = (Observation) bundle.getEntryFirstRep().getResource();
        assertThat(observation.getValueQuantity().getValue().toPlainString()).isEqualTo("7.40");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999999910", "222221e9999999222222222", "-1.5E-99999999999"})
    void a_number_whose_exponent_no_machine_can_hold_is_refused_and_not_repeated(String number) {
        String body = patientView().toString().replaceFirst("\\{", "{\"zz\": " + number + ",");

        BadHookRequest failure = refused(body.getBytes(StandardCharsets.UTF_8), Hook.PATIENT_VIEW);

        assertThat(failure).hasMessageNotContaining(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e1000000", "-1E+2000000000", "1e-2000000000", "1e1000", "1e40", "-1e-40", "0e-50", LONG})
    @Timeout(10)
    void a_number_that_would_fill_the_memory_when_written_out_costs_its_resource(String number) {
        String body = patientView()
                .prefetchingFound("observation", Records.thirst("t1"))
                .toString()
                .replace("\"valueInteger\":3", "\"valueQuantity\":{\"value\":" + number + "}");

        HookRequest request = decoder.decode(body.getBytes(StandardCharsets.UTF_8), Hook.PATIENT_VIEW, KEYS);

        assertThat(request.unreadable().get("observation"))
                .containsExactly(new Unreadable(
                        "Observation",
                        "valueQuantity.value",
                        "a number of fewer than 40 digits, with an exponent below 40"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e39", "1e-39", "0", "0.00", "123456789012345678901234567890", "-0.10000000000000001"})
    void a_number_that_a_machine_may_have_written_is_taken(String number) {
        String body = patientView()
                .prefetchingFound("observation", Records.thirst("t1"))
                .toString()
                .replace("\"valueInteger\":3", "\"valueQuantity\":{\"value\":" + number + "}");

        assertThat(decoder.decode(body.getBytes(StandardCharsets.UTF_8), Hook.PATIENT_VIEW, KEYS)
                        .unreadable())
                .isEmpty();
    }

    @Test
    void what_only_looks_like_a_long_number_is_taken() {
        Observation observation = Records.thirst("1e123456");
        observation.addIdentifier().setValue("7e1000000");

        assertThat(decoded(patientView().prefetchingFound("observation", observation), Hook.PATIENT_VIEW)
                        .prefetch())
                .containsKey("observation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MedicationRequest", "ServiceRequest"})
    void an_order_must_say_its_status(String type) {
        HookRequests request = orderSelect()
                .withJson("context.selections", "[\"%s/a\"]".formatted(type))
                .withJson(
                        "context.draftOrders",
                        "{\"resourceType\": \"Bundle\", \"entry\": [{\"resource\": {\"resourceType\": \"%s\", \"id\": \"a\"}}]}"
                                .formatted(type));

        BadHookRequest failure = catchThrowableOfType(BadHookRequest.class, () -> decoded(request, Hook.ORDER_SELECT));
        assertThat(failure.problems().get(0).expression()).isEqualTo("context.draftOrders.entry[0].resource.status");
    }

    @Test
    void an_element_that_is_repeated_too_often_costs_its_resource() {
        Observation observation = Records.thirst("a");
        for (int i = 1; i < 500; i++) {
            observation.getCode().addCoding().setCode("c-" + i);
        }
        assertThat(decoded(patientView().prefetchingFound("observation", observation), Hook.PATIENT_VIEW)
                        .unreadable())
                .isEmpty();
        observation.getCode().addCoding().setCode("one too many");

        HookRequest request = decoded(patientView().prefetchingFound("observation", observation), Hook.PATIENT_VIEW);

        assertThat(request.unreadable().get("observation"))
                .containsExactly(new Unreadable("Observation", "code.coding", "at most 500 of it"));
    }

    @Test
    void decoding_ends_when_nobody_waits_any_longer() {
        byte[] body = patientView()
                .prefetchingFound("observation", Records.thirst("a"))
                .bytes();

        assertThatThrownBy(() -> decoder.decode(body, Hook.PATIENT_VIEW, KEYS, order -> true, () -> {
                    throw new IllegalStateException("nobody waits");
                }))
                .hasMessage("nobody waits");
    }

    // ---- FHIR server and authorization

    @ParameterizedTest
    @CsvSource({
        "https://ehr.example/fhir, https://ehr.example/fhir",
        "https://ehr.example/fhir/, https://ehr.example/fhir",
        "http://127.0.0.1:8081/fhir, http://127.0.0.1:8081/fhir",
        "HTTPS://EHR.example:443, https://ehr.example",
        "HTTP://ehr.example:80/fhir, http://ehr.example/fhir",
        "http://[::1]:8081/fhir, http://[::1]:8081/fhir",
    })
    void the_base_url_of_the_fhir_server_is_written_in_one_way(String given, String base) {
        HookRequest request = decoded(patientView().with("fhirServer", given), Hook.PATIENT_VIEW);

        assertThat(request.fhirServer()).contains(new FhirServer(URI.create(base), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ehr.example/fhir",
                "/fhir",
                "ftp://ehr.example/fhir",
                "file:///etc/passwd",
                "https://user:zz-password@ehr.example/fhir",
                "https://ehr.example/fhir?zz=1",
                "https://ehr.example/fhir#zz",
                "https:///fhir",
                "https:ehr.example",
                "https://ehr.example/fh ir",
                "https://ehr.example:99999/fhir",
                "https://ehr.example:0/fhir"
            })
    void a_fhir_server_that_is_no_base_url_is_refused(String url) {
        assertRefused(patientView().with("fhirServer", url), Hook.PATIENT_VIEW, "fhirServer");
    }

    @Test
    void a_fhir_server_of_another_type_is_refused_and_null_is_none() {
        assertRefused(patientView().withJson("fhirServer", "[\"zz\"]"), Hook.PATIENT_VIEW, "fhirServer");
        assertThat(decoded(patientView().withJson("fhirServer", "null"), Hook.PATIENT_VIEW)
                        .fhirServer())
                .isEmpty();
    }

    @Test
    void the_token_is_kept_but_never_shown() {
        HookRequest request = decoded(authorized(), Hook.PATIENT_VIEW);

        FhirServer server = request.fhirServer().orElseThrow();
        assertThat(server.accessToken()).contains("zz-token.abc-._~+/=");
        assertThat(server.toString()).contains("with a token").doesNotContain("zz-token");
        assertThat(request.toString()).doesNotContain("zz-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token", "token_type"})
    void an_authorization_field_that_is_missing_or_of_another_type_is_named(String name) {
        String field = "fhirAuthorization." + name;
        if (!name.equals("access_token")) {
            assertRefused(authorized().without(field), Hook.PATIENT_VIEW, field);
        }
        assertRefused(authorized().withJson(field, "4711"), Hook.PATIENT_VIEW, field);
        assertRefused(authorized().with(field, "zz\r\nX-Header: zz"), Hook.PATIENT_VIEW, field);
    }

    @Test
    void authorization_is_null_or_an_object_with_a_bearer_token() {
        assertThat(decoded(authorized().withJson("fhirAuthorization", "null"), Hook.PATIENT_VIEW)
                        .fhirServer()
                        .orElseThrow()
                        .accessToken())
                .isEmpty();
        assertThat(decoded(authorized().with("fhirAuthorization.access_token", ""), Hook.PATIENT_VIEW)
                        .fhirServer()
                        .orElseThrow()
                        .accessToken())
                .isEmpty();
        assertRefused(authorized().with("fhirAuthorization", "zz-text"), Hook.PATIENT_VIEW, "fhirAuthorization");
        assertRefused(
                authorized().with("fhirAuthorization.token_type", "zz-mac"),
                Hook.PATIENT_VIEW,
                "fhirAuthorization.token_type");
        assertRefused(
                authorized().with("fhirAuthorization.access_token", "zz token"),
                Hook.PATIENT_VIEW,
                "fhirAuthorization.access_token");
    }

    @Test
    void authorization_needs_the_server_that_it_is_for() {
        assertRefused(authorized().without("fhirServer"), Hook.PATIENT_VIEW, "fhirServer");
    }

    @Test
    void authorization_for_another_patient_is_refused() {
        assertRefused(
                authorized().with("fhirAuthorization.patient", "zz-other"),
                Hook.PATIENT_VIEW,
                "fhirAuthorization.patient");
        assertThat(decoded(authorized().with("fhirAuthorization.patient", "zz-patient"), Hook.PATIENT_VIEW)
                        .fhirServer())
                .isPresent();
    }

    /** RFC 6749, section 5.1. */
    @ParameterizedTest
    @ValueSource(strings = {"bearer", "BEARER"})
    void the_type_of_a_token_may_be_written_in_either_case(String type) {
        assertThat(decoded(authorized().with("fhirAuthorization.token_type", type), Hook.PATIENT_VIEW)
                        .fhirServer()
                        .orElseThrow()
                        .accessToken())
                .isPresent();
    }

    /** As JSON Schema has it. */
    @ParameterizedTest
    @ValueSource(strings = {"300.0", "3e2", "0.3E+3", "1e99999"})
    void a_number_without_a_fraction_is_a_whole_number_however_it_is_written(String seconds) {
        decoded(authorized().withJson("fhirAuthorization.expires_in", seconds), Hook.PATIENT_VIEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "-1", "-1.0", "0.5", "300.5", "1e-99999", "\"zz-soon\"", "true", "[]"})
    void a_token_that_has_expired_or_does_not_say_when_is_refused(String seconds) {
        assertRefused(
                authorized().withJson("fhirAuthorization.expires_in", seconds),
                Hook.PATIENT_VIEW,
                "fhirAuthorization.expires_in");
    }

    @ParameterizedTest
    @ValueSource(strings = {"expires_in", "scope", "subject"})
    void what_clients_leave_out_of_an_authorization_does_not_end_the_call(String name) {
        FhirServer server = decoded(authorized().without("fhirAuthorization." + name), Hook.PATIENT_VIEW)
                .fhirServer()
                .orElseThrow();

        assertThat(server.scopes().toSearch("Observation")).isEqualTo(Access.ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"scope", "subject", "patient"})
    void a_field_of_the_authorization_of_another_type_is_named(String name) {
        assertRefused(
                authorized().withJson("fhirAuthorization." + name, "4711"),
                Hook.PATIENT_VIEW,
                "fhirAuthorization." + name);
    }

    private static HookRequests authorized() {
        return patientView().with("fhirServer", "https://ehr.example/fhir").withJson("fhirAuthorization", """
                        {"access_token": "zz-token.abc-._~+/=", "token_type": "Bearer", "expires_in": 300,
                         "scope": "user/*.read", "subject": "zz-client"}
                        """);
    }

    // ---- Anything

    @Test
    void a_body_with_a_damaged_spot_is_decoded_or_refused_but_never_a_defect() {
        byte[] good = orderSelect()
                .prefetching("patient", Records.patient())
                .prefetchingFound("observation", Records.thirst("t1"))
                .bytes();
        Random random = new Random(20_26);
        byte[] alphabet = "{}[]\":,.0-9eEtfn zZ/#".getBytes(StandardCharsets.UTF_8);
        List<String> defects = new ArrayList<>();
        for (int i = 0; i < 4_000; i++) {
            byte[] body = good.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                body[random.nextInt(body.length)] = alphabet[random.nextInt(alphabet.length)];
            }
            try {
                decoder.decode(body, Hook.ORDER_SELECT, KEYS);
            } catch (BadHookRequest expected) {
                // refused
            } catch (RuntimeException | StackOverflowError e) {
                defects.add(e + " for " + new String(body, StandardCharsets.UTF_8));
            }
        }

        assertThat(defects).isEmpty();
    }

    @Test
    void a_value_of_another_type_anywhere_is_decoded_or_refused_but_never_a_defect() {
        String good = orderSelect()
                .prefetching("patient", Records.patient())
                .prefetchingFound("observation", Records.thirst("t1"))
                .toString();
        List<String> defects = new ArrayList<>();
        String[] parts = good.split("(?<=:)", -1);
        for (int i = 1; i < parts.length; i++) {
            for (String json : List.of(
                    "null",
                    "true",
                    "17",
                    "-1.5e3",
                    "\"\"",
                    "\"zz\"",
                    "[]",
                    "{}",
                    "[null]",
                    "[[]]",
                    "[{}]",
                    "{\"a\":1}",
                    "1e99999")) {
                String rest = String.join("", List.of(parts).subList(i, parts.length));
                String body = String.join("", List.of(parts).subList(0, i)) + json + rest.substring(valueEnd(rest));
                try {
                    decoder.decode(body.getBytes(StandardCharsets.UTF_8), Hook.ORDER_SELECT, KEYS);
                } catch (BadHookRequest expected) {
                    // refused
                } catch (RuntimeException | StackOverflowError e) {
                    defects.add(e + " for " + body);
                }
            }
        }

        assertThat(defects).isEmpty();
    }

    /** Where the JSON value ends that the text begins with. */
    private static int valueEnd(String text) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!quoted && (c == '}' || c == ']')) {
                depth--;
                if (depth < 0) {
                    return i;
                }
            } else if (!quoted && depth == 0 && c == ',') {
                return i;
            }
        }
        return text.length();
    }

    // ---- Helpers

    private static Bundle observations(HookRequest request) {
        return Written.written(Objects.requireNonNull(request.prefetch().get("observation")), Bundle.class);
    }

    private HookRequest decoded(HookRequests request, Hook expected) {
        return decoder.decode(request.bytes(), expected, KEYS);
    }

    private BadHookRequest refused(byte[] body, Hook expected) {
        BadHookRequest failure = catchThrowableOfType(BadHookRequest.class, () -> decoder.decode(body, expected, KEYS));
        assertThat(failure).isNotNull();
        return failure;
    }

    private BadHookRequest assertRefused(HookRequests request, Hook expected, String field) {
        BadHookRequest failure = refused(request.bytes(), expected);
        assertThat(failure.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.expression()).isEqualTo(field);
            assertThat(problem.diagnostics()).contains("expected");
        });
        assertThat(request.values()).noneMatch(text(failure)::contains);
        assertThat(failure.getCause()).isNull();
        return failure;
    }

    private static String text(BadHookRequest failure) {
        return failure + " " + failure.problems();
    }
}
