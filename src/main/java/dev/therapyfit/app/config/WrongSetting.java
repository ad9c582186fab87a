package dev.therapyfit.app.config;

import dev.therapyfit.journal.storage.StorageFailure;
import org.jspecify.annotations.Nullable;

/** A setting cannot be used. The message is one line for whoever starts the service: which one, and what was expected. */
public final class WrongSetting extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** What the storage says names the setting already. */
    WrongSetting(StorageFailure failure) {
        super(failure.getMessage(), failure);
    }

    public WrongSetting(String name, String expected) {
        this(name, expected, null);
    }

    public WrongSetting(String name, String expected, @Nullable Throwable cause) {
        super("setting " + name + ": " + expected, cause);
    }
}
