package dev.therapyfit.fhirserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the FHIR sandbox. Standard output and error are for people; log lines go to files. */
@Command(
        name = "java -jar fhir-server.jar",
        description = "A HAPI FHIR R4 server with synthetic patients, on an H2 file or PostgreSQL.",
        sortOptions = false,
        usageHelpAutoWidth = true,
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  THERAPY_FIT_FHIR_JDBC_URL       same as --jdbc-url",
            "  THERAPY_FIT_FHIR_JDBC_USER      same as --jdbc-user",
            "  THERAPY_FIT_FHIR_JDBC_PASSWORD  the password; there is no option for it"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped as asked", "2:wrong use, or it cannot start; one line says why"})
final class FhirServerCommand implements Callable<Integer> {
    static final String URL_VARIABLE = "THERAPY_FIT_FHIR_JDBC_URL";
    static final String USER_VARIABLE = "THERAPY_FIT_FHIR_JDBC_USER";
    static final String PASSWORD_VARIABLE = "THERAPY_FIT_FHIR_JDBC_PASSWORD";

    private static final int STOPPED = 0;
    private static final int FAILED = 2;
    private static final String PREFIX = "FHIR server: ";

    private final Map<String, String> environment;
    private final Clock clock;
    private final InputStream input;

    @Spec
    @Nullable
    CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Port; 0 for any free one [8081]")
    int port;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address to listen at [127.0.0.1]")
    String bind = "";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "therapy-fit-data",
            description = "Directory of the database file and the logs [./therapy-fit-data]")
    Path data = Path.of("");

    @Option(
            names = "--jdbc-url",
            paramLabel = "URL",
            description = "A PostgreSQL database instead of the file: jdbc:postgresql://HOST:PORT/DATABASE")
    @Nullable
    String jdbcUrl;

    @Option(names = "--jdbc-user", paramLabel = "USER", description = "User of that database")
    @Nullable
    String jdbcUser;

    @Option(names = "--no-seed", description = "Write no synthetic patients")
    boolean noSeed;

    @Option(
            names = "--seed-as-of",
            paramLabel = "DATE",
            description = "Day for which the synthetic patients are current [today, UTC]")
    @Nullable
    LocalDate seedAsOf;

    @Option(names = "--stop-with-stdin", description = "Stop when standard input ends")
    boolean stopWithStdin;

    @Option(names = "--help", usageHelp = true, description = "Show this")
    boolean help;

    FhirServerCommand(Map<String, String> environment, Clock clock, InputStream input) {
        this.environment = Map.copyOf(environment);
        this.clock = clock;
        this.input = input;
    }

    public static void main(String[] args) {
        System.exit(new FhirServerCommand(System.getenv(), Clock.systemUTC(), System.in)
                .line()
                .execute(args));
    }

    /** The command line, with every wrong use told in one line. */
    CommandLine line() {
        return new CommandLine(this)
                .setParameterExceptionHandler((failure, args) ->
                        failed(failure.getCommandLine().getErr(), OneLine.of(failure) + " (--help shows the options)"));
    }

    @Override
    public Integer call() {
        CommandLine line = spec().commandLine();
        PrintWriter out = line.getOut();
        try {
            Settings settings = settings();
            DataDirectory.prepare(data);
            Logs.into(DataDirectory.logs(data));
            return run(settings, out);
        } catch (StartFailure e) {
            return failed(line.getErr(), OneLine.of(e));
        }
    }

    private int run(Settings settings, PrintWriter out) throws StartFailure {
        FhirServer server = new FhirServer(settings, text -> {
            out.println(PREFIX + text);
            out.flush();
        });
        Thread stop = new Thread(
                () -> {
                    server.close();
                    // A signal alone would end the process with 128 and more, and this is a stop as asked.
                    Runtime.getRuntime().halt(STOPPED);
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        if (stopWithStdin) {
            stopWhenInputEnds();
        }
        try {
            server.start();
        } catch (StartFailure e) {
            if (!server.isClosed() || !isStopping(stop)) {
                throw e;
            }
        }
        waitForStop();
        return STOPPED;
    }

    /** Whether the process is ending already; if not, the hook is taken back so that the failure's code counts. */
    private static boolean isStopping(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException e) {
            return true;
        }
    }

    private void stopWhenInputEnds() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (input.read() >= 0) {
                            // whatever comes is of no interest, only the end is
                        }
                    } catch (IOException e) {
                        // an input that cannot be read has ended
                    }
                    System.exit(STOPPED);
                },
                "stdin");
        watch.setDaemon(true);
        watch.start();
    }

    private static void waitForStop() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Settings settings() throws StartFailure {
        if (port < 0 || port > 65_535) {
            throw new ParameterException(spec().commandLine(), "--port must be between 0 and 65535, but is " + port);
        }
        Optional<String> url = given(jdbcUrl, URL_VARIABLE);
        Database database = url.isPresent()
                ? PostgreSql.at(
                        url.get(),
                        given(jdbcUser, USER_VARIABLE),
                        Optional.ofNullable(environment.get(PASSWORD_VARIABLE)))
                : H2File.in(data);
        Optional<LocalDate> asOf = noSeed
                ? Optional.empty()
                : Optional.of(seedAsOf == null ? LocalDate.ofInstant(clock.instant(), clock.getZone()) : seedAsOf);
        return new Settings(bind, port, data, database, asOf);
    }

    private Optional<String> given(@Nullable String option, String variable) {
        return Optional.ofNullable(option == null ? environment.get(variable) : option)
                .filter(value -> !value.isBlank());
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets it before the call");
        }
        return spec;
    }

    private static int failed(PrintWriter err, String message) {
        err.println(PREFIX + message);
        err.flush();
        return FAILED;
    }
}
