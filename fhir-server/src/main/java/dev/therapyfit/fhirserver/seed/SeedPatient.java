package dev.therapyfit.fhirserver.seed;

import java.util.List;
import org.hl7.fhir.r4.model.Resource;

/**
 * One patient to be written.
 *
 * @param id id of the Patient, which is the name of the case
 * @param resources the Patient and all that is known of it
 */
record SeedPatient(String id, List<Resource> resources) {
    SeedPatient {
        resources = List.copyOf(resources);
    }
}
