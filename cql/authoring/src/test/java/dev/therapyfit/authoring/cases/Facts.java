package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.FhirType;
import dev.therapyfit.cql.fhir.Primitive;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

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

    private final Element patient;
    private final LocalDate today;

    /**
     * @param patient id of the Patient
     * @param at instant of evaluation
     */
    Facts(String patient, Instant at) {
        this.patient = Element.of("Reference").with("reference", "Patient/" + patient);
        this.today = at.atZone(ZoneOffset.UTC).toLocalDate();
    }

    static Facts of(Case example) {
        String id = example.resources().stream()
                .filter(resource -> resource.isOf("Patient"))
                .flatMap(resource -> resource.id().stream())
                .findFirst()
                .orElseThrow();
        return new Facts(id, example.at());
    }

    static Element coding(String system, String code) {
        return new Terminology.Code(system, code).coding();
    }

    static Element concept(String system, String code) {
        return Element.of("CodeableConcept").adding("coding", coding(system, code));
    }

    static Element quantity(String value, String unit) {
        return Element.of("Quantity")
                .with("value", value("decimal", new BigDecimal(value)))
                .with("unit", unit)
                .with("system", "http://unitsofmeasure.org")
                .with("code", unit);
    }

    /** A value of a primitive type. */
    static Element value(String type, Object value) {
        return new Primitive(FhirType.of(type), value);
    }

    Resource observation(String id, String system, String code, Element value, int daysAgo) {
        return Resource.of("Observation")
                .with("id", id)
                .with("status", "final")
                .with("code", concept(system, code))
                .with("subject", patient)
                .with("effective", day(daysAgo))
                .with("value", value);
    }

    private Resource condition(String id, String system, String code) {
        Resource condition = Resource.of("Condition")
                .with("id", id)
                .with("code", concept(system, code))
                .with("subject", patient)
                .with("onset", day(60));
        return standing(condition, "active", "confirmed");
    }

    Resource allergy(String id, String system, String code) {
        Resource allergy = Resource.of("AllergyIntolerance")
                .with("id", id)
                .with("code", concept(system, code))
                .with("patient", patient);
        return standing(allergy, "active", "confirmed");
    }

    private Resource given(String id, String modality, int daysAgo) {
        return Resource.of("MedicationAdministration")
                .with("id", id)
                .with("status", "completed")
                .with("medication", concept(LOCAL + "modality", modality))
                .with("subject", patient)
                .with("effective", day(daysAgo));
    }

    private Resource procedure(String id, int daysAgo) {
        return Resource.of("Procedure")
                .with("id", id)
                .with("status", "completed")
                .with("code", concept(LOCAL + "modality", "msc"))
                .with("subject", patient)
                .with("performed", day(daysAgo));
    }

    private Resource taken(String id, String drug) {
        return Resource.of("MedicationStatement")
                .with("id", id)
                .with("status", "active")
                .with("medication", concept(RXNORM, drug))
                .with("subject", patient)
                .with("effective", day(20));
    }

    private Resource prescribed(String id, String drug) {
        return Resource.of("MedicationRequest")
                .with("id", id)
                .with("status", "active")
                .with("intent", "order")
                .with("medication", concept(RXNORM, drug))
                .with("subject", patient)
                .with("authoredOn", day(20));
    }

    private Resource goal(String id, String objective) {
        return Resource.of("Goal")
                .with("id", id)
                .with("lifecycleStatus", "active")
                .with("description", concept(LOCAL + "objective", objective))
                .with("subject", patient);
    }

    private Resource refusal(String id) {
        Element denied =
                Element.of("Consent.Provision").with("type", "deny").adding("code", concept(LOCAL + "modality", "msc"));
        return Resource.of("Consent")
                .with("id", id)
                .with("status", "active")
                .with("scope", concept("http://terminology.hl7.org/CodeSystem/consentscope", "treatment"))
                .adding("category", concept(LOINC, "59284-0"))
                .with("patient", patient)
                .with("provision", denied);
    }

    private Resource word(String id, String code, String word) {
        return observation(id, OBSERVATION, code, concept(VALUE, word), 5);
    }

    private Resource yes(String id, String code) {
        return observation(id, OBSERVATION, code, value("boolean", true), 5);
    }

    private Resource measured(String id, String code, String value, String unit) {
        return observation(id, LOINC, code, quantity(value, unit), 5);
    }

    /** Facts of every kind that would each change the answer for some patient. */
    List<Resource> invented() {
        Resource preference =
                word("preference", "therapy-preference", "prefers-cell-free").adding("performer", patient);
        Resource stopped = taken("stopped", "8640")
                .with("status", "stopped")
                .adding("statusReason", concept(VALUE, "inadequate-response"));
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
                observation("kl", OBSERVATION, "kellgren-lawrence-grade", value("integer", 4), 5),
                observation("rutherford", OBSERVATION, "rutherford-category", value("integer", 6), 5),
                word("severity", "vet-severity", "severe"),
                word("complexity", "fistula-complexity", "complex"),
                word("activity", "disease-activity", "active"),
                word("food-chain", "food-chain-status", "not-excluded"),
                yes("hla", "anti-hla-antibodies"),
                yes("candidate", "transplant-candidate"),
                yes("wound", "wound-infection"),
                yes("lactation", "lactation"),
                yes("flare", "flare"),
                observation("flare-earlier", OBSERVATION, "flare", value("boolean", true), 90),
                yes("refractory", "refractory"),
                observation("organs", OBSERVATION, "organs-involved", value("integer", 3), 5),
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
        return switch (fact.type().name()) {
            case "Observation" -> fact.with("status", cancelled ? "cancelled" : IN_ERROR);
            case "Condition", "AllergyIntolerance" -> standing(fact, "", IN_ERROR);
            case "MedicationAdministration", "Procedure", "MedicationStatement", "MedicationRequest", "Consent" ->
                fact.with("status", IN_ERROR);
            case "Goal" -> fact.with("lifecycleStatus", IN_ERROR);
            default -> throw new IllegalArgumentException("No way to withdraw " + fact.reference());
        };
    }

    /** A Condition or an allergy with another standing; with no clinical status if it is empty. */
    static Resource standing(Resource fact, String clinical, String verification) {
        boolean isCondition = fact.isOf("Condition");
        Resource standing = fact.with(
                "verificationStatus",
                concept(isCondition ? CONDITION_VERIFICATION : ALLERGY_VERIFICATION, verification));
        return clinical.isEmpty()
                ? standing.without("clinicalStatus")
                : standing.with(
                        "clinicalStatus", concept(isCondition ? CONDITION_CLINICAL : ALLERGY_CLINICAL, clinical));
    }

    /** Says of two versions of one thing that they are that, and when each was written. */
    static Resource identified(Resource resource, String value, Instant lastUpdated) {
        Element meta = resource.first("meta").orElse(Element.of("Meta")).with("lastUpdated", lastUpdated.toString());
        Resource identified = identified(resource, value).with("meta", meta);
        return identified.isOf("Observation") && identified.has("effective")
                ? identified.with("issued", lastUpdated.toString())
                : identified;
    }

    static Resource identified(Resource resource, String value) {
        return resource.with(
                "identifier",
                Element.of("Identifier").with("system", "urn:oid:2.999.5").with("value", value));
    }

    private Element day(int daysAgo) {
        return value("dateTime", today.minusDays(daysAgo).toString());
    }
}
