package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.FhirServer;
import java.util.List;
import java.util.Optional;

/** No FHIR server is there: a body must bring everything. */
final class NoFhirServer implements FhirDataSource {
    @Override
    public Resource read(FhirServer server, String relative, Deadline deadline) {
        throw absent();
    }

    @Override
    public List<Resource> search(FhirServer server, String query, Deadline deadline) {
        throw absent();
    }

    @Override
    public List<Resource> following(FhirServer server, Resource page, Deadline deadline) {
        throw absent();
    }

    @Override
    public Optional<String> fhirVersion(FhirServer server, Deadline deadline) {
        return Optional.empty();
    }

    private static FhirReadException absent() {
        return new FhirReadException(FhirReadException.Kind.UNREACHABLE, "it is not reachable");
    }
}
