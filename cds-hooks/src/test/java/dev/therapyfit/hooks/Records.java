package dev.therapyfit.hooks;

import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Medication;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** Small FHIR resources about thirst and drinks. */
public final class Records {
    public static final String PATIENT_ID = "zz-patient";

    private Records() {}

    public static Patient patient() {
        return patient(PATIENT_ID);
    }

    public static Patient patient(String id) {
        Patient patient = new Patient();
        patient.setId(id);
        return patient;
    }

    public static Observation thirst(String id) {
        return thirst(id, PATIENT_ID);
    }

    public static Observation thirst(String id, String patientId) {
        Observation observation = new Observation();
        observation.setId(id);
        observation.setSubject(new Reference("Patient/" + patientId));
        observation.setCode(concept("thirst"));
        observation.setValue(new IntegerType(3));
        return observation;
    }

    /** A draft order that names what is ordered by its code. */
    public static MedicationRequest order(String id, String drink) {
        MedicationRequest order = new MedicationRequest();
        order.setId(id);
        order.setStatus(MedicationRequestStatus.DRAFT);
        order.setSubject(new Reference("Patient/" + PATIENT_ID));
        order.setMedication(concept(drink));
        return order;
    }

    /** A draft order that refers to what is ordered. */
    public static MedicationRequest orderOf(String id, String reference) {
        MedicationRequest order = order(id, "tea");
        order.setMedication(new Reference(reference));
        return order;
    }

    public static Medication medication(String id, String drink) {
        Medication medication = new Medication();
        medication.setId(id);
        medication.setCode(concept(drink));
        return medication;
    }

    public static CodeableConcept concept(String code) {
        return new CodeableConcept()
                .addCoding(new Coding().setSystem(ToyContent.THINGS).setCode(code));
    }

    public static Bundle searchSet(Resource... resources) {
        Bundle bundle = new Bundle();
        bundle.setType(BundleType.SEARCHSET);
        for (Resource resource : resources) {
            bundle.addEntry().setResource(resource);
        }
        return bundle;
    }
}
