package dev.therapyfit.reliability;

import dev.therapyfit.reliability.chaos.ChaosCommand;
import dev.therapyfit.reliability.fuzz.FuzzCommand;
import dev.therapyfit.reliability.load.LoadCommand;
import dev.therapyfit.reliability.mutate.MutateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands: {@code src/reliability/run --help}. */
@Command(
        name = "reliability",
        description = "Load, failures and hostile input against the running service.",
        mixinStandardHelpOptions = true,
        subcommands = {LoadCommand.class, ChaosCommand.class, FuzzCommand.class, MutateCommand.class})
public final class Reliability {
    private Reliability() {}

    /** Runs a command; exits with 0 if what it checks held, 1 if not, 2 on wrong use. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Reliability()).execute(arguments));
    }
}
