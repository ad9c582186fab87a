package dev.therapyfit.command;

import dev.therapyfit.cql.cases.Case;
import dev.therapyfit.cql.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code test}: the content's cases. */
@Command(name = "test", description = "Run the content's cases.", mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ContentOption content = new ContentOption();

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    /** One case that was run; it passed if it has no differences. */
    record Result(String name, String title, List<String> differences) {}

    /** What JSON says of the run. */
    record Report(long passed, long failed, List<Result> cases) {}

    @Override
    public Integer call() {
        Content read = content.readWithCases();
        List<Case> cases = Cases.of(read);
        CqlEvaluator evaluator = CqlEvaluator.compile(read, read.mainLibrary().name());
        List<Result> results = cases.stream()
                .map(one -> new Result(one.name(), one.title(), differences(one, evaluator)))
                .toList();
        long failed = results.stream()
                .filter(result -> !result.differences().isEmpty())
                .count();
        if (spec != null) {
            print(
                    new Report(results.size() - failed, failed, results),
                    spec.commandLine().getOut());
        }
        return failed == 0 ? 0 : Commands.FAILED;
    }

    private static List<String> differences(Case one, CqlEvaluator evaluator) {
        try {
            Map<?, ?> decision = evaluator
                    .evaluate(one.record(), List.of(DecisionMaker.EXPRESSION), one.parameters(), one.at())
                    .value(DecisionMaker.EXPRESSION, Map.class)
                    .orElse(Map.of());
            return one.expected().differences(decision);
        } catch (EvaluationException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private void print(Report report, PrintWriter out) {
        if (format == Format.JSON) {
            out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report));
            return;
        }
        for (Result result : report.cases()) {
            if (!result.differences().isEmpty()) {
                out.println("FAILED " + result.name() + ": " + result.title());
                result.differences().forEach(difference -> out.println("  " + difference));
            }
        }
        out.println(report.passed() + " of " + report.cases().size() + " cases passed");
    }
}
