package dev.therapyfit.cli;

import dev.therapyfit.authoring.explanation.Explanation;
import dev.therapyfit.cli.QuestionOptions.Subject;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.Explainer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code explain}: why an expression has its value. */
@Command(
        name = "explain",
        description =
                "Tell why an expression has its value for a patient: its parts as a tree, each with its value and place.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Subject subject = new Subject();

    @Option(
            names = "--expression",
            required = true,
            paramLabel = "NAME",
            description =
                    "Such as Decision, M2 or TherapyFitCriteria.M2: a library's name where several have one of that name.")
    private String expression = "";

    @Mixin
    private QuestionOptions options = new QuestionOptions();

    @Option(names = "--depth", defaultValue = "6", description = "How deep it goes (default: ${DEFAULT-VALUE}).")
    private int depth;

    @Override
    public Integer call() {
        Content read = options.read(subject);
        String name = name(read);
        Question question = options.question(subject, read, CqlEvaluator.compile(read));
        try {
            ExplanationText.print(
                    Explanation.of(
                            Explainer.compile(read, read.mainLibrary().name())
                                    .explain(name, question.record(), question.inputs(), question.at()),
                            depth),
                    Objects.requireNonNull(spec).commandLine().getOut());
        } catch (IllegalArgumentException e) {
            throw options.wrong("--expression " + expression + ": the content has no such expression");
        } catch (EvaluationException e) {
            throw Question.fails(e);
        }
        return 0;
    }

    /**
     * With the library that has it, if that is not the main one: of an id in a decision, such as M2, the expression that gave it.
     */
    private String name(Content read) {
        if (expression.contains(".") || has(read.mainLibrary())) {
            return expression;
        }
        Optional<String> given = DecisionSchema.of(read).parts().stream()
                .filter(part -> !expression.contains(" ")) // ids are words
                .flatMap(part -> part.expressions().stream())
                .map(one -> one.replace("{id}", expression))
                .filter(one -> read.libraries().stream()
                        .anyMatch(library -> one.equals(library.name() + "." + expression) && has(library)))
                .findFirst();
        if (given.isPresent()) {
            return given.get();
        }
        List<String> found = read.libraries().stream()
                .filter(this::has)
                .map(library -> library.name() + "." + expression)
                .toList();
        if (found.size() > 1) {
            throw options.wrong("--expression " + expression + ": expected one of " + found);
        }
        return found.isEmpty() ? expression : found.get(0);
    }

    private boolean has(CqlSource library) {
        return CqlEvaluator.expressionsOf(library).contains(expression);
    }
}
