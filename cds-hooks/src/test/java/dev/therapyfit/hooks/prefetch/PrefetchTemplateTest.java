package dev.therapyfit.hooks.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.terminology.Terminology.Code;
import dev.therapyfit.hooks.ToyContent;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PrefetchTemplateTest {
    private static final List<PrefetchTemplate> TOY =
            PrefetchTemplate.of(ToyContent.EVALUATOR.dataRequirements(), ToyContent.FHIR);

    @Test
    void the_content_tells_what_is_read_the_patient_first() {
        assertThat(TOY)
                .extracting(PrefetchTemplate::key)
                .containsExactly("patient", "medicationRequest", "observation");
        assertThat(TOY)
                .extracting(PrefetchTemplate::text)
                .containsExactly(
                        "Patient/{{context.patientId}}",
                        "MedicationRequest?patient={{context.patientId}}",
                        "Observation?patient={{context.patientId}}&code=https://toy.example/CodeSystem/thing|thirst");
    }

    @Test
    void our_own_query_fills_in_the_patient_and_encodes_the_codes() {
        assertThat(TOY)
                .extracting(template -> template.query("zz-patient"))
                .containsExactly(
                        "Patient/zz-patient",
                        "MedicationRequest?patient=zz-patient",
                        "Observation?patient=zz-patient&code=https%3A%2F%2Ftoy.example%2FCodeSystem%2Fthing%7Cthirst");
    }

    @Test
    void several_codes_are_one_search() {
        PrefetchTemplate template = of("Observation", new Code("urn:a", "1"), new Code("urn:b", "2 +&"));

        assertThat(template.text()).endsWith("&code=urn:a|1,urn:b|2 +&");
        assertThat(template.query("p")).endsWith("&code=urn%3Aa%7C1,urn%3Ab%7C2+%2B%26");
    }

    @Test
    void a_type_that_is_not_searched_by_patient_has_no_template() {
        List<PrefetchTemplate> templates = PrefetchTemplate.of(
                List.of(new DataRequirement("Medication", "", new TreeSet<>(Comparator.comparing(Code::code)))),
                ToyContent.FHIR);

        assertThat(templates).extracting(PrefetchTemplate::key).containsExactly("patient");
    }

    private static PrefetchTemplate of(String type, Code... codes) {
        TreeSet<Code> sorted = new TreeSet<>(Comparator.comparing(Code::code));
        sorted.addAll(List.of(codes));
        return PrefetchTemplate.of(List.of(new DataRequirement(type, "code", sorted)), ToyContent.FHIR)
                .get(1);
    }
}
