package dev.therapyfit.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks, from the root of the repository. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description = "Measures what src/docs/performance.md tells. Figures of one run can be compared, others not.",
        subcommands = {
            EngineCommand.class,
            GrowthCommand.class,
            CallCommand.class,
            HttpCommand.class,
            ProcessesCommand.class
        })
public final class Benchmarks {
    private Benchmarks() {}

    /** Runs one of the commands. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Benchmarks()).execute(args));
    }
}
