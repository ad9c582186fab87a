package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.fhir.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.MedicationStatement.MedicationStatementStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Patient.LinkType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ResearchSubject;
import org.hl7.fhir.r4.model.ResearchSubject.ResearchSubjectStatus;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Orders over all rows of the table that says when a card appears, at both order hooks. Most start from an order that fits
 * its label and says nothing at signing, so that only the row in question can speak.
 */
class WhenACardAppearsTest {
    /** Ryoncil for a boy with a steroid-refractory acute GVHD, with everything answered that its label asks. */
    private static final String ON_LABEL = "sign-silent";

    private static final String CONDITION_STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    private static final String VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    private static final String ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm";
    private static final String RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";
    private static final String ATC = "http://www.whocc.no/atc";
    private static final String LOINC = "http://loinc.org";
    private static final String OURS = "https://therapyfit.dev/fhir/CodeSystem/";

    /** What is changed of a chart. */
    private interface Change extends Consumer<List<Resource>> {}

    static Stream<Arguments> rows() {
        return Stream.of(
                // nothing to say
                silent("fits its label", ON_LABEL),
                silent("a drug that matters to injections only", ON_LABEL, drug(RXNORM, "11289")),
                silent("immunosuppression cannot be acted on now", ON_LABEL, drug(RXNORM, "6851")),
                silent("nor can advanced kidney disease", ON_LABEL, problem("N18.5", "confirmed")),
                silent("a girl who is not pregnant", ON_LABEL, WhenACardAppearsTest::girl, pregnancy("LA26683-5")),
                silent("unapproved, in a trial", "o1", note("Within the trial NCT00000000")),
                silent(
                        "unapproved, by expanded access",
                        ON_LABEL,
                        WhenACardAppearsTest::withoutProduct,
                        note("expanded access")),
                silent("unapproved, of somebody in a study", "o1", study(ResearchSubjectStatus.ONSTUDY)),
                silent("unapproved, in a clinical trial of MSC", "o1", note("Part of a clinical trial of MSC")),
                silent("unapproved, by hospital exemption", "o1", note("Hospital exemption, approved 2026-05")),
                // (a) a contraindication of the ordered modality
                critical("malignancy", ON_LABEL, problem("C50.911", "confirmed")),
                critical("sepsis", ON_LABEL, problem("A41.9", "confirmed")),
                critical("thrombosis and a vein", ON_LABEL, problem("I82.401", "confirmed")),
                critical("allergy to bovine protein", ON_LABEL, allergy("bovine-protein")),
                critical("a pregnant girl", ON_LABEL, WhenACardAppearsTest::girl, pregnancy("LA15173-0")),
                critical("malignancy", "o9"),
                critical("pregnancy", "o12"),
                critical("allergy to DMSO", "h4-dmso"),
                critical("anticoagulant and a disc", "p8-deep-disc"),
                critical("cellulitis of that leg", "h2a-skin-same-side"),
                critical("a pregnancy of somebody recorded as male", "h3-of-a-recorded-man"),
                // (a) unconfirmed
                warning("a malignancy that is not confirmed", ON_LABEL, problem("C50.911", "provisional")),
                warning("a thrombosis that is not confirmed", ON_LABEL, problem("I82.401", "provisional")),
                warning("a drug of cancer", ON_LABEL, drug(ATC, "L01CD01")),
                warning("hCG between negative and positive", "hcg-between"),
                warning("cellulitis somewhere", "h2a-skin-somewhere"),
                // (b) what the clinician can act on now
                warning("pneumonia", ON_LABEL, problem("J18.9", "confirmed")),
                warning("cytomegalovirus in GVHD", ON_LABEL, problem("B25.9", "confirmed")),
                warning("a girl of whom it is not known", ON_LABEL, WhenACardAppearsTest::girl),
                warning("allergies not known, and the label names some", ON_LABEL, without("AllergyIntolerance")),
                warning("the same of another product", "o3"),
                warning("an anticoagulant before an injection", "p8-drug"),
                // (c) the order differs from a settled result
                warning("another order, which is not approved besides", "order-differs"),
                // (d) not approved here
                warning("no product is named", ON_LABEL, WhenACardAppearsTest::withoutProduct),
                warning("knee osteoarthritis", "o1"),
                warning("nothing but a disease", "all-open"),
                warning("of somebody who left a study", "o1", study(ResearchSubjectStatus.OFFSTUDY)),
                warning("of somebody who is looked at for a study", "o1", study(ResearchSubjectStatus.SCREENING)),
                warning("no trial", "o1", note("Not part of a clinical trial")),
                warning("a trial that was declined", "o1", note("Patient declined the clinical trial")),
                warning("a trial of something else", "o1", note("After a trial of steroids")),
                warning("a failed attempt", "o1", note("Failed voiding trial")),
                warning("an exemption that was refused", "o1", note("Hospital exemption refused")),
                warning("an examination", "o1", note("Sleep study in May")),
                // (e) what the checks read is not all there
                warning("conditions", ON_LABEL, Set.of("Condition")),
                warning("observations", ON_LABEL, Set.of("Observation")),
                warning("consents", ON_LABEL, Set.of("Consent")),
                warning("statements of medication", ON_LABEL, Set.of("MedicationStatement")),
                warning("procedures", ON_LABEL, Set.of("Procedure")),
                // the wrong chart
                warning("somebody who is dead", ON_LABEL, WhenACardAppearsTest::dead),
                warning("a chart that was merged into another", ON_LABEL, WhenACardAppearsTest::merged),
                // no order of ours
                arguments("no order", "no-order", Set.of(), List.of(), false, false, "urgent"));
    }

    @ParameterizedTest(name = "{0} ({1})")
    @MethodSource("rows")
    void a_card_appears_where_the_table_says(
            String name,
            String start,
            Set<String> unread,
            List<Change> changes,
            boolean select,
            boolean sign,
            String priority) {
        Case example = WholeContent.named(start);
        List<Resource> resources = new ArrayList<>(
                example.resources().stream().map(Written::written).toList());
        changes.forEach(change -> change.accept(resources));
        Case changed = new Case(
                name,
                name,
                Written.read(resources),
                example.at(),
                example.jurisdiction(),
                example.selections(),
                unread.isEmpty() ? example.unread() : List.copyOf(unread),
                example.expected(),
                "");

        ExpressionResults results = WholeContent.EVALUATOR.evaluate(
                changed.record(),
                List.of("Order Select Card Applies", "Order Sign Card Applies", "Order Sign Priority"),
                changed.inputs(),
                changed.at());

        assertThat(results.value("Order Select Card Applies")).contains(select);
        assertThat(results.value("Order Sign Card Applies")).contains(sign);
        assertThat(results.value("Order Sign Priority")).contains(priority);
    }

    private static Arguments silent(String name, String start, Change... changes) {
        return arguments(name, start, Set.of(), List.of(changes), true, false, "routine");
    }

    private static Arguments critical(String name, String start, Change... changes) {
        return arguments(name, start, Set.of(), List.of(changes), true, true, "stat");
    }

    private static Arguments warning(String name, String start, Change... changes) {
        return arguments(name, start, Set.of(), List.of(changes), true, true, "urgent");
    }

    private static Arguments warning(String name, String start, Set<String> unread) {
        return arguments("not read: " + name, start, unread, List.of(), true, true, "urgent");
    }

    private static <T extends Resource> T only(List<Resource> resources, Class<T> type) {
        return resources.stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    private static Reference patient(List<Resource> resources) {
        return new Reference(
                "Patient/" + only(resources, Patient.class).getIdElement().getIdPart());
    }

    private static CodeableConcept concept(String system, String code) {
        return new CodeableConcept(new Coding(system, code, null));
    }

    private static Change problem(String code, String verification) {
        return resources -> {
            Condition condition = new Condition();
            condition.setId("added");
            condition.setClinicalStatus(concept(CONDITION_STATUS, "active"));
            condition.setVerificationStatus(concept(VERIFICATION, verification));
            condition.setCode(concept(ICD_10_CM, code));
            condition.setSubject(patient(resources));
            condition.setOnset(new DateTimeType("2026-06-10"));
            resources.add(condition);
        };
    }

    private static Change drug(String system, String code) {
        return resources -> {
            MedicationStatement statement = new MedicationStatement();
            statement.setId("added");
            statement.setStatus(MedicationStatementStatus.ACTIVE);
            statement.setMedication(concept(system, code));
            statement.setSubject(patient(resources));
            resources.add(statement);
        };
    }

    private static Change allergy(String substance) {
        return resources -> {
            AllergyIntolerance allergy = new AllergyIntolerance();
            allergy.setId("added");
            allergy.setClinicalStatus(
                    concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"));
            allergy.setVerificationStatus(
                    concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "confirmed"));
            allergy.setCode(concept(OURS + "substance", substance));
            allergy.setPatient(patient(resources));
            resources.add(allergy);
        };
    }

    private static void girl(List<Resource> resources) {
        only(resources, Patient.class)
                .setGender(AdministrativeGender.FEMALE)
                .setBirthDateElement(new DateType("2012-01-15"));
    }

    private static Change pregnancy(String answer) {
        return resources -> {
            Observation status = new Observation();
            status.setId("added");
            status.setStatus(ObservationStatus.FINAL);
            status.setCode(concept(LOINC, "82810-3"));
            status.setSubject(patient(resources));
            status.setEffective(new DateTimeType("2026-06-08"));
            status.setValue(concept(LOINC, answer));
            resources.add(status);
        };
    }

    private static Change study(ResearchSubjectStatus status) {
        return resources -> {
            ResearchSubject subject = new ResearchSubject();
            subject.setId("study");
            subject.setStatus(status).setIndividual(new Reference("Patient/o1"));
            resources.add(subject);
        };
    }

    private static Change note(String text) {
        return resources -> only(resources, MedicationRequest.class).addNote().setText(text);
    }

    private static void withoutProduct(List<Resource> resources) {
        only(resources, MedicationRequest.class).setMedication(concept(OURS + "modality", "msc"));
    }

    private static Change without(String type) {
        return resources -> resources.removeIf(resource -> resource.fhirType().equals(type));
    }

    private static void dead(List<Resource> resources) {
        only(resources, Patient.class).setDeceased(new BooleanType(true));
    }

    private static void merged(List<Resource> resources) {
        only(resources, Patient.class).addLink().setType(LinkType.REPLACEDBY).setOther(new Reference("Patient/other"));
    }
}
