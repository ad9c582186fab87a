package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Resource;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * The patient whom data have to be about.
 *
 * @param id of the Patient
 * @param server base URL of the server where that id is theirs, if it is known
 */
public record Subject(String id, Optional<URI> server) {
    private static final List<String> ELEMENTS = List.of("subject", "patient");

    /**
     * The element by which a resource says that it is about somebody or something else: another patient, a patient of
     * another server, a group. Empty if it is about this patient, or does not say by reference whom it is about.
     */
    public Optional<String> elementOfAnother(Resource resource) {
        return ELEMENTS.stream()
                .filter(element -> resource.all(element).stream()
                        .anyMatch(value ->
                                References.isOne(value) && References.hasUrl(value) && !isThis(References.url(value))))
                .findFirst();
    }

    private boolean isThis(IIdType reference) {
        return "Patient".equals(reference.getResourceType())
                && id.equals(reference.getIdPart())
                && BaseUrl.isOf(server, reference);
    }
}
