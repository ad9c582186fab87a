package dev.therapyfit;

import dev.therapyfit.cli.Commands;

/** Entry point of the executable jar, whose libraries lie beside it in {@code lib/}. */
public final class TherapyFit {
    private static final int UNUSABLE = 2;

    private TherapyFit() {}

    public static void main(String[] arguments) {
        if (TherapyFit.class.getResource("/picocli/CommandLine.class") == null) {
            System.err.println("therapy-fit.jar: expected its folder lib/ beside it");
            System.exit(UNUSABLE);
        }
        Thread.setDefaultUncaughtExceptionHandler(new UncaughtFailures());
        System.exit(Commands.run(arguments));
    }
}
