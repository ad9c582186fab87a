package dev.therapyfit.hooks.chart;

import static dev.therapyfit.cql.fhir.Written.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.terminology.Terminology.Code;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.chart.PrefetchTemplate.Tokens;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.Test;

class PrefetchTemplateTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-06-15");
    private static final List<PrefetchTemplate> TOY =
            PrefetchTemplate.of(ToyContent.EVALUATOR.dataRequirements(), List.of());

    @Test
    void the_content_tells_what_is_read_the_patient_first() {
        assertThat(TOY)
                .extracting(PrefetchTemplate::key)
                .containsExactly("patient", "medicationRequest", "observation");
        assertThat(TOY)
                .extracting(template -> template.text(Tokens.PLAIN).orElseThrow())
                .containsExactly(
                        "Patient/{{context.patientId}}",
                        "MedicationRequest?patient={{context.patientId}}",
                        "Observation?patient={{context.patientId}}&code=https://toy.example/CodeSystem/thing|thirst");
    }

    @Test
    void our_own_query_fills_in_the_patient_and_encodes_the_codes() {
        assertThat(TOY)
                .extracting(template -> template.query("zz-patient", TODAY))
                .containsExactly(
                        "Patient/zz-patient",
                        "MedicationRequest?patient=zz-patient",
                        "Observation?patient=zz-patient&code=https%3A%2F%2Ftoy.example%2FCodeSystem%2Fthing%7Cthirst");
    }

    @Test
    void several_codes_are_one_search() {
        PrefetchTemplate template = of("Observation", new Code("urn:a", "1"), new Code("urn:b", "2 +&"));

        assertThat(template.text(Tokens.PLAIN).orElseThrow()).endsWith("&code=urn:a|1,urn:b|2 +&");
        assertThat(template.query("p", TODAY)).endsWith("&code=urn%3Aa%7C1,urn%3Ab%7C2+%2B%26");
    }

    @Test
    void a_template_finds_its_type_and_if_it_names_codes_one_of_these() {
        PrefetchTemplate observation = TOY.get(2);
        Observation other = Records.thirst("o-2");
        other.setCode(Records.concept("hunger"));

        assertThat(observation.finds(read(Records.thirst("o-1")))).isTrue();
        assertThat(observation.finds(read(other))).isFalse();
        assertThat(observation.finds(read(Records.order("m-1", "tea")))).isFalse();
        assertThat(TOY.get(1).finds(read(Records.order("m-1", "tea")))).isTrue();
    }

    @Test
    void a_type_that_is_not_searched_by_patient_has_no_template() {
        List<PrefetchTemplate> templates = PrefetchTemplate.of(
                List.of(new DataRequirement("Medication", "", new TreeSet<>(Comparator.comparing(Code::code)), true)),
                List.of());

        assertThat(templates).extracting(PrefetchTemplate::key).containsExactly("patient");
    }

    @Test
    void a_look_back_parts_what_is_needed_however_old_from_the_rest() {
        Code old = new Code("urn:a", "old");
        TreeSet<Code> codes = new TreeSet<>(Comparator.comparing(Code::code));
        codes.addAll(List.of(old, new Code("urn:a", "recent")));
        List<PrefetchTemplate> templates = PrefetchTemplate.of(
                List.of(new DataRequirement("Observation", "code", codes, false)),
                List.of(new LookBack("Observation", "effective", 400, Set.of(old))));

        assertThat(templates)
                .extracting(PrefetchTemplate::key)
                .containsExactly("patient", "observation", "recentObservation");
        assertThat(templates)
                .extracting(template -> template.text(Tokens.FHIRPATH).orElseThrow())
                .endsWith(
                        "Observation?patient={{context.patientId}}&code=urn:a|old",
                        "Observation?patient={{context.patientId}}&code=urn:a|recent&date=ge{{today() - 400 days}}");
        assertThat(templates)
                .extracting(template -> template.text(Tokens.PLAIN).orElseThrow())
                .as("a client of 2.0 cannot fill a relative date")
                .noneMatch(text -> text.contains("today"));
        assertThat(templates.get(2).query("p", TODAY))
                .isEqualTo("Observation?patient=p&code=urn%3Aa%7Crecent&date=ge2025-05-11");
    }

    @Test
    void a_type_that_is_read_whole_can_have_a_look_back() {
        List<PrefetchTemplate> templates = PrefetchTemplate.of(
                List.of(new DataRequirement("Procedure", "", new TreeSet<>(Comparator.comparing(Code::code)), true)),
                List.of(new LookBack("Procedure", "performed", 30, Set.of())));

        assertThat(templates).extracting(PrefetchTemplate::key).containsExactly("patient", "recentProcedure");
        assertThat(templates.get(1).query("p", TODAY)).isEqualTo("Procedure?patient=p&date=ge2026-05-16");
    }

    @Test
    void what_orders_refer_to_can_be_asked_for_with_fhirpath_only() {
        List<DataRequirement> medication =
                List.of(new DataRequirement("Medication", "", new TreeSet<>(Comparator.comparing(Code::code)), true));
        PrefetchTemplate template = PrefetchTemplate.behind("MedicationRequest", "medication", medication)
                .orElseThrow();

        assertThat(template.key()).isEqualTo("medication");
        assertThat(template.text(Tokens.PLAIN)).isEmpty();
        assertThat(template.text(Tokens.FHIRPATH))
                .contains("Medication?_id={{context.draftOrders.entry.resource.ofType(MedicationRequest)"
                        + ".medication.resolve().ofType(Medication).id}}");
        assertThat(PrefetchTemplate.behind("ServiceRequest", "code", medication))
                .isEmpty();
        assertThat(PrefetchTemplate.behind("MedicationRequest", "medication", List.of()))
                .as("the content does not read it")
                .isEmpty();
    }

    @Test
    void what_the_chart_refers_to_is_asked_for_by_the_keys_before() {
        List<PrefetchTemplate> templates = PrefetchTemplate.of(
                List.of(
                        whole("AdverseEvent"),
                        whole("Medication"),
                        whole("MedicationAdministration"),
                        whole("MedicationRequest"),
                        whole("Observation"),
                        whole("Substance")),
                List.of(new LookBack("MedicationRequest", "authoredOn", 30, Set.of())));

        assertThat(templates)
                .extracting(PrefetchTemplate::key)
                .as("after those that it depends on")
                .containsExactly(
                        "patient",
                        "adverseEvent",
                        "medicationAdministration",
                        "recentMedicationRequest",
                        "observation",
                        "referencedMedication",
                        "referencedSubstance");
        PrefetchTemplate template = templates.get(5);
        assertThat(template.text(Tokens.PLAIN)).isEmpty();
        assertThat(template.text(Tokens.FHIRPATH))
                .contains("Medication?_id={{"
                        + "%adverseEvent.entry.resource.suspectEntity.instance.resolve().ofType(Medication).id|"
                        + "%medicationAdministration.entry.resource.medication.resolve().ofType(Medication).id|"
                        + "%recentMedicationRequest.entry.resource.medication.resolve().ofType(Medication).id}}");
    }

    private static DataRequirement whole(String type) {
        return new DataRequirement(type, "", new TreeSet<>(Comparator.comparing(Code::code)), true);
    }

    private static PrefetchTemplate of(String type, Code... codes) {
        TreeSet<Code> sorted = new TreeSet<>(Comparator.comparing(Code::code));
        sorted.addAll(List.of(codes));
        return PrefetchTemplate.of(List.of(new DataRequirement(type, "code", sorted, false)), List.of())
                .get(1);
    }
}
