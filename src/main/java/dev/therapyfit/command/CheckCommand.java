package dev.therapyfit.command;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.service.ServiceCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code check}: does the content compile, and do its parts fit together? */
@Command(
        name = "check",
        description = "Compile the content and say every problem with its place.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ContentOption content = new ContentOption();

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    /** What JSON says of the check. */
    record Report(boolean ok, List<ContentProblem> problems) {}

    @Override
    public Integer call() {
        List<ContentProblem> problems = problems();
        if (spec != null) {
            var out = spec.commandLine().getOut();
            if (format == Format.JSON) {
                out.println(new JsonMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(new Report(problems.isEmpty(), problems)));
            } else {
                problems.forEach(out::println);
                out.println(problems.isEmpty() ? "The content compiles." : problems.size() + " problems");
            }
        }
        return problems.isEmpty() ? 0 : Commands.FAILED;
    }

    private List<ContentProblem> problems() {
        List<ContentProblem> problems = new ArrayList<>();
        try {
            Content read = content.readWithCases();
            CqlEvaluator evaluator =
                    CqlEvaluator.compile(read, read.mainLibrary().name());
            ServiceCatalog.of(read, evaluator, FhirContext.forR4Cached());
            Cases.of(read);
        } catch (ContentException e) {
            problems.addAll(e.problems());
        }
        return problems;
    }
}
