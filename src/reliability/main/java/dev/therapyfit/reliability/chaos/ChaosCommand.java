package dev.therapyfit.reliability.chaos;

import com.nimbusds.jose.JOSEException;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.reliability.ExpectedAnswers;
import dev.therapyfit.reliability.ExpectedAnswers.Call;
import dev.therapyfit.reliability.ServiceProcess;
import dev.therapyfit.reliability.SigningClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code chaos}: breaks a part while calls go on, and looks what came of it. */
@Command(
        name = "chaos",
        description = {
            "Break a part while calls go on. Needs nginx and PostgreSQL of the machine's packages; the full disk needs root.",
            "Scenarios: replicas, kill, restart, database, fhir, disk."
        },
        mixinStandardHelpOptions = true)
public final class ChaosCommand implements Callable<Integer> {
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");
    private static final Duration PAUSE_OF_THE_CIRCUIT = Duration.ofSeconds(6);
    private static final List<String> SEEDED =
            List.of("o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "o10", "o11", "o12");
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(60);

    @Option(names = "--scenario", split = ",", description = "Which (default: all).")
    private List<String> scenarios = List.of("replicas", "kill", "restart", "database", "fhir", "disk");

    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "Calls before and after (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--clinicians", defaultValue = "4", description = "Who call (default: ${DEFAULT-VALUE}).")
    private int clinicians;

    private List<Call> calls = List.of();

    @Override
    public Integer call() throws Exception {
        ExpectedAnswers expected = ExpectedAnswers.of(Path.of("cql"), "US", AT);
        calls = expected.calls();
        boolean held = true;
        for (String scenario : scenarios) {
            System.out.println("== " + scenario);
            held &= switch (scenario) {
                case "replicas" -> replicated(replicas -> {});
                case "kill" -> replicated(this::kill);
                case "restart" -> replicated(this::restart);
                case "database" -> replicated(this::database);
                case "fhir" -> frozenFhirServer(expected);
                case "disk" -> fullDisk();
                default -> throw new IllegalArgumentException("no such scenario: " + scenario);
            };
        }
        return held ? 0 : 1;
    }

    private interface Disturbance {
        void in(Disturbed disturbed) throws Exception;
    }

    private record Disturbed(Replicas replicas, Traffic traffic) {}

    private boolean replicated(Disturbance disturbance) throws Exception {
        Path folder = Files.createTempDirectory("therapy-fit-chaos");
        SigningClient client = new SigningClient();
        try (Replicas replicas = Replicas.start(folder, client, "", AT)) {
            Set<String> acknowledged;
            boolean held;
            try (Traffic traffic = Traffic.start(replicas.base(), calls, client, clinicians)) {
                workUndisturbed(traffic);
                disturbance.in(new Disturbed(replicas, traffic));
                System.out.println("  answered again after "
                        + traffic.untilAnswered(LONGEST_RECOVERY).toMillis() + " ms");
                work();
                traffic.end();
                held = report(traffic);
                acknowledged = traffic.acknowledged();
            }
            Set<String> stored = Set.of(replicas.database()
                    .query("select distinct card_uuid from feedback")
                    .split("\n"));
            return nothingLost(acknowledged, stored) && held;
        }
    }

    private void kill(Disturbed disturbed) throws IOException, InterruptedException {
        disturbed.replicas().kill(0);
        System.out.println("  one of two replicas was killed (kill -9)");
        work();
        disturbed.replicas().restart(0);
        System.out.println("  it was started again");
    }

    private void restart(Disturbed disturbed) throws IOException, InterruptedException {
        for (int replica = 0; replica < 2; replica++) {
            disturbed.replicas().end(replica);
            disturbed.replicas().restart(replica);
            Thread.sleep(Nginx.TAKES_UP_AGAIN.toMillis());
            System.out.println("  replica " + (replica + 1) + " was ended and started again");
        }
    }

    private void database(Disturbed disturbed) throws IOException, InterruptedException {
        disturbed.replicas().database().crash();
        System.out.println("  PostgreSQL was stopped at once");
        work();
        disturbed.replicas().database().start();
        System.out.println("  it was started again");
    }

    private boolean frozenFhirServer(ExpectedAnswers expected) throws IOException, InterruptedException, JOSEException {
        Path folder = Files.createTempDirectory("therapy-fit-chaos");
        SigningClient client = new SigningClient();
        try (FhirServer fhir = FhirServer.start(folder);
                Replicas replicas = Replicas.start(folder, client, fhir.base(), AT)) {
            List<Call> reading = calls.stream()
                    .filter(call -> SEEDED.contains(call.example().name())
                            && call.service().hook() == Hook.ORDER_SELECT)
                    .map(call -> expected.reading(call, fhir.base()))
                    .toList();
            boolean held = true;
            try (Traffic prefetching = Traffic.start(replicas.base(), calls, client, clinicians)) {
                for (String phase : List.of("just started", "sound", "frozen", "thawed")) {
                    if (phase.equals("frozen")) {
                        fhir.freeze();
                    }
                    if (phase.equals("thawed")) {
                        fhir.thaw();
                        Thread.sleep(PAUSE_OF_THE_CIRCUIT.toMillis());
                    }
                    try (Traffic traffic = Traffic.start(replicas.base(), reading, client, 1)) {
                        work();
                        traffic.end();
                        System.out.println("  calls that read, FHIR server " + phase + ": " + traffic.outcomes()
                                + ", slowest " + traffic.slowest().toMillis() + " ms, wrong cards "
                                + traffic.wrong());
                        held &= traffic.wrong().isEmpty();
                    }
                }
                prefetching.end();
                System.out.println("  calls that read nothing:");
                held &= report(prefetching);
            }
            return held;
        }
    }

    private boolean fullDisk() throws IOException, InterruptedException, JOSEException {
        Path folder = Files.createTempDirectory("therapy-fit-chaos");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Tool.run(List.of("mount", "-t", "tmpfs", "-o", "size=128m", "tmpfs", disk.toString()));
        SigningClient client = new SigningClient();
        try {
            Path settings = folder.resolve("settings.yml");
            int port = Tool.freePort();
            Files.writeString(
                    settings,
                    "therapy-fit:\n"
                            + "  evaluation-time: " + AT + "\n"
                            + "  public-url: http://localhost:" + port + "\n"
                            + "  storage:\n"
                            + "    directory: " + disk + "\n"
                            + "  trust:\n"
                            + "    mode: clients\n"
                            + "    clients:\n"
                            + client.registration("      ", ""));
            Set<String> acknowledged;
            boolean held;
            try (ServiceProcess service = ServiceProcess.start(folder, settings, port);
                    Traffic traffic = Traffic.start(service.base(), calls, client, clinicians)) {
                workUndisturbed(traffic);
                Path filler = disk.resolve("filler");
                fill(filler);
                System.out.println("  the disk is full");
                work();
                Files.delete(filler);
                System.out.println("  there is room again");
                System.out.println("  answered again after "
                        + traffic.untilAnswered(LONGEST_RECOVERY).toMillis() + " ms");
                work();
                traffic.end();
                held = report(traffic);
                acknowledged = traffic.acknowledged();
            }
            return nothingLost(acknowledged, H2File.cardsWithFeedback(disk)) && held;
        } finally {
            Tool.run(List.of("umount", disk.toString()));
        }
    }

    private static void fill(Path filler) throws IOException {
        byte[] block = new byte[64 * 1024];
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // as intended: no space is left
        }
    }

    /** What is not answered before anything is broken would show nothing afterwards. */
    private void workUndisturbed(Traffic traffic) throws InterruptedException, IOException {
        traffic.untilAcknowledged(1, LONGEST_RECOVERY);
        work();
    }

    private void work() throws InterruptedException {
        Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    }

    private static boolean report(Traffic traffic) {
        System.out.println("  " + traffic.outcomes());
        System.out.println("  wrong cards " + traffic.wrong().size() + " " + traffic.wrong());
        return traffic.wrong().isEmpty();
    }

    private static boolean nothingLost(Set<String> acknowledged, Set<String> stored) {
        Set<String> lost = new HashSet<>(acknowledged);
        lost.removeAll(stored);
        System.out.println("  feedback acknowledged " + acknowledged.size() + ", lost " + lost.size());
        return lost.isEmpty();
    }
}
