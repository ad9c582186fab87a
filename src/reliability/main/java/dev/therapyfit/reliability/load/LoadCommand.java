package dev.therapyfit.reliability.load;

import dev.therapyfit.reliability.ExpectedAnswers;
import dev.therapyfit.reliability.ExpectedAnswers.Call;
import dev.therapyfit.reliability.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code load}: measures the capacity of one service, then holds a share of it for long. */
@Command(
        name = "load",
        description = "Start the service, measure its capacity, then call at a share of it; compare every answer.",
        mixinStandardHelpOptions = true)
public final class LoadCommand implements Callable<Integer> {
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");

    @Option(names = "--minutes", defaultValue = "10", description = "How long (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(names = "--share", defaultValue = "0.8", description = "Share of the capacity (default: ${DEFAULT-VALUE}).")
    private double share;

    @Option(
            names = "--callers",
            defaultValue = "8",
            description = "Callers that measure it (default: ${DEFAULT-VALUE}).")
    private int callers;

    @Override
    public Integer call() throws Exception {
        List<Call> calls = ExpectedAnswers.of(Path.of("cql"), "US", AT).calls();
        calls.forEach(Call::answer); // made now, so that nothing is evaluated beside the load
        System.out.println(calls.size() + " different calls");
        Path folder = Files.createTempDirectory("therapy-fit-load");
        try (ServiceProcess service = ServiceProcess.open(folder, AT)) {
            Load load = new Load(List.of(service.base()), calls, UnaryOperator.identity());
            load.byCallers(callers, Duration.ofSeconds(30));
            Tally capacity = load.byCallers(callers, Duration.ofSeconds(30));
            System.out.println("Capacity, " + callers + " callers:\n" + capacity.report());
            List<String> memory = new ArrayList<>();
            memory.add("after the warm-up: " + service.memory());
            Tally total = null;
            double rate = capacity.rate() * share;
            boolean held = true;
            int parts = 5;
            for (int part = 1; part <= parts; part++) {
                total = load.atRate(rate, Duration.ofMillis((long) (minutes * 60_000 / parts)));
                System.out.printf(
                        Locale.ROOT, "Part %d of %d at %.1f calls a second:%n%s", part, parts, rate, total.report());
                memory.add("after part " + part + ": " + service.memory());
                held &= total.wrongAnswers() == 0 && total.errors() == 0 && total.withStatus(200) == total.answers();
            }
            memory.forEach(System.out::println);
            return held ? 0 : 1;
        }
    }
}
