package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.record.PatientRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.MedicationAdministration;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationStatement;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;

/** Resources about one patient, made in few words. Codes are those of the content and of public systems. */
final class Facts {
    static final String LOINC = "http://loinc.org";
    static final String SNOMED = "http://snomed.info/sct";
    static final String ICD = "http://hl7.org/fhir/sid/icd-10-cm";
    static final String RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";
    static final String LOCAL = "https://therapyfit.dev/fhir/CodeSystem/";
    static final String OBSERVATION = LOCAL + "observation";
    static final String VALUE = LOCAL + "observation-value";
    private static final String IN_ERROR = "entered-in-error";
    private static final String CONDITION_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    private static final String CONDITION_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    private static final String ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
    private static final String ALLERGY_VERIFICATION =
            "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";

    private final Reference patient;
    private final LocalDate today;

    /**
     * @param patient id of the Patient
     * @param at instant of evaluation
     */
    Facts(String patient, Instant at) {
        this.patient = new Reference("Patient/" + patient);
        this.today = at.atZone(ZoneOffset.UTC).toLocalDate();
    }

    static Facts of(Case example) {
        String id = example.resources().stream()
                .filter(resource -> resource.fhirType().equals("Patient"))
                .map(resource -> resource.getIdElement().getIdPart())
                .findFirst()
                .orElseThrow();
        return new Facts(id, example.at());
    }

    static CodeableConcept concept(String system, String code) {
        return new CodeableConcept(new Coding(system, code, null));
    }

    static Quantity quantity(String value, String unit) {
        return new Quantity()
                .setValue(new BigDecimal(value))
                .setUnit(unit)
                .setSystem("http://unitsofmeasure.org")
                .setCode(unit);
    }

    Observation observation(String id, String system, String code, Type value, int daysAgo) {
        Observation observation = new Observation()
                .setStatus(ObservationStatus.FINAL)
                .setCode(concept(system, code))
                .setSubject(patient.copy())
                .setEffective(day(daysAgo))
                .setValue(value);
        observation.setId(id);
        return observation;
    }

    Condition condition(String id, String system, String code) {
        Condition condition = new Condition()
                .setCode(concept(system, code))
                .setSubject(patient.copy())
                .setOnset(day(60));
        condition.setId(id);
        stand(condition, "active", "confirmed");
        return condition;
    }

    AllergyIntolerance allergy(String id, String system, String code) {
        AllergyIntolerance allergy =
                new AllergyIntolerance().setCode(concept(system, code)).setPatient(patient.copy());
        allergy.setId(id);
        stand(allergy, "active", "confirmed");
        return allergy;
    }

    private MedicationAdministration given(String id, String modality, int daysAgo) {
        MedicationAdministration given = new MedicationAdministration()
                .setStatus(MedicationAdministration.MedicationAdministrationStatus.COMPLETED)
                .setMedication(concept(LOCAL + "modality", modality))
                .setSubject(patient.copy())
                .setEffective(day(daysAgo));
        given.setId(id);
        return given;
    }

    private Procedure procedure(String id, int daysAgo) {
        Procedure procedure = new Procedure()
                .setStatus(Procedure.ProcedureStatus.COMPLETED)
                .setCode(concept(LOCAL + "modality", "msc"))
                .setSubject(patient.copy())
                .setPerformed(day(daysAgo));
        procedure.setId(id);
        return procedure;
    }

    private MedicationStatement taken(String id, String drug) {
        MedicationStatement taken = new MedicationStatement()
                .setStatus(MedicationStatement.MedicationStatementStatus.ACTIVE)
                .setMedication(concept(RXNORM, drug))
                .setSubject(patient.copy())
                .setEffective(day(20));
        taken.setId(id);
        return taken;
    }

    private MedicationRequest prescribed(String id, String drug) {
        MedicationRequest prescribed = new MedicationRequest()
                .setStatus(MedicationRequest.MedicationRequestStatus.ACTIVE)
                .setIntent(MedicationRequest.MedicationRequestIntent.ORDER)
                .setMedication(concept(RXNORM, drug))
                .setSubject(patient.copy())
                .setAuthoredOnElement(day(20));
        prescribed.setId(id);
        return prescribed;
    }

    private Goal goal(String id, String objective) {
        Goal goal = new Goal()
                .setLifecycleStatus(Goal.GoalLifecycleStatus.ACTIVE)
                .setDescription(concept(LOCAL + "objective", objective))
                .setSubject(patient.copy());
        goal.setId(id);
        return goal;
    }

    private Consent refusal(String id) {
        Consent refusal = new Consent()
                .setStatus(Consent.ConsentState.ACTIVE)
                .setScope(concept("http://terminology.hl7.org/CodeSystem/consentscope", "treatment"))
                .addCategory(concept(LOINC, "59284-0"))
                .setPatient(patient.copy());
        refusal.getProvision().setType(Consent.ConsentProvisionType.DENY).addCode(concept(LOCAL + "modality", "msc"));
        refusal.setId(id);
        return refusal;
    }

    private Observation word(String id, String code, String word) {
        return observation(id, OBSERVATION, code, concept(VALUE, word), 5);
    }

    private Observation yes(String id, String code) {
        return observation(id, OBSERVATION, code, new BooleanType(true), 5);
    }

    private Observation measured(String id, String code, String value, String unit) {
        return observation(id, LOINC, code, quantity(value, unit), 5);
    }

    /** Facts of every kind that would each change the answer for some patient. */
    List<Resource> invented() {
        Observation preference = word("preference", "therapy-preference", "prefers-cell-free");
        preference.addPerformer(patient.copy());
        MedicationStatement stopped = taken("stopped", "8640")
                .setStatus(MedicationStatement.MedicationStatementStatus.STOPPED)
                .addStatusReason(concept(VALUE, "inadequate-response"));
        List<Resource> facts = new ArrayList<>(List.of(
                measured("crp", "1988-5", "80", "mg/L"),
                measured("hscrp", "30522-7", "40", "mg/L"),
                observation("hscrp-earlier", LOINC, "30522-7", quantity("40", "mg/L"), 60),
                measured("calprotectin", "38445-3", "900", "ug/g"),
                measured("inr", "6301-6", "5.2", "1"),
                measured("platelets", "777-3", "20", "10*3/uL"),
                measured("saturation", "59408-5", "80", "%"),
                measured("egfr", "98979-8", "9", "mL/min/{1.73_m2}"),
                measured("lvef", "10230-1", "20", "%"),
                measured("oxygenation", "50984-4", "90", "mm[Hg]"),
                observation("nyha", LOINC, "88020-3", concept(LOINC, "LA28407-7"), 5),
                observation("pregnant", LOINC, "82810-3", concept(LOINC, "LA15173-0"), 5),
                observation("hcg", LOINC, "2106-3", concept(LOINC, "LA6576-8"), 5),
                observation("kl", OBSERVATION, "kellgren-lawrence-grade", new IntegerType(4), 5),
                observation("rutherford", OBSERVATION, "rutherford-category", new IntegerType(6), 5),
                word("severity", "vet-severity", "severe"),
                word("complexity", "fistula-complexity", "complex"),
                word("activity", "disease-activity", "active"),
                word("food-chain", "food-chain-status", "not-excluded"),
                yes("hla", "anti-hla-antibodies"),
                yes("candidate", "transplant-candidate"),
                yes("wound", "wound-infection"),
                yes("lactation", "lactation"),
                yes("flare", "flare"),
                observation("flare-earlier", OBSERVATION, "flare", new BooleanType(true), 90),
                yes("refractory", "refractory"),
                observation("organs", OBSERVATION, "organs-involved", new IntegerType(3), 5),
                preference));
        facts.addAll(List.of(
                condition("malignancy", ICD, "C50.911"),
                condition("past-malignancy", ICD, "Z85.3"),
                condition("sepsis", ICD, "A41.9"),
                condition("pregnancy", ICD, "Z33.1"),
                condition("joint-infection", ICD, "M00.9"),
                condition("thrombosis", ICD, "I82.401"),
                condition("thrombophilia", ICD, "D68.59"),
                condition("hiv", ICD, "B20"),
                condition("lung", ICD, "I27.0"),
                condition("immunosuppression", ICD, "D84.821"),
                condition("kidney", ICD, "N18.6"),
                condition("liver", ICD, "K72.90"),
                condition("anticoagulation", ICD, "Z79.01"),
                condition("gvhd", ICD, "D89.810"),
                condition("knee", ICD, "M17.11"),
                allergy("dmso", LOCAL + "substance", "dimethyl-sulfoxide"),
                allergy("reaction", LOCAL + "modality", "msc"),
                allergy("none", SNOMED, "716186003"),
                given("dose", "msc", 20),
                given("dose-earlier", "msc", 60),
                given("secretome", "secretome", 20),
                given("secretome-earlier", "secretome", 60),
                procedure("procedure", 25),
                procedure("procedure-earlier", 70),
                taken("warfarin", "11289"),
                taken("tacrolimus", "42316"),
                stopped,
                prescribed("prednisone", "8640"),
                prescribed("apixaban", "1364430"),
                goal("modulation", "immune-modulation"),
                goal("safety", "safety-priority"),
                refusal("refusal")));
        return facts;
    }

    /** The version that withdraws a fact, as FHIR writes it for its type. */
    static Resource withdrawal(Resource fact, boolean cancelled) {
        Resource withdrawal = fact.copy();
        if (withdrawal instanceof Observation one) {
            one.setStatus(cancelled ? ObservationStatus.CANCELLED : ObservationStatus.ENTEREDINERROR);
        } else if (withdrawal instanceof Condition one) {
            stand(one, "", IN_ERROR);
        } else if (withdrawal instanceof AllergyIntolerance one) {
            stand(one, "", IN_ERROR);
        } else if (withdrawal instanceof MedicationAdministration one) {
            one.setStatus(MedicationAdministration.MedicationAdministrationStatus.ENTEREDINERROR);
        } else if (withdrawal instanceof Procedure one) {
            one.setStatus(Procedure.ProcedureStatus.ENTEREDINERROR);
        } else if (withdrawal instanceof MedicationStatement one) {
            one.setStatus(MedicationStatement.MedicationStatementStatus.ENTEREDINERROR);
        } else if (withdrawal instanceof MedicationRequest one) {
            one.setStatus(MedicationRequest.MedicationRequestStatus.ENTEREDINERROR);
        } else if (withdrawal instanceof Goal one) {
            one.setLifecycleStatus(Goal.GoalLifecycleStatus.ENTEREDINERROR);
        } else if (withdrawal instanceof Consent one) {
            one.setStatus(Consent.ConsentState.ENTEREDINERROR);
        } else {
            throw new IllegalArgumentException("No way to withdraw " + PatientRecord.reference(fact));
        }
        return withdrawal;
    }

    /** Sets the standing of a Condition; no clinical status if it is empty. */
    static void stand(Condition condition, String clinical, String verification) {
        condition.setClinicalStatus(clinical.isEmpty() ? null : concept(CONDITION_CLINICAL, clinical));
        condition.setVerificationStatus(concept(CONDITION_VERIFICATION, verification));
    }

    /** The same for an allergy. */
    static void stand(AllergyIntolerance allergy, String clinical, String verification) {
        allergy.setClinicalStatus(clinical.isEmpty() ? null : concept(ALLERGY_CLINICAL, clinical));
        allergy.setVerificationStatus(concept(ALLERGY_VERIFICATION, verification));
    }

    /** Says of two versions of one thing that they are that, and when each was written. */
    static void identify(Resource resource, String value, Instant lastUpdated) {
        identify(resource, value);
        resource.getMeta().setLastUpdated(Date.from(lastUpdated));
        if (resource instanceof Observation observation && observation.hasEffective()) {
            observation.setIssued(Date.from(lastUpdated));
        }
    }

    static void identify(Resource resource, String value) {
        resource.setProperty(
                "identifier", new Identifier().setSystem("urn:oid:2.999.5").setValue(value));
    }

    private DateTimeType day(int daysAgo) {
        return new DateTimeType(today.minusDays(daysAgo).toString());
    }
}
