package dev.therapyfit.ehr.smart;

/** An EHR that cannot launch the app, or does not take what it writes; the message says why, without data of a patient. */
public final class LaunchFailure extends Exception {
    private static final long serialVersionUID = 1L;

    LaunchFailure(String why) {
        super(why);
    }
}
