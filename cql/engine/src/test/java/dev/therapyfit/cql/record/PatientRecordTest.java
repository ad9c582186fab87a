package dev.therapyfit.cql.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.cql.fhir.Bounds;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.cql.terminology.Terminology;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.MedicationStatement.MedicationStatementStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Substance;
import org.hl7.fhir.r4.model.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatientRecordTest {
    @Test
    void resources_are_found_by_type_and_code_sorted_by_id_whatever_the_order() {
        Condition one = condition("a", "x", "y");
        Condition two = condition("b", "y");
        PatientRecord record = record(two, condition("c", "z"), one);

        assertThat(ids(record.retrieve("Condition"))).containsExactly("a", "b", "c");
        assertThat(ids(record.retrieve("Condition", "code", code -> code.code().equals("y"))))
                .containsExactly("a", "b");
        assertThat(ids(record.retrieve("Condition", "code", code -> !code.code().equals("z"))))
                .containsExactly("a", "b");
        assertThat(record.retrieve("Condition", "code", code -> code.code().equals("none")))
                .isEmpty();
        assertThat(record.retrieve("Goal")).isEmpty();
    }

    @Test
    void the_digest_tells_what_is_known_and_not_how_it_came() {
        Condition copied = condition("a", "x", "y");
        copied.getMeta().setVersionId("7");
        copied.getText().setDivAsString("<div>told again</div>");
        String digest = record(condition("a", "x", "y"), condition("b", "z")).sha256();

        assertThat(digest).matches("[0-9a-f]{64}");
        assertThat(record(condition("b", "z"), copied).sha256()).isEqualTo(digest);
        assertThat(PatientRecord.builder()
                        .addAll(record(condition("b", "z"), copied).retrieve("Condition"), Origin.FETCHED)
                        .add(record().patient(), Origin.FETCHED)
                        .build()
                        .sha256())
                .isEqualTo(digest);
        assertThat(record(condition("a", "x", "y")).sha256()).isNotEqualTo(digest);
        assertThat(record(condition("a", "x", "y"), condition("b", "other")).sha256())
                .isNotEqualTo(digest);
        Condition foreign = condition("c", "x");
        foreign.setSubject(new Reference("Patient/p2"));
        assertThat(record(condition("a", "x", "y"), condition("b", "z"), foreign)
                        .sha256())
                .isNotEqualTo(digest);
    }

    @Test
    void an_index_over_an_element_that_does_not_exist_is_an_error() {
        assertThatThrownBy(() -> record(condition("a", "x")).retrieve("Condition", "colour", code -> true))
                .hasMessage("Condition has no element colour");
    }

    @Test
    void a_coding_without_a_system_matches_nothing() {
        Condition condition = condition("a", "x");
        condition.getCode().getCodingFirstRep().setSystem(null);
        assertThat(record(condition).retrieve("Condition", "code", code -> true))
                .isEmpty();
    }

    @Test
    void what_belongs_to_another_patient_is_left_out() {
        Condition foreign = condition("a", "x");
        foreign.setSubject(new Reference("Patient/p2"));
        Condition own = condition("b", "x");
        own.setSubject(new Reference("https://ehr.example/fhir/Patient/p1"));

        PatientRecord record = record(foreign, own);

        assertThat(ids(record.retrieve("Condition"))).containsExactly("b");
        assertThat(record.excluded()).containsExactly(new Excluded("Condition/a", "other-patient"));
        assertThat(record.find("Condition/a")).isEmpty();
        assertThat(record.incomplete())
                .containsExactly(new Incomplete("Condition", "some of it is about another patient"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Group/p1", "https://other.example/fhir/Patient/p1", "urn:uuid:p1", "#p1", "p1"})
    void only_a_reference_to_this_patient_makes_a_fact_theirs(String subject) {
        Condition condition = condition("a", "x");
        condition.setSubject(new Reference(subject));

        PatientRecord record = PatientRecord.builder()
                .server(Optional.of(URI.create("https://ehr.example/fhir")))
                .add(Written.read(patient("p1")), Origin.PREFETCH)
                .add(Written.read(condition), Origin.PREFETCH)
                .build();

        assertThat(record.excluded()).containsExactly(new Excluded("Condition/a", "other-patient"));
    }

    @Test
    void a_fact_that_does_not_refer_to_anybody_is_theirs() {
        Condition condition = condition("a", "x");
        condition.setSubject(new Reference().setDisplay("p"));

        assertThat(record(condition).excluded()).isEmpty();
    }

    @Test
    void a_draft_order_counts_only_from_the_context() {
        PatientRecord record = PatientRecord.builder()
                .add(Written.read(patient("p1")), Origin.PREFETCH)
                .add(Written.read(draft("chart")), Origin.PREFETCH)
                .add(Written.read(draft("both")), Origin.FETCHED)
                .add(Written.read(draft("both")), Origin.CONTEXT)
                .build();

        assertThat(ids(record.retrieve("MedicationRequest"))).containsExactly("both");
        assertThat(record.find("MedicationRequest/both"))
                .hasValueSatisfying(fact -> assertThat(fact.origin()).isEqualTo(Origin.CONTEXT));
        assertThat(record.excluded()).containsExactly(new Excluded("MedicationRequest/chart", "draft-outside-context"));
    }

    @Test
    void a_resource_without_an_id_gets_one_that_depends_on_its_content() {
        PatientRecord once = record(condition(null, "x"), condition(null, "x"), condition(null, "y"));
        PatientRecord again = record(condition(null, "y"), condition(null, "x"));
        assertThat(ids(once.retrieve("Condition"))).hasSize(2).isEqualTo(ids(again.retrieve("Condition")));
    }

    @Test
    void two_that_differ_under_one_id_leave_their_type_unread() {
        Condition copy = condition("a", "x");
        copy.getMeta().setVersionId("2");

        assertThat(record(condition("a", "x"), copy).incomplete()).isEmpty();
        assertThat(record(
                                condition("a", "x").setEncounter(new Reference("Encounter/e")),
                                condition("a", "x").setEncounter(new Reference("Encounter/e/_history/2")))
                        .incomplete())
                .isEmpty();
        assertThat(record(condition("a", "x"), condition("a", "y")).incomplete())
                .containsExactly(new Incomplete("Condition", "two that differ have the same id"));
    }

    @Test
    void of_more_than_can_be_looked_at_the_type_is_unread() {
        Condition[] most = IntStream.range(0, Bounds.MOST_OF_A_TYPE)
                .mapToObj(i -> condition("c-" + i, "x"))
                .toArray(Condition[]::new);
        Condition[] more = IntStream.range(0, Bounds.MOST_OF_A_TYPE + 1)
                .mapToObj(i -> condition("c-" + i, "x"))
                .toArray(Condition[]::new);

        assertThat(record(most).incomplete()).isEmpty();
        assertThat(record(more).incomplete())
                .containsExactly(new Incomplete("Condition", "there are more than " + Bounds.MOST_OF_A_TYPE));
        assertThat(record(more).retrieve("Condition")).hasSize(Bounds.MOST_OF_A_TYPE);
        assertThat(PatientRecord.builder()
                        .addAll(record(more).retrieve("Condition"), Origin.PREFETCH)
                        .add(Written.read(patient("p1")), Origin.PREFETCH)
                        .add(Written.read(condition("ordered", "x")), Origin.CONTEXT)
                        .build()
                        .find("Condition/ordered"))
                .isPresent();
    }

    @Test
    void there_is_one_patient() {
        assertThatThrownBy(() -> PatientRecord.builder().build())
                .hasMessage("The record holds no Patient: expected one");
        assertThatThrownBy(() -> PatientRecord.builder()
                        .add(Written.read(patient("p1")), Origin.PREFETCH)
                        .add(Written.read(patient("p2")), Origin.PREFETCH))
                .hasMessage("The record holds two patients: expected one");
        assertThatThrownBy(() -> PatientRecord.builder()
                        .add(Written.read(patient("p1")), Origin.PREFETCH)
                        .add(Written.read(patient("p1").setActive(true)), Origin.PREFETCH))
                .hasMessage("The record holds two patients: expected one");
    }

    @Test
    void nested_bundles_are_opened_and_uuid_references_resolved() {
        Observation observation = new Observation();
        observation.addPerformer(new Reference("urn:uuid:11111111-2222-3333-4444-555555555555"));
        observation.setId("o");
        Bundle inner = new Bundle();
        inner.addEntry()
                .setFullUrl("urn:uuid:11111111-2222-3333-4444-555555555555")
                .setResource(new Patient());
        Bundle outer = new Bundle();
        outer.addEntry().setResource(observation);
        outer.addEntry().setResource(inner);
        outer.addEntry().setResource(new OperationOutcome());

        List<Resource> contents = BundleContents.of(Written.read(outer));

        assertThat(contents).hasSize(2);
        assertThat(contents.get(0).all("performer").get(0).text("reference"))
                .contains("Patient/11111111-2222-3333-4444-555555555555");
    }

    // ---- What was taken

    @Test
    void a_statement_that_does_not_say_what_was_taken_leaves_its_type_unread() {
        assertThat(incomplete(statement(null))).containsExactly("MedicationStatement");
        assertThat(incomplete(statement(new CodeableConcept()))).containsExactly("MedicationStatement");
        assertThat(incomplete(statement(new Reference("Medication/m")))).containsExactly("MedicationStatement");
        assertThat(incomplete(statement(new Reference().setIdentifier(new Identifier().setValue("x")))))
                .containsExactly("MedicationStatement");
        assertThat(incomplete(statement(null).setStatus(MedicationStatementStatus.ENTEREDINERROR)))
                .isEmpty();

        assertThat(incomplete(statement(new CodeableConcept().setText("aspirin"))))
                .isEmpty();
        assertThat(incomplete(statement(new Reference().setDisplay("aspirin")))).isEmpty();
    }

    @Test
    void a_product_is_known_by_its_code_or_by_that_of_all_its_ingredients() {
        Substance known = new Substance(new CodeableConcept().setText("aspirin"));
        known.setId("known");
        Substance bare = new Substance();
        bare.setId("bare");
        for (Reference unknown : List.of(
                new Reference("#zz"),
                new Reference("Substance/missing"),
                new Reference("Substance/bare"),
                new Reference("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
                new Reference().setIdentifier(new Identifier().setValue("x")),
                new Reference("Medication/m"))) {
            assertThat(incomplete(statement(new Reference("Medication/m")), known, bare, product(unknown)))
                    .as(String.valueOf(unknown.getReference()))
                    .containsExactly("MedicationStatement");
            assertThat(incomplete(
                            statement(new Reference("Medication/m")),
                            product(unknown).setCode(new CodeableConcept().setText("aspirin"))))
                    .isEmpty();
            assertThat(incomplete(
                            statement(new Reference("Medication/m")),
                            known,
                            bare,
                            product(new Reference("Substance/known"), unknown)))
                    .containsExactly("MedicationStatement");
        }
        assertThat(incomplete(statement(new Reference("Medication/m")), product()))
                .containsExactly("MedicationStatement");

        assertThat(incomplete(
                        statement(new Reference("Medication/m")), known, product(new Reference("Substance/known"))))
                .isEmpty();
        assertThat(incomplete(
                        statement(new Reference("Medication/m")),
                        product(new CodeableConcept().setText("aspirin"), new Reference().setDisplay("caffeine"))))
                .isEmpty();
        Medication holder = product(new Reference("#s"));
        holder.addContained(known.copy().setId("s"));
        assertThat(incomplete(statement(new Reference("Medication/m")), holder)).isEmpty();
    }

    private static MedicationStatement statement(@Nullable Type medication) {
        MedicationStatement statement = new MedicationStatement().setMedication(medication);
        statement.setId("s");
        return statement;
    }

    private static Medication product(Type... ingredients) {
        Medication medication = new Medication();
        medication.setId("m");
        for (Type ingredient : ingredients) {
            medication.addIngredient().setItem(ingredient);
        }
        return medication;
    }

    private static List<String> incomplete(org.hl7.fhir.r4.model.Resource... resources) {
        return record(resources).incomplete().stream().map(Incomplete::type).toList();
    }

    private static PatientRecord record(org.hl7.fhir.r4.model.Resource... resources) {
        return PatientRecord.builder()
                .add(Written.read(patient("p1")), Origin.PREFETCH)
                .addAll(Written.all(resources), Origin.PREFETCH)
                .build();
    }

    private static List<String> ids(List<Resource> resources) {
        return resources.stream().map(resource -> resource.id().orElseThrow()).toList();
    }

    private static Patient patient(String id) {
        Patient patient = new Patient();
        patient.setId(id);
        return patient;
    }

    private static Condition condition(@Nullable String id, String... codes) {
        Condition condition = new Condition();
        if (id != null) {
            condition.setId(id);
        }
        for (String code : codes) {
            Terminology.Code coded = new Terminology.Code("http://x", code);
            condition.getCode().addCoding().setSystem(coded.system()).setCode(coded.code());
        }
        return condition;
    }

    private static MedicationRequest draft(String id) {
        MedicationRequest draft = new MedicationRequest().setStatus(MedicationRequestStatus.DRAFT);
        draft.setId(id);
        return draft;
    }
}
