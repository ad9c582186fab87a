package dev.therapyfit.cql.fhir;

import java.util.List;
import java.util.Optional;

/**
 * A Bundle with the entries that can be read, and what is known of the others.
 *
 * @param bundle the Bundle without the resources that cannot be read
 * @param entries each entry, also those that cannot be read
 * @param unreadable one for each resource that is missing in it
 * @param envelopeFault what of the Bundle itself, its entries apart, cannot be read
 * @param fault what around its resources cannot be read, such as its total: how much it holds is then not known
 */
public record ReadBundle(
        Resource bundle,
        List<Entry> entries,
        List<Unreadable> unreadable,
        Optional<Unreadable> envelopeFault,
        Optional<Unreadable> fault) {
    public ReadBundle {
        entries = List.copyOf(entries);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * An entry.
     *
     * @param fullUrl empty if it has none, or one that is no text
     * @param type what its resource says it is; empty if it says nothing
     * @param resource empty if it has none, or one that cannot be read
     * @param unreadable why its resource cannot be read
     * @param entries those of its resource, if that is a Bundle
     */
    public record Entry(
            String fullUrl,
            String type,
            Optional<Resource> resource,
            Optional<Unreadable> unreadable,
            List<Entry> entries) {}
}
