package dev.therapyfit.ehr.outbound;

/** A terminology server does not say what a value set holds. The message says of which, and why. */
public final class NoExpansion extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoExpansion(String valueSet, String why) {
        super("no expansion of " + valueSet + ": " + why);
    }
}
