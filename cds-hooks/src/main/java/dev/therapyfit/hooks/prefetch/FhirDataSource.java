package dev.therapyfit.hooks.prefetch;

import dev.therapyfit.hooks.hook.FhirServer;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** Reads a client's FHIR server. Safe to use from many threads. */
public interface FhirDataSource {
    /**
     * Reads one resource.
     *
     * @param relative type and id, for example {@code Patient/1}
     * @throws FhirReadException if it cannot be read
     */
    Resource read(FhirServer server, String relative);

    /**
     * Searches, following {@code next} links to the last page.
     *
     * @param query search relative to the base URL, for example {@code Condition?patient=1}
     * @return every resource found, in the server's order
     * @throws FhirReadException if any page cannot be read
     */
    List<Resource> search(FhirServer server, String query);

    /**
     * Reads what follows a page that the client sent.
     *
     * @return every resource of the following pages; empty if the page is the last
     * @throws FhirReadException if any page cannot be read
     */
    List<Resource> following(FhirServer server, Bundle page);
}
