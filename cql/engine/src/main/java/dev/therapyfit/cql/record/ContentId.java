package dev.therapyfit.cql.record;

import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Ids for resources that came without one: the same content always gets the same id. */
final class ContentId {
    private ContentId() {}

    static Resource identified(Resource resource) {
        byte[] json = Json.of(resource).getBytes(StandardCharsets.UTF_8);
        return resource.with("id", UUID.nameUUIDFromBytes(json).toString());
    }
}
