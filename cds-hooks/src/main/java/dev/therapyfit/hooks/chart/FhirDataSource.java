package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.FhirServer;
import java.util.List;
import java.util.Optional;

/** Reads a client's FHIR server. Safe to use from many threads. */
public interface FhirDataSource {
    /** No FHIR server answers: a request must bring everything. */
    FhirDataSource NONE = new NoFhirServer();

    /**
     * Reads one resource.
     *
     * @param relative type and id, for example {@code Patient/1}
     * @param deadline when the answer is wanted no longer
     * @throws FhirReadException if it cannot be read
     */
    Resource read(FhirServer server, String relative, Deadline deadline);

    /**
     * Searches, following {@code next} links to the last page.
     *
     * @param query search relative to the base URL, for example {@code Condition?patient=1}
     * @param deadline when the answer is wanted no longer, with all its pages
     * @return every resource found, in the server's order
     * @throws FhirReadException if any page cannot be read
     */
    List<Resource> search(FhirServer server, String query, Deadline deadline);

    /**
     * Reads what follows a page that the client sent.
     *
     * @param deadline when the answer is wanted no longer, with all its pages
     * @return every resource of the following pages; empty if the page is the last
     * @throws FhirReadException if any page cannot be read
     */
    List<Resource> following(FhirServer server, Resource page, Deadline deadline);

    /**
     * The version of FHIR that the server says it has.
     *
     * @param deadline when the answer is wanted no longer
     * @return for example {@code 4.0.1}; empty if it does not say
     */
    Optional<String> fhirVersion(FhirServer server, Deadline deadline);
}
