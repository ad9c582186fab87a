package dev.therapyfit;

import dev.therapyfit.cli.Commands;

/** Entry point of the executable jar. */
public final class TherapyFit {
    private TherapyFit() {}

    public static void main(String[] arguments) {
        Thread.setDefaultUncaughtExceptionHandler(new UncaughtFailures());
        System.exit(Commands.run(arguments));
    }
}
