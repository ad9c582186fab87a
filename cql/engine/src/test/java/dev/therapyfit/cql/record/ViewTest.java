package dev.therapyfit.cql.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Written;
import java.util.List;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.Test;

/** How the record is seen by the rules: results one by one, references by id, words as texts. */
class ViewTest {
    @Test
    void components_and_contained_results_are_results_with_the_day_and_id_of_the_whole() {
        Observation panel = new Observation();
        panel.setId("p");
        panel.setEffective(new DateTimeType("2026-06-01"));
        panel.setCode(code("panel"));
        panel.addComponent().setCode(code("a")).setValue(new Quantity(1));
        panel.addComponent().setCode(code("empty"));
        Observation member = new Observation();
        member.setCode(code("b"));
        member.setValue(new Quantity(2));
        panel.addContained(member);

        List<Observation> results = Results.in(Written.read(panel)).stream()
                .map(read -> Written.written(read, Observation.class))
                .toList();

        assertThat(results)
                .extracting(result -> result.getCode().getCodingFirstRep().getCode())
                .containsExactly("a", "b");
        assertThat(results).allSatisfy(result -> {
            assertThat(result.getIdElement().getIdPart()).isEqualTo("p");
            assertThat(result.getEffectiveDateTimeType().getValueAsString()).isEqualTo("2026-06-01");
        });
    }

    @Test
    void a_result_with_a_value_of_its_own_stays_beside_its_parts() {
        Observation pressure = new Observation();
        pressure.setCode(code("whole"));
        pressure.setValue(new Quantity(1));
        pressure.addComponent().setCode(code("part")).setValue(new Quantity(2));

        Resource read = Written.read(pressure);
        assertThat(Results.in(read)).hasSize(2).first().isSameAs(read);
        Resource plain = Resource.of("Observation");
        assertThat(Results.in(plain)).containsExactly(plain);
    }

    @Test
    void a_reference_by_identifier_is_one_by_id_to_each_that_has_it() {
        Resource one = condition("one", "1");
        LogicalReferences references = new LogicalReferences(List.of(one, condition("two", "2"), condition("b", "2")));

        assertThat(reasons(references, "1")).containsExactly("Condition/one");
        assertThat(reasons(references, "2")).containsExactly("Condition/two", "Condition/b");
        assertThat(reasons(references, "3")).isEmpty();
        assertThat(references.byId(one)).isSameAs(one);
    }

    private static List<String> reasons(LogicalReferences references, String number) {
        MedicationRequest order = new MedicationRequest();
        order.addReasonReference(new Reference().setIdentifier(identifier(number)));
        return Written.written(references.byId(Written.read(order)), MedicationRequest.class)
                .getReasonReference()
                .stream()
                .filter(Reference::hasReference)
                .map(Reference::getReference)
                .toList();
    }

    @Test
    void a_medication_that_is_named_in_words_only_is_a_text() {
        MedicationRequest words = new MedicationRequest();
        words.setMedication(new Reference().setDisplay("warfarin 5 mg"));
        MedicationRequest pointing = new MedicationRequest();
        pointing.setMedication(new Reference("Medication/m").setDisplay("warfarin 5 mg"));

        Resource read = WordsOnly.asText(Written.read(words));
        Resource other = Written.read(pointing);

        assertThat(Written.written(read, MedicationRequest.class)
                        .getMedicationCodeableConcept()
                        .getText())
                .isEqualTo("warfarin 5 mg");
        assertThat(WordsOnly.asText(other)).isSameAs(other);
    }

    private static CodeableConcept code(String code) {
        return new CodeableConcept().addCoding(new Coding("http://x", code, null));
    }

    private static Resource condition(String id, String number) {
        Condition condition = new Condition();
        condition.setId(id);
        condition.addIdentifier(identifier(number));
        return Written.read(condition);
    }

    private static Identifier identifier(String value) {
        return new Identifier().setSystem("http://hospital.example").setValue(value);
    }
}
