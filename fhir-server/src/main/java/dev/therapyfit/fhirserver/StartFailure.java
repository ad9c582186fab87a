package dev.therapyfit.fhirserver;

/** The server cannot start as asked. The message is one line for a person: what is wrong and what to do about it. */
final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
        super(message);
    }

    StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
