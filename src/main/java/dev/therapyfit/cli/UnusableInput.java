package dev.therapyfit.cli;

/** Something given to a command cannot be used. The message is one line for the user: what, and what was expected. */
final class UnusableInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableInput(String message) {
        super(message);
    }
}
