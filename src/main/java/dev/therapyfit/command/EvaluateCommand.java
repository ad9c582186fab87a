package dev.therapyfit.command;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code evaluate}: one decision, no server. */
@Command(name = "evaluate", description = "Decide for one patient, without a server.", mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--patient",
            required = true,
            paramLabel = "BUNDLE.json",
            description = "FHIR R4 Bundle with one Patient and the chart; draft orders in it count as ordered.")
    private Path patient = Path.of("");

    @Option(
            names = "--order",
            paramLabel = "ORDER.json",
            description = "The order: a MedicationRequest, a ServiceRequest or a Bundle of them.")
    private @Nullable Path order;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "Evaluation time, for example 2026-06-15T09:00:00Z (default: now).")
    private @Nullable Instant at;

    @Mixin
    private JurisdictionOption jurisdiction = new JurisdictionOption();

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    @Mixin
    private ContentOption content = new ContentOption();

    @Override
    public Integer call() {
        Content read = content.read();
        CqlEvaluator evaluator = CqlEvaluator.compile(read);
        PatientRecord record = PatientFile.read(patient, order, types(evaluator));
        Instant instant = (at == null ? Instant.now() : at).truncatedTo(ChronoUnit.MILLIS);
        Decision decision = decide(read, evaluator, record, instant);
        String text = format == Format.JSON
                ? new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(decision)
                : DecisionText.of(decision);
        if (spec != null) {
            spec.commandLine().getOut().println(text);
        }
        return 0;
    }

    /** The types that the content reads of a patient. */
    static Set<String> types(CqlEvaluator evaluator) {
        return evaluator.dataRequirements().stream().map(DataRequirement::type).collect(Collectors.toUnmodifiableSet());
    }

    private Decision decide(Content read, CqlEvaluator evaluator, PatientRecord record, Instant instant) {
        Inputs inputs = new Inputs(jurisdiction.code(), List.of());
        try {
            return DecisionMaker.of(read)
                    .decide(
                            evaluator.evaluate(record, List.of(DecisionMaker.EXPRESSION), inputs, instant),
                            record,
                            inputs,
                            instant);
        } catch (EvaluationException e) {
            throw new UnusableInput(e.getMessage() + ": the content fails on this patient");
        }
    }
}
