package dev.therapyfit.cli;

import java.util.Locale;

/** How a command prints its answer. */
enum Format {
    TEXT,
    JSON;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
