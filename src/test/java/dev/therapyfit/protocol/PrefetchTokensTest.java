package dev.therapyfit.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import dev.therapyfit.hooks.chart.PrefetchTemplate.Tokens;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.AdverseEvent;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Substance;
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
        Resource first = withId(new Medication(), "m-1");
        Resource second = withId(new Medication(), "m-2");
        Resource third = withId(new Substance(), "su-1");
        AdverseEvent event = new AdverseEvent();
        event.addSuspectEntity().setInstance(new Reference("Substance/su-1"));
        Map<String, List<Resource>> chart = Map.of(
                "AdverseEvent",
                List.of(withId(event, "e-1")),
                "Substance",
                List.of(third),
                "MedicationRequest",
                List.of(withId(new MedicationRequest().setMedication(new Reference("Medication/m-1")), "r-1")),
                "MedicationStatement",
                List.of(withId(new MedicationStatement().setMedication(new Reference("Medication/m-2")), "s-1")),
                "Medication",
                List.of(first, second));
        List<String> asked = new ArrayList<>();
        new Line(
                        chart.entrySet().stream()
                                .collect(Collectors.toMap(Map.Entry::getKey, one -> Written.read(one.getValue()))),
                        asked)
                .call("patient-view", "{\"userId\": \"Practitioner/1\", \"patientId\": \"p-1\"}", Map.of());

        Map<String, Resource> earlier = new HashMap<>();
        TokenClient client = new TokenClient(
                Map.of("patientId", "p-1"),
                Map.of(),
                earlier,
                Map.of("Medication/m-1", first, "Medication/m-2", second, "Substance/su-1", third),
                TODAY);
        List<String> filled = new ArrayList<>();
        for (PrefetchTemplate template : service("patient-view").prefetch()) {
            if (!template.onlyIfSent()) {
                client.fill(template.text(Tokens.FHIRPATH).orElseThrow()).ifPresent(filled::add);
            }
            earlier.put(template.key(), bundle(chart.getOrDefault(template.type(), List.of())));
        }

        assertThat(filled)
                .containsExactlyInAnyOrderElementsOf(asked.stream()
                        .map(query -> URLDecoder.decode(query, StandardCharsets.UTF_8))
                        .toList())
                .contains("Medication?_id=m-1,m-2", "Substance?_id=su-1")
                .anyMatch(query -> query.startsWith("Observation?") && query.endsWith("&date=ge2025-05-11"));
    }

    @Test
    void a_template_names_earlier_keys_only() {
        for (CdsService service : Line.CATALOG.services()) {
            Set<String> earlier = new HashSet<>();
            for (PrefetchTemplate template : service.prefetch()) {
                Matcher variables = Pattern.compile("%([A-Za-z]+)")
                        .matcher(template.text(Tokens.FHIRPATH).orElseThrow());
                assertThat(variables.results().map(variable -> variable.group(1)))
                        .as(template.key())
                        .allMatch(earlier::contains);
                earlier.add(template.key());
            }
            assertThat(earlier).contains("referencedMedication", "referencedSubstance");
        }
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
                Map.of("meds", bundle(List.of(withId(new Medication(), "m-9")))),
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

    private static Bundle bundle(List<Resource> resources) {
        Bundle bundle = new Bundle();
        resources.forEach(resource -> bundle.addEntry().setResource(resource));
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
