package dev.therapyfit.cql.fhir;

import java.util.List;
import java.util.Optional;

/**
 * A Bundle with the entries that can be read, and what is known of the others.
 *
 * @param bundle the Bundle without the resources that cannot be read
 * @param unreadable one for each resource that is missing in it
 * @param fault what around its resources cannot be read, such as its total: how much it holds is then not known
 */
public record ReadBundle(Resource bundle, List<Unreadable> unreadable, Optional<Unreadable> fault) {
    public ReadBundle {
        unreadable = List.copyOf(unreadable);
    }
}
