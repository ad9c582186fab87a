package dev.therapyfit.cli;

import dev.therapyfit.cql.content.ContentException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LoggingSystem;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code therapy-fit} and its exit codes: 0 done, 1 what was asked about failed, 2 wrong use or input. */
@Command(
        name = "therapy-fit",
        description = "Which criteria for MSC therapy and for secretome therapy a patient's record meets.",
        mixinStandardHelpOptions = true,
        version = "Therapy Fit 0.1.0",
        subcommands = {
            ServeCommand.class,
            SandboxCommand.class,
            EvaluateCommand.class,
            ExplainCommand.class,
            TestCommand.class,
            CheckCommand.class,
            PublishCommand.class,
            ReplayCommand.class,
            FeedbackCommand.class,
            AuditCommand.class,
            ClientsCommand.class
        })
public final class Commands implements Runnable {
    /** The thing asked about failed. */
    static final int FAILED = 1;

    /** Wrong use, or input that cannot be read. */
    static final int WRONG_USE = 2;

    @Spec
    private @Nullable CommandSpec spec;

    private Commands() {}

    /**
     * Runs a command line.
     *
     * @param arguments words of the command line
     * @return the exit code
     */
    public static int run(String... arguments) {
        // Libraries keep silent until the service, if it is one that runs, sets its own logging up.
        LoggingSystem.get(Commands.class.getClassLoader()).beforeInitialize();
        return run(
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                arguments);
    }

    /** The same with other places for what is printed. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(new Commands())
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Commands::wrongUse)
                .setExecutionExceptionHandler(Commands::failed)
                .execute(arguments);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "a command is missing");
        }
    }

    private static int wrongUse(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getCommandName() + ": " + e.getMessage() + " (see "
                + command.getCommandSpec().qualifiedName() + " --help)");
        return WRONG_USE;
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
        if (e instanceof UnusableInput || e instanceof ContentException) {
            command.getErr().println(command.getCommandName() + ": " + e.getMessage());
            return WRONG_USE;
        }
        throw e;
    }
}
