package dev.therapyfit.cli;

import dev.therapyfit.app.ServiceApplication;
import dev.therapyfit.app.ServiceApplication.Running;
import dev.therapyfit.app.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: the CDS Hooks service alone. */
@Command(name = "serve", description = "Run the CDS Hooks service.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    /** The setting that says whether clients are authenticated. */
    static final String TRUST_MODE = "therapy-fit.trust.mode";

    /** Where the service keeps things when nothing is configured. */
    private static final Path DATABASE = Path.of("therapy-fit-data", "service.mv.db");

    /** How long whoever ends a start waits for it. */
    private static final long LONGEST_END_OF_START_MILLIS = 1_000;

    /** As a shell has it for a program that was interrupted. */
    private static final int INTERRUPTED = 130;

    @Option(names = "--port", description = "Port of the service (default 8080; 0: any free one).")
    private @Nullable Integer port;

    @Mixin
    private ContentOption content = new ContentOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Settings (YAML or properties); src/main/resources/application.yml lists them all.")
    private @Nullable Path config;

    @Option(
            names = "--check",
            description = {
                "Only say whether a start would succeed: settings, port, content, clients and database are looked at.",
                "Nothing is changed."
            })
    private boolean check;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> otherwise = config == null ? trial() : Map.of();
        if (check) {
            return check(otherwise);
        }
        Map<String, Object> settings = settings(port, content, config);
        if (config == null) {
            settings.put("therapy-fit.drain", "0s"); // nobody else calls
        }
        try (Running service = start(settings, otherwise)) {
            if (service.isOpen()) {
                System.out.println("Nobody is authenticated, so only this machine is answered;"
                        + " --config with registered clients opens it to others.");
            }
            System.out.println("Therapy Fit is ready: " + service.base() + "/cds-services");
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private int check(Map<String, Object> otherwise) {
        Map<String, Object> settings = settings(port, content, config);
        settings.put("logging.threshold.console", "OFF");
        try {
            ServiceApplication.check(settings, otherwise);
        } catch (RuntimeException e) {
            throw new UnusableInput(StartFailure.explain(e));
        }
        System.out.println("A start would succeed.");
        return 0;
    }

    /** Without a file nobody can be registered: a trial on one's own machine. */
    private static Map<String, Object> trial() {
        Map<String, Object> otherwise = new LinkedHashMap<>(Map.of(TRUST_MODE, "open"));
        if (isInUse(DATABASE)) {
            System.out.println("Another service uses " + DATABASE + ": what this one keeps is gone when it ends.");
            otherwise.put("therapy-fit.storage.url", "jdbc:h2:mem:trial;DB_CLOSE_DELAY=-1");
        }
        return otherwise;
    }

    /** True if another process holds the lock that H2 takes on its file. */
    private static boolean isInUse(Path file) {
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (IOException e) {
            return false; // the start tells what is wrong with it
        }
    }

    /** The options as settings; an option that was not given leaves the setting to the configuration. */
    static Map<String, Object> settings(@Nullable Integer port, ContentOption content, @Nullable Path config) {
        Map<String, Object> settings = new LinkedHashMap<>();
        if (port != null) {
            if (config == null) {
                FreePort.require(port, "--port"); // else its address is told by the file
            }
            settings.put("server.port", port);
        }
        if (content.given() != null) {
            content.requireThere();
            settings.put("therapy-fit.content", content.given());
        }
        if (config != null) {
            if (!Files.isRegularFile(config)) {
                throw new UnusableInput("--config " + config + ": no such file");
            }
            settings.put("spring.config.additional-location", config.toUri());
        }
        return settings;
    }

    /**
     * Starts the service, or says in one line why it cannot be. Whoever ends the process meanwhile does not wait for the start:
     * nobody has called yet.
     */
    static Running start(Map<String, Object> settings, Map<String, Object> otherwise) {
        Thread endSoon = new Thread(ServeCommand::endSoon, "end-of-start");
        Runtime.getRuntime().addShutdownHook(endSoon);
        try {
            return ServiceApplication.start(settings, otherwise);
        } catch (RuntimeException e) {
            throw new UnusableInput(StartFailure.explain(e));
        } finally {
            withdraw(endSoon);
        }
    }

    private static void endSoon() {
        try {
            Thread.sleep(LONGEST_END_OF_START_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(INTERRUPTED);
    }

    private static void withdraw(Thread endSoon) {
        try {
            Runtime.getRuntime().removeShutdownHook(endSoon);
        } catch (IllegalStateException e) {
            // the process ends already
        }
    }
}
