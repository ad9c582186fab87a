package dev.therapyfit.cli;

import dev.therapyfit.app.ServiceApplication;
import dev.therapyfit.app.ServiceApplication.Running;
import dev.therapyfit.app.sandbox.FhirServerProcess;
import dev.therapyfit.app.sandbox.SandboxFile;
import dev.therapyfit.app.sandbox.client.ClientController;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sandbox}: the service and a FHIR server with synthetic patients, to try them together. */
@Command(
        name = "sandbox",
        description = {
            "Run the service and a HAPI FHIR R4 server with synthetic patients.",
            "PostgreSQL instead of H2: set THERAPY_FIT_FHIR_JDBC_URL, _USER and _PASSWORD in the environment."
        },
        mixinStandardHelpOptions = true)
final class SandboxCommand implements Callable<Integer> {
    @Option(
            names = "--port",
            defaultValue = "8080",
            description = "Port of the service (default: ${DEFAULT-VALUE}; 0: any free one).")
    private int port;

    @Option(
            names = "--fhir-port",
            defaultValue = "8081",
            description = "Port of the FHIR server (default: ${DEFAULT-VALUE}; 0: any free one).")
    private int fhirPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "therapy-fit-data",
            description = "Where both databases and the logs lie (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("therapy-fit-data");

    @Mixin
    private ContentOption content = new ContentOption();

    @Option(names = "--config", paramLabel = "FILE", description = "Settings of the service, as for serve.")
    private @Nullable Path config;

    @Option(
            names = "--seed-as-of",
            paramLabel = "DATE",
            description = "Day that the synthetic patients' dates are moved to (default: today).")
    private @Nullable String seedAsOf;

    @Override
    public Integer call() throws InterruptedException {
        Path jar = FhirServerProcess.findJar(ownJar())
                .orElseThrow(
                        () -> new UnusableInput(
                                "fhir-server.jar is not there: build it with mvn package, or put it and its lib/ beside therapy-fit.jar"));
        FreePort.require(port, "--port");
        FreePort.require(fhirPort, "--fhir-port");
        if (port == fhirPort && port != 0) {
            throw new UnusableInput("--fhir-port: expected another port than --port, which is " + port + " too");
        }
        requireWritable(data);
        say("Therapy Fit: starting the FHIR server and the service; logs are in " + data.resolve("logs"));
        try (FhirServerProcess fhirServer =
                FhirServerProcess.start(jar, fhirServerOptions(), SandboxCommand::say, SandboxCommand::complain)) {
            Runtime.getRuntime().addShutdownHook(new Thread(fhirServer::stop, "stop-fhir-server"));
            try (Running service = ServeCommand.start(serviceSettings(), Map.of())) {
                say("CDS Hooks service: ready at http://localhost:" + service.port() + "/cds-services");
                URI fhirBase = fhirServer.ready().join();
                service.context().getBean(ClientController.class).connect(fhirBase);
                ready(service.port(), fhirBase);
                int code = fhirServer.waitFor();
                if (!fhirServer.wasStopped()) {
                    complain("sandbox: the FHIR server ended by itself with code " + code + "; its log tells more");
                }
                return Commands.FAILED;
            } catch (CompletionException e) {
                // the server has said on its error output why it does not start
                return fhirServer.waitFor() == Commands.WRONG_USE ? Commands.WRONG_USE : Commands.FAILED;
            }
        }
    }

    private List<String> fhirServerOptions() {
        List<String> options =
                new ArrayList<>(List.of("--port", Integer.toString(fhirPort), "--data", data.toString()));
        if (seedAsOf != null) {
            options.addAll(List.of("--seed-as-of", seedAsOf));
        }
        return options;
    }

    private Map<String, Object> serviceSettings() {
        Map<String, Object> settings = new LinkedHashMap<>(ServeCommand.settings(port, content, config));
        settings.put("spring.profiles.active", "sandbox");
        settings.put(ServeCommand.TRUST_MODE, "open");
        settings.put("logging.threshold.console", "OFF");
        settings.put("logging.file.name", data.resolve("logs/therapy-fit.log"));
        settings.put("therapy-fit.storage.directory", data);
        return settings;
    }

    private static void requireWritable(Path data) {
        try {
            Files.createDirectories(data.resolve("logs"));
        } catch (IOException e) {
            throw new UnusableInput("--data " + data + ": expected a directory that can be made and written to");
        }
        if (!Files.isWritable(data) || !Files.isWritable(data.resolve("logs"))) {
            throw new UnusableInput("--data " + data + ": expected a directory that can be written to");
        }
    }

    private static @Nullable Path ownJar() {
        try {
            URI place = ServiceApplication.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            String text = place.toString();
            if (text.startsWith("jar:nested:")) {
                text = "file:" + text.substring("jar:nested:".length(), text.indexOf("/!"));
            }
            return Path.of(URI.create(text));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    private static void ready(int port, URI fhirBase) {
        say("");
        say("Therapy Fit is ready. Ctrl-C ends it.");
        say("  Try it             http://localhost:" + port + "/");
        say("  CDS Hooks service  http://localhost:" + port + "/cds-services");
        say("  FHIR server (R4)   " + fhirBase);
        say("  Patients           " + fhirBase + "/Patient");
        say("");
        say("In the public CDS Hooks sandbox client (the browser asks whether it may reach this machine):");
        say("");
        say("https://sandbox.cds-hooks.org/?serviceDiscoveryURL=http://localhost:" + port
                + "/cds-services,http://localhost:" + port + "/sandbox/cds-services&fhirServiceUrl=" + fhirBase
                + "&patientId=o1&hook=order-select&screen=rx-view");
        say("");
        say("An order for MSC therapy, as an EHR would send it (paste it into another terminal):");
        say("");
        say("curl -s http://localhost:" + port + "/cds-services/therapy-fit-order-select"
                + " -H 'Content-Type: application/json' -d '" + example(fhirBase) + "'");
        say("");
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static void complain(String line) {
        System.err.println(line);
    }

    private static String example(URI fhirBase) {
        return SandboxFile.read("order-select.json")
                .asObject()
                .put("fhirServer", fhirBase.toString())
                .toString();
    }
}
