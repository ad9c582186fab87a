package dev.therapyfit.cql.reading;

import java.util.List;
import org.hl7.fhir.r4.model.Bundle;

/**
 * A Bundle with the entries that can be read, and what is known of the others.
 *
 * @param bundle the Bundle without the resources that cannot be read
 * @param unreadable one for each resource that is missing in it
 */
public record ReadBundle(Bundle bundle, List<Unreadable> unreadable) {
    public ReadBundle {
        unreadable = List.copyOf(unreadable);
    }
}
