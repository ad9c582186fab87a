package dev.therapyfit.benchmarks;

import dev.therapyfit.benchmarks.Stopwatch.Cost;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.PatientRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Charts of ten to ten thousand resources. */
@Command(
        name = "growth",
        mixinStandardHelpOptions = true,
        description = "How reading and evaluating grow with the chart.")
final class GrowthCommand implements Runnable {
    static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");

    @Option(names = "--seconds", defaultValue = "3", description = "Warm-up of each (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Override
    public void run() {
        CqlEvaluator evaluator = CqlEvaluator.compile(Content.read(Path.of("cql")));
        Set<String> names = evaluator.expressions();
        Inputs inputs = new Inputs("US", List.of());
        for (int size : new int[] {10, 60, 100, 1_000, 10_000}) {
            byte[] bytes = Chart.of(size);
            PatientRecord record = Records.of(bytes);
            Map<String, Cost> costs = new Stopwatch()
                    .add("Jackson's tree", () -> Records.tree(bytes))
                    .add("elements read", () -> Records.read(bytes))
                    .add("elements read, record, digest", () -> Records.of(bytes)
                            .sha256())
                    .add("evaluated", () -> evaluator.evaluate(record, names, inputs, AT))
                    .measure(seconds);
            Table.print(size + " resources, " + bytes.length / 1_000 + " kB", costs, "elements read");
        }
    }
}
