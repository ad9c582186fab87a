package dev.therapyfit.cql.fhir;

/**
 * A resource that cannot be read, and why. Holds no value of it.
 *
 * @param type its resource type, as far as it says one
 * @param element the element, below the resource, for example {@code valueQuantity.comparator}; empty: the resource itself
 * @param expected what was expected there
 */
public record Unreadable(String type, String element, String expected) {
    /** For a person: where, and what was expected. */
    public String reason() {
        return (element.isEmpty() ? "a resource" : "the element " + element) + " is not readable: expected " + expected;
    }
}
