package dev.therapyfit.hooks.catalog;

import static dev.therapyfit.cql.fhir.Written.all;
import static dev.therapyfit.cql.fhir.Written.read;
import static dev.therapyfit.hooks.Records.medication;
import static dev.therapyfit.hooks.Records.order;
import static dev.therapyfit.hooks.Records.orderOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.terminology.ConceptMaps;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.request.FhirServer;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.hooks.request.HookContext;
import dev.therapyfit.hooks.request.HookContext.OrderSelect;
import dev.therapyfit.hooks.request.HookContext.OrderSign;
import dev.therapyfit.hooks.request.HookContext.PatientView;
import dev.therapyfit.hooks.request.HookRequest;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DeviceRequest;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.junit.jupiter.api.Test;

/** Which orders a service is about: hot drinks, in the toy content. */
class OrderTriggerTest {
    private static final CdsService SERVICE =
            ToyContent.catalog().find("toy-order-select").orElseThrow();

    private static final FhirServer SERVER = new FhirServer(URI.create("https://ehr.example/fhir"), Optional.empty());

    // ---- What is ordered

    @Test
    void an_order_counts_by_its_code() {
        assertThat(concerns(order("a", "tea"))).isTrue();
        assertThat(concerns(order("a", "cocoa"))).isTrue();
        assertThat(concerns(order("a", "lemonade"))).isFalse();
    }

    @Test
    void any_of_several_codings_counts_but_not_the_code_of_another_system() {
        MedicationRequest order = order("a", "lemonade");
        order.getMedicationCodeableConcept()
                .addCoding()
                .setSystem(ToyContent.THINGS)
                .setCode("tea");
        assertThat(concerns(order)).isTrue();

        MedicationRequest other = order("a", "tea");
        other.getMedicationCodeableConcept().getCodingFirstRep().setSystem("https://other.example");
        assertThat(concerns(other)).isFalse();
    }

    @Test
    void a_service_request_counts_by_its_code_and_other_types_do_not() {
        ServiceRequest service = new ServiceRequest();
        service.setId("a");
        service.setCode(Records.concept("tea"));
        assertThat(concerns(service)).isTrue();

        DeviceRequest device = new DeviceRequest();
        device.setId("a");
        device.setCode(Records.concept("tea"));
        assertThat(concerns(device)).isFalse();
    }

    @Test
    void an_order_that_is_only_text_is_none_of_ours() {
        MedicationRequest order = order("a", "tea");
        order.setMedication(new CodeableConcept().setText("tea"));
        assertThat(concerns(order)).isFalse();

        order.setMedication(new Reference().setDisplay("tea"));
        assertThat(concerns(order)).isFalse();

        order.setMedication(null);
        assertThat(concerns(order)).isFalse();
    }

    @Test
    void an_order_in_words_counts_where_the_content_translates_them() {
        Content content = ToyContent.and("input/vocabulary/conceptmap/words.json", """
                {"resourceType": "ConceptMap", "id": "words", "url": "https://toy.example/ConceptMap/words",
                 "extension": [{"url": "%s", "valueString": "MedicationRequest.medication"}],
                 "group": [{"source": "%s", "target": "%s", "element": [
                   {"code": "tea", "target": [{"code": "tea", "equivalence": "equivalent"}]}]}]}""".formatted(
                        ConceptMaps.CONTEXT, ConceptMaps.WORDS, ToyContent.THINGS));
        CdsService service = ServiceCatalog.of(content, CqlEvaluator.compile(content, "Toy"))
                .find("toy-order-select")
                .orElseThrow();
        MedicationRequest text = order("a", "tea");
        text.setMedication(new CodeableConcept().setText("a cup of tea"));
        MedicationRequest display = order("b", "tea");
        display.setMedication(new Reference().setDisplay("Tea, green"));
        MedicationRequest another = order("c", "tea");
        another.setMedication(new Reference().setDisplay("lemonade"));

        assertThat(service.mayConcern(selecting(text))).isTrue();
        assertThat(service.mayConcern(selecting(display))).isTrue();
        assertThat(service.mayConcern(selecting(another))).isFalse();
    }

    @Test
    void a_contained_medication_is_looked_at() {
        MedicationRequest tea = orderOf("a", "#m");
        tea.addContained(medication("m", "tea"));
        MedicationRequest lemonade = orderOf("a", "#m");
        lemonade.addContained(medication("m", "lemonade"));

        assertThat(concerns(parsed(tea))).isTrue();
        assertThat(concerns(parsed(lemonade))).isFalse();
        assertThat(concerns(tea)).isTrue();
        assertThat(concerns(lemonade)).isFalse();
    }

    @Test
    void a_medication_in_the_same_bundle_is_looked_at() {
        assertThat(concerns(orderOf("a", "Medication/m"), medication("m", "tea")))
                .isTrue();
        assertThat(concerns(orderOf("a", "Medication/m"), medication("m", "lemonade")))
                .isFalse();
    }

    @Test
    void a_medication_in_the_same_bundle_is_found_by_its_uuid() {
        for (String drink : List.of("tea", "lemonade")) {
            Bundle bundle = new Bundle();
            bundle.addEntry().setFullUrl("urn:uuid:1").setResource(orderOf("a", "urn:uuid:2"));
            bundle.addEntry().setFullUrl("urn:uuid:2").setResource(medication("m", drink));

            assertThat(concerns(BundleContents.of(read(bundle)))).isEqualTo(drink.equals("tea"));
        }
    }

    @Test
    void a_medication_that_has_to_be_read_first_may_be_ours() {
        assertThat(concerns(orderOf("a", "Medication/elsewhere"))).isTrue();
        assertThat(concerns(orderOf("a", "Medication/elsewhere"), medication("m", "lemonade")))
                .isTrue();
    }

    @Test
    void a_medication_named_by_an_identifier_may_be_ours() {
        MedicationRequest order = orderOf("a", "Medication/m");
        order.setMedication(new Reference().setIdentifier(new Identifier().setValue("1")));

        assertThat(concerns(order)).isTrue();
        assertThat(SERVICE.concerns(call(new OrderSign("u", "p", Optional.empty(), all(order))), List.of()))
                .isFalse();
    }

    @Test
    void only_the_same_servers_medication_is_the_one_that_is_meant() {
        Medication lemonade = medication("m", "lemonade");

        assertThat(concerns(orderOf("a", "HTTPS://ehr.example:443/fhir/Medication/m"), lemonade))
                .isFalse();
        assertThat(concerns(orderOf("a", "https://other.example/fhir/Medication/m"), lemonade))
                .isTrue();
        assertThat(concerns(orderOf("a", "Substance/m"), lemonade)).isTrue();
    }

    // ---- Which order

    @Test
    void only_selected_orders_count() {
        List<MedicationRequest> drafts = List.of(order("tea-1", "tea"), order("lemonade-1", "lemonade"));

        assertThat(SERVICE.mayConcern(select(drafts, "MedicationRequest/tea-1")))
                .isTrue();
        assertThat(SERVICE.mayConcern(select(drafts, "MedicationRequest/lemonade-1")))
                .isFalse();
        assertThat(SERVICE.mayConcern(select(drafts, "MedicationRequest/lemonade-1", "MedicationRequest/tea-1")))
                .isTrue();
        assertThat(SERVICE.mayConcern(select(drafts))).isFalse();
    }

    @Test
    void every_order_counts_when_signing() {
        assertThat(SERVICE.mayConcern(call(
                        new OrderSign("u", "p", Optional.empty(), all(order("l", "lemonade"), order("t", "tea"))))))
                .isTrue();
        assertThat(SERVICE.mayConcern(call(new OrderSign("u", "p", Optional.empty(), List.of()))))
                .isFalse();
    }

    @Test
    void a_service_without_triggers_needs_no_order() {
        CdsService service = ToyContent.catalog().find("toy-patient-view").orElseThrow();

        assertThat(service.mayConcern(call(new PatientView("u", "p", Optional.empty()))))
                .isTrue();
    }

    @Test
    void an_order_whose_product_is_known_besides_is_surely_one_or_none() {
        HookRequest call = call(new OrderSign("u", "p", Optional.empty(), all(orderOf("a", "Medication/m"))));

        assertThat(SERVICE.mayConcern(call)).isTrue();
        assertThat(SERVICE.concerns(call, List.of())).isFalse();
        assertThat(SERVICE.concerns(call, all(medication("m", "tea")))).isTrue();
        assertThat(SERVICE.concerns(call, all(medication("m", "lemonade")))).isFalse();
    }

    // ---- Helpers

    private static boolean concerns(DomainResource... drafts) {
        return concerns(all(drafts));
    }

    private static boolean concerns(List<Resource> drafts) {
        return SERVICE.mayConcern(call(new OrderSign("u", "p", Optional.empty(), drafts)));
    }

    private static HookRequest selecting(DomainResource draft) {
        return select(List.of(draft), read(draft).reference());
    }

    private static HookRequest select(List<? extends DomainResource> drafts, String... selections) {
        return call(new OrderSelect("u", "p", Optional.empty(), List.of(selections), read(drafts)));
    }

    private static HookRequest call(HookContext context) {
        Hook hook = context instanceof OrderSelect
                ? Hook.ORDER_SELECT
                : context instanceof OrderSign ? Hook.ORDER_SIGN : Hook.PATIENT_VIEW;
        return new HookRequest(hook, "i", context, Optional.of(SERVER), Map.of());
    }

    /** As it arrives over the wire: HAPI names a contained resource differently then. */
    private static DomainResource parsed(DomainResource resource) {
        var parser = ToyContent.FHIR.newJsonParser();
        return (DomainResource) parser.parseResource(parser.encodeResourceToString(resource));
    }
}
