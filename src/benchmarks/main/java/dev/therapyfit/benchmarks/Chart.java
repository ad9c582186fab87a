package dev.therapyfit.benchmarks;

import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.PrefetchTemplate;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chart like those of EHRs: of a hundred resources 70 are results, 15 problems, 10 prescriptions and 5 procedures, with the
 * codes, texts, times and references that EHRs write, most of which no rule looks at. Invented.
 */
final class Chart {
    static final String PATIENT = "p";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final LocalDate LAST = LocalDate.of(2026, 6, 14);
    private static final int DAYS = 1_800;

    private static final List<String> LOINC = List.of(
            "1988-5", "2160-0", "777-3", "718-7", "6690-2", "2345-7", "4548-4", "1742-6", "1920-8", "1975-2", "2951-2",
            "2823-3", "2075-0", "1963-8", "3094-0", "17861-6", "2777-1", "2885-2", "1751-7", "6768-6", "2532-0",
            "14804-9", "2093-3", "2085-9", "2089-1", "2571-8", "3016-3", "5902-2", "6301-6", "14979-9", "789-8",
            "787-2", "785-6", "786-4", "788-0", "32623-1", "770-8", "736-9", "5905-5", "713-8", "706-2", "26515-7",
            "30522-7", "30341-2", "2276-4", "2498-4", "2502-3", "2132-9", "2284-8", "33914-3", "98979-8", "8480-6",
            "8867-4", "9279-1", "8310-5", "29463-7", "8302-2");
    private static final List<String> ICD = List.of(
            "M17.11", "I10", "E11.9", "E78.5", "J45.909", "K21.9", "F32.9", "M54.5", "N18.3", "I25.10", "G47.33",
            "E66.9");
    private static final List<String> DRUGS = List.of(
            "Lisinopril 10 MG Oral Tablet",
            "Metformin 500 MG",
            "Atorvastatin 20 MG",
            "Omeprazole 20 MG",
            "Ibuprofen 400 MG");

    private final Random random = new Random(7);

    private Chart() {}

    /** A Bundle with the Patient, a draft order of a product, and so many resources besides. */
    static byte[] of(int resources) {
        ObjectNode bundle =
                JSON.createObjectNode().put("resourceType", "Bundle").put("type", "collection");
        ArrayNode entries = bundle.putArray("entry");
        ObjectNode patient =
                JSON.createObjectNode().put("resourceType", "Patient").put("id", PATIENT);
        entries.addObject().set("resource", patient.put("gender", "female").put("birthDate", "1960-05-05"));
        entries.addObject().set("resource", order());
        Chart chart = new Chart();
        for (int i = 0; i < resources; i++) {
            entries.addObject()
                    .put("fullUrl", "https://ehr.example.org/fhir/" + i)
                    .set("resource", chart.resource(i));
        }
        return JSON.writeValueAsBytes(bundle);
    }

    /** A call of a hook about an order, with the same as its prefetch. */
    static ObjectNode sent(int resources, CdsService service) {
        ObjectNode body = JSON.createObjectNode()
                .put("hook", service.hook().code())
                .put("hookInstance", UUID.randomUUID().toString());
        ObjectNode context =
                body.putObject("context").put("userId", "Practitioner/example").put("patientId", PATIENT);
        context.putArray("selections").add("MedicationRequest/order");
        bundle(context.putObject("draftOrders"), "collection").addObject().set("resource", order());
        ObjectNode prefetch = body.putObject("prefetch");
        JsonNode chart = JSON.readTree(of(resources)).path("entry");
        Set<String> sent = new HashSet<>();
        for (PrefetchTemplate template : service.prefetch()) {
            if (template.isPatient()) {
                prefetch.set(template.key(), chart.path(0).path("resource"));
                continue;
            }
            ArrayNode entries = bundle(prefetch.putObject(template.key()), "searchset");
            boolean isFirst = sent.add(template.type());
            chart.valueStream()
                    .skip(2) // the patient and the order
                    .filter(entry -> isFirst
                            && entry.path("resource")
                                    .path("resourceType")
                                    .asString("")
                                    .equals(template.type()))
                    .forEach(entries::add);
        }
        return body;
    }

    private static ArrayNode bundle(ObjectNode bundle, String type) {
        return bundle.put("resourceType", "Bundle").put("type", type).putArray("entry");
    }

    private static JsonNode order() {
        ObjectNode order =
                JSON.createObjectNode().put("resourceType", "MedicationRequest").put("id", "order");
        order.put("status", "draft").put("intent", "order");
        order.set(
                "medicationCodeableConcept", concept("https://therapyfit.dev/fhir/CodeSystem/modality", "msc", "MSC"));
        order.putObject("subject").put("reference", "Patient/" + PATIENT);
        return order;
    }

    private ObjectNode resource(int number) {
        LocalDate day = LAST.minusDays(random.nextInt(DAYS));
        int kind = random.nextInt(100);
        ObjectNode resource =
                kind < 70 ? result(day) : kind < 85 ? problem(day) : kind < 95 ? prescription(day) : procedure(day);
        resource.put("id", "r" + number);
        resource.putObject("meta").put("versionId", "1").put("lastUpdated", day + "T09:00:00.000+00:00");
        resource.putArray("identifier")
                .addObject()
                .put("system", "https://ehr.example.org/ids")
                .put("value", "v" + number);
        resource.putObject("subject").put("reference", "Patient/" + PATIENT).put("display", "Test, Patient");
        resource.putObject("encounter").put("reference", "Encounter/e" + random.nextInt(50));
        return resource;
    }

    private ObjectNode result(LocalDate day) {
        String code = any(LOINC);
        ObjectNode result =
                JSON.createObjectNode().put("resourceType", "Observation").put("status", "final");
        result.putArray("category")
                .add(concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory", "Laboratory"));
        result.set("code", concept("http://loinc.org", code, "Result " + code));
        result.put("effectiveDateTime", day + "T08:" + (10 + random.nextInt(49)) + ":00-05:00");
        result.put("issued", day + "T10:00:00.000-05:00");
        result.putObject("valueQuantity")
                .put("value", random.nextInt(1_000) / 10.0)
                .put("unit", "mg/dL")
                .put("system", "http://unitsofmeasure.org")
                .put("code", "mg/dL");
        result.putArray("interpretation")
                .add(concept("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "N", "Normal"));
        ObjectNode range = result.putArray("referenceRange").addObject();
        range.putObject("low").put("value", 0.5).put("unit", "mg/dL");
        range.putObject("high").put("value", 50).put("unit", "mg/dL");
        return result;
    }

    private ObjectNode problem(LocalDate day) {
        String code = any(ICD);
        ObjectNode problem = JSON.createObjectNode().put("resourceType", "Condition");
        problem.set(
                "clinicalStatus",
                concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"));
        problem.set(
                "verificationStatus",
                concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed", "Confirmed"));
        problem.set("code", concept("http://hl7.org/fhir/sid/icd-10-cm", code, "Diagnosis " + code));
        return problem.put("onsetDateTime", day.toString()).put("recordedDate", day.toString());
    }

    private ObjectNode prescription(LocalDate day) {
        ObjectNode prescription = JSON.createObjectNode().put("resourceType", "MedicationRequest");
        prescription
                .put("status", random.nextBoolean() ? "active" : "completed")
                .put("intent", "order");
        prescription.set(
                "medicationCodeableConcept",
                concept(
                        "http://www.nlm.nih.gov/research/umls/rxnorm",
                        Integer.toString(100_000 + random.nextInt(800_000)),
                        any(DRUGS)));
        ObjectNode dosage =
                prescription.putArray("dosageInstruction").addObject().put("text", "one daily");
        dosage.putObject("timing")
                .putObject("repeat")
                .put("frequency", 1)
                .put("period", 1)
                .put("periodUnit", "d");
        return prescription.put("authoredOn", day.toString());
    }

    private ObjectNode procedure(LocalDate day) {
        ObjectNode procedure =
                JSON.createObjectNode().put("resourceType", "Procedure").put("status", "completed");
        procedure.set(
                "code",
                concept(
                        "http://snomed.info/sct",
                        Integer.toString(10_000_000 + random.nextInt(80_000_000)),
                        "Procedure"));
        return procedure.put("performedDateTime", day.toString());
    }

    private static ObjectNode concept(String system, String code, String words) {
        ObjectNode concept = JSON.createObjectNode();
        concept.putArray("coding")
                .addObject()
                .put("system", system)
                .put("code", code)
                .put("display", words);
        return concept.put("text", words);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
