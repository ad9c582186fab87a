package dev.therapyfit.cql.terminology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Written;
import java.nio.file.Path;
import java.util.List;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the concept maps and code systems of the content. */
class ConceptMapsTest {
    private static final Content CONTENT = Content.read(Path.of(".."));
    private static final Terminology TERMINOLOGY = Terminology.of(CONTENT);
    private static final ConceptMaps MAPS = ConceptMaps.of(CONTENT, TERMINOLOGY);

    @ParameterizedTest
    @CsvSource({
        "umbilical cord MSC exosomes 5 mL, secretome",
        "allogeneic mesenchymal stromal cells, msc",
        "Ryoncil 25 million cells, remestemcel-l",
        "bone marrow biopsy,",
        "physiotherapy of the knee,",
    })
    void an_order_in_words_is_translated(String words, String code) {
        MedicationRequest order = new MedicationRequest();
        order.setMedication(new CodeableConcept().setText(words));

        Resource given = Written.read(order);
        Resource translated = MAPS.translate(given);

        List<Coding> codings = Written.written(translated, MedicationRequest.class)
                .getMedicationCodeableConcept()
                .getCoding();
        assertThat(codings).extracting(Coding::getCode).isEqualTo(code == null ? List.of() : List.of(code));
        assertThat(codings).allSatisfy(coding -> assertThat(coding.getExtensionString(ConceptMaps.TRANSLATED))
                .isEqualTo("words"));
        assertThat(given.all("medication").get(0).all("coding")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"DMSO, true", "no reaction to DMSO, false", "tolerates DMSO, false", "DMSOX, false"})
    void words_count_whole_and_not_if_they_deny(String words, boolean counts) {
        AllergyIntolerance allergy = new AllergyIntolerance();
        allergy.setCode(new CodeableConcept().setText(words));

        Resource given = Written.read(allergy);

        Resource translated = MAPS.translate(given);

        assertThat(translated.all("code").get(0).has("coding")).isEqualTo(counts);
        assertThat(translated.equals(given)).isEqualTo(!counts);
    }

    @Test
    void a_result_by_another_method_gets_the_code_that_the_rules_name_and_keeps_its_own() {
        Observation observation = new Observation();
        observation.setCode(new CodeableConcept().addCoding(new Coding("http://loinc.org", "8806-2", null)));

        Observation translated = Written.written(MAPS.translate(Written.read(observation)), Observation.class);

        assertThat(translated.getCode().getCoding()).extracting(Coding::getCode).containsExactly("8806-2", "10230-1");
        assertThat(MAPS.translatedInto(new Terminology.Code("http://loinc.org", "10230-1")))
                .contains(new Terminology.Code("http://loinc.org", "8806-2"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://hl7.org/fhir/sid/icd-10-cm, C5091,   http://hl7.org/fhir/sid/icd-10-cm, C50.91",
        "http://hl7.org/fhir/sid/icd-10-cm, c50.91,  http://hl7.org/fhir/sid/icd-10-cm, C50.91",
        "urn:oid:2.16.840.1.113883.6.90,    C50.91,  http://hl7.org/fhir/sid/icd-10-cm, C50.91",
        "urn:oid:2.16.840.1.113883.6.1,     1988-5,  http://loinc.org,                  1988-5",
        "http://loinc.org,                  1988-5,  http://loinc.org,                  1988-5",
        "http://other.example,              c5091,   http://other.example,              c5091",
    })
    void a_code_is_read_in_whatever_form_its_system_is_written(
            String system, String code, String expectedSystem, String expected) {
        assertThat(TERMINOLOGY.canonical(new Terminology.Code(system, code)))
                .isEqualTo(new Terminology.Code(expectedSystem, expected));
    }
}
