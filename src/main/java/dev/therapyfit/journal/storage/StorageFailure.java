package dev.therapyfit.journal.storage;

/** The database cannot be used. The message is one line for whoever starts the service, without secrets. */
public final class StorageFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StorageFailure(String message) {
        super(message);
    }
}
