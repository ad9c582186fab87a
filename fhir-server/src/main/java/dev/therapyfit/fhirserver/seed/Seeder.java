package dev.therapyfit.fhirserver.seed;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Consumer;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Patient;

/**
 * Writes the synthetic patients, each once and in one transaction: a patient that is there, or that somebody deleted, is
 * left alone, so a start that ended half-way is completed by the next one and nobody's work is overwritten.
 */
public final class Seeder {
    private final FhirContext fhir;
    private final IFhirResourceDao<Patient> patients;
    private final IFhirSystemDao<Bundle, Meta> system;

    public Seeder(FhirContext fhir, DaoRegistry daos, IFhirSystemDao<Bundle, Meta> system) {
        this.fhir = fhir;
        this.patients = daos.getResourceDao(Patient.class);
        this.system = system;
    }

    /**
     * Writes the patients that never were there.
     *
     * @param asOf day for which they are to be current
     * @param progress takes one line for people at a time
     */
    public void seed(LocalDate asOf, Consumer<String> progress) {
        List<SeedPatient> chosen = SeedPatients.asOf(asOf, fhir);
        int written = 0;
        for (int i = 0; i < chosen.size(); i++) {
            SeedPatient patient = chosen.get(i);
            if (!wasEverThere(patient.id())) {
                progress.accept("seeding " + (i + 1) + " of " + chosen.size());
                system.transaction(new SystemRequestDetails(), transaction(patient));
                written++;
            }
        }
        if (written == 0) {
            progress.accept(chosen.size() + " patients are there already");
        }
    }

    private boolean wasEverThere(String id) {
        try {
            patients.read(new IdType("Patient", id), new SystemRequestDetails(), true);
            return true;
        } catch (ResourceNotFoundException e) {
            return false;
        }
    }

    private static Bundle transaction(SeedPatient patient) {
        Bundle bundle = new Bundle().setType(BundleType.TRANSACTION);
        patient.resources().forEach(resource -> bundle.addEntry()
                .setResource(resource)
                .getRequest()
                .setMethod(HTTPVerb.PUT)
                .setUrl(resource.fhirType() + "/" + resource.getIdElement().getIdPart()));
        return bundle;
    }
}
