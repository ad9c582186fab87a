package dev.therapyfit.ehr.outbound;

import java.io.IOException;

/** A server answers with more than is taken. */
public final class UnusableAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    UnusableAnswer(String message) {
        super(message);
    }
}
