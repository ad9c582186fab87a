package dev.therapyfit.cql.fhir;

/** A resource cannot be read. */
public final class UnreadableResource extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Unreadable unreadable;

    public UnreadableResource(Unreadable unreadable) {
        super(unreadable.reason(), null, false, false);
        this.unreadable = unreadable;
    }

    public Unreadable unreadable() {
        return unreadable;
    }
}
