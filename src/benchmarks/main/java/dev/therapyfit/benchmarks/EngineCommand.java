package dev.therapyfit.benchmarks;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.benchmarks.Stopwatch.Cost;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.CqlEvaluator.Engine;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.record.BundleContents;
import dev.therapyfit.cql.record.PatientRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Bytes of a chart to the values of all expressions, beside the reference engine and parsing alone. */
@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        description =
                "Case o1 and a chart of 60 resources, from bytes to all expressions: beside the CQL engine, HAPI's parser and Jackson.")
final class EngineCommand implements Runnable {
    @Option(names = "--seconds", defaultValue = "5", description = "Warm-up of each (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Override
    public void run() {
        Content content = Content.read(Path.of("cql"));
        CqlEvaluator evaluator = CqlEvaluator.compile(content);
        Case o1 = Cases.find(content, "o1").orElseThrow();
        measure(
                "o1",
                evaluator,
                Json.of(BundleContents.collection(o1.resources())).getBytes(StandardCharsets.UTF_8),
                o1.inputs(),
                o1.at());
        measure("chart of 60", evaluator, Chart.of(60), new Inputs("US", List.of()), GrowthCommand.AT);
    }

    private void measure(String name, CqlEvaluator evaluator, byte[] bytes, Inputs inputs, Instant at) {
        CqlEvaluator reference = evaluator.by(Engine.REFERENCE);
        Set<String> names = evaluator.expressions();
        PatientRecord record = Records.of(bytes);
        FhirContext hapi = FhirContext.forR4Cached();
        String text = new String(bytes, StandardCharsets.UTF_8);
        Map<String, Cost> costs = new Stopwatch()
                .add("Jackson's tree", () -> Records.tree(bytes))
                .add("elements read", () -> Records.read(bytes))
                .add("elements read, record, digest", () -> Records.of(bytes).sha256())
                .add("evaluated", () -> evaluator.evaluate(record, names, inputs, at))
                .add("bytes to values", () -> evaluator.evaluate(Records.of(bytes), names, inputs, at))
                .add("HAPI's parser", () -> hapi.newJsonParser().parseResource(text))
                .add("the same by the CQL engine", () -> reference.evaluate(Records.of(bytes), names, inputs, at))
                .measure(seconds);
        Table.print(name + ", " + bytes.length + " bytes", costs, "Jackson's tree");
    }
}
