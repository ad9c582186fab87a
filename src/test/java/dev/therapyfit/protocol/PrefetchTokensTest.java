package dev.therapyfit.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.hooks.prefetch.PrefetchTemplate;
import dev.therapyfit.hooks.prefetch.PrefetchTemplate.Tokens;
import dev.therapyfit.hooks.service.CdsService;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.junit.jupiter.api.Test;

/** What discovery asks for can be filled by a client of its version, and is what we read ourselves. */
class PrefetchTokensTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-06-15");

    /** CDS Hooks, "Prefetch query restrictions", and tokens of 2.0: root fields of the context. */
    private static final Pattern PLAIN = Pattern.compile("Patient/\\{\\{context[.]patientId}}"
            + "|[A-Z][A-Za-z]+\\?(patient|subject)=\\{\\{context[.]patientId}}(&code=[^&{}]+)?");

    @Test
    void a_client_of_2_0_gets_nothing_but_fields_of_the_context_and_widely_supported_searches() {
        for (CdsService service : Line.CATALOG.services()) {
            List<String> texts = texts(service, Tokens.PLAIN);
            assertThat(texts).hasSizeGreaterThan(5).allMatch(text -> PLAIN.matcher(text)
                    .matches());
        }
    }

    @Test
    void a_client_of_3_0_asks_for_what_we_would_read_ourselves() {
        List<String> asked = new ArrayList<>();
        Line line = new Line(Map.of(), asked);
        line.call("patient-view", "{\"userId\": \"Practitioner/1\", \"patientId\": \"p-1\"}", Map.of());

        TokenClient client = client(new Bundle(), Map.of());
        assertThat(texts(service("patient-view"), Tokens.FHIRPATH))
                .extracting(text -> client.fill(text).orElseThrow())
                .containsExactlyInAnyOrderElementsOf(asked.stream()
                        .map(query -> URLDecoder.decode(query, StandardCharsets.UTF_8))
                        .toList())
                .anyMatch(query -> query.startsWith("Observation?") && query.endsWith("&date=ge2025-05-11"));
    }

    @Test
    void a_client_of_3_0_finds_the_products_behind_the_draft_orders() {
        Bundle drafts = new Bundle();
        add(drafts, new MedicationRequest().setMedication(new Reference("Medication/m-1")), "a");
        add(drafts, new MedicationRequest().setMedication(new Reference("Medication/m-2")), "b");
        add(drafts, new MedicationRequest().setMedication(new CodeableConcept().setText("coded")), "c");
        add(drafts, new ServiceRequest(), "d");
        Map<String, Resource> known = Map.of(
                "Medication/m-1", withId(new Medication(), "m-1"), "Medication/m-2", withId(new Medication(), "m-2"));

        for (String hook : List.of("order-select", "order-sign")) {
            String template = text(service(hook), "medication").orElseThrow();
            assertThat(client(drafts, known).fill(template)).contains("Medication?_id=m-1,m-2");
            assertThat(client(new Bundle(), known).fill(template))
                    .as("nothing to ask")
                    .isEmpty();
        }
        assertThat(text(service("patient-view"), "medication")).isEmpty();
    }

    @Test
    void the_client_of_this_test_reads_tokens_as_the_specification_does() {
        Bundle drafts = new Bundle();
        add(drafts, new MedicationRequest().setMedication(new Reference("Medication/m-1")), "a");
        TokenClient client = new TokenClient(
                Map.of("patientId", "1288992"),
                Map.of("draftOrders", drafts),
                Map.of("meds", bundle(withId(new Medication(), "m-9"))),
                Map.of("Medication/m-1", withId(new Medication(), "m-1")),
                LocalDate.parse("2024-09-13"));

        assertThat(client.fill("Observation?patient={{context.patientId}}&date=gt{{today() - 90 days}}"))
                .contains("Observation?patient=1288992&date=gt2024-06-15");
        assertThat(client.fill("Appointment?date=gt{{today()}}&date=lt{{today() + 365 days}}"))
                .contains("Appointment?date=gt2024-09-13&date=lt2025-09-13");
        assertThat(client.fill("Medication?_id={{%meds.entry.resource.id|context.draftOrders.entry.resource"
                        + ".ofType(MedicationRequest).medication.resolve().id}}"))
                .contains("Medication?_id=m-9,m-1");
        assertThatThrownBy(() -> client.fill("{{nothing}}")).isInstanceOf(IllegalArgumentException.class);
    }

    private static TokenClient client(Bundle drafts, Map<String, Resource> references) {
        return new TokenClient(Map.of("patientId", "p-1"), Map.of("draftOrders", drafts), Map.of(), references, TODAY);
    }

    private static void add(Bundle bundle, Resource resource, String id) {
        bundle.addEntry().setResource(withId(resource, id));
    }

    private static Bundle bundle(Resource resource) {
        Bundle bundle = new Bundle();
        bundle.addEntry().setResource(resource);
        return bundle;
    }

    private static Resource withId(Resource resource, String id) {
        resource.setId(id);
        return resource;
    }

    private static CdsService service(String hook) {
        return Line.CATALOG.services().stream()
                .filter(service -> service.hook().code().equals(hook))
                .findFirst()
                .orElseThrow();
    }

    private static Optional<String> text(CdsService service, String key) {
        return service.prefetch().stream()
                .filter(template -> template.key().equals(key))
                .findFirst()
                .flatMap(template -> template.text(Tokens.FHIRPATH));
    }

    private static List<String> texts(CdsService service, Tokens tokens) {
        return service.prefetch().stream()
                .map((PrefetchTemplate template) -> template.text(tokens))
                .flatMap(Optional::stream)
                .toList();
    }
}
