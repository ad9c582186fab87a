package dev.therapyfit.cli;

import dev.therapyfit.cli.QuestionOptions.Subject;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.CqlEvaluator.Engine;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.hooks.card.Card;
import dev.therapyfit.hooks.card.CardComposer;
import dev.therapyfit.hooks.card.CardComposer.Material;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code evaluate}: decisions without a server. */
@Command(name = "evaluate", description = "Decide for one patient, without a server.", mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
    private static final String BUNDLE = ".bundle.json";
    private static final URI NO_PAGE = URI.create("http://localhost/decisions/none");

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private SubjectOrMany subject = new SubjectOrMany();

    /** For whom. */
    static final class SubjectOrMany extends Subject {
        @Option(
                names = "--patients",
                required = true,
                paramLabel = "DIR",
                description =
                        "Folder of files X.bundle.json, each with X.order.json if there is one: one line for each.")
        private @Nullable Path patients;
    }

    @Mixin
    private QuestionOptions options = new QuestionOptions();

    /** What is printed. */
    enum Shown {
        /** A table. */
        TEXT,
        /** The decision as the service keeps it. */
        JSON,
        /** The cards that a clinician would see. */
        CARD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Shown format = Shown.TEXT;

    @Option(
            names = "--hook",
            defaultValue = "order-select",
            description = "The hook whose cards --format card shows (default: ${DEFAULT-VALUE}).")
    private String hook = "order-select";

    @Option(
            names = "--engine",
            defaultValue = "compiled",
            description = "What evaluates the CQL: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Engine engine = Engine.COMPILED;

    @Override
    public Integer call() {
        Content read = options.read(subject);
        CqlEvaluator evaluator = CqlEvaluator.compile(read).by(engine);
        DecisionMaker maker = DecisionMaker.of(read);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (subject.patients != null) {
            return table(maker, evaluator, subject.patients, out) ? 0 : ExitCode.USAGE;
        }
        Question question = options.question(subject, read, evaluator);
        switch (format) {
            case TEXT -> out.println(DecisionText.of(decision(maker, question), maker.schema()));
            case JSON ->
                out.println(new JsonMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(decision(maker, question)));
            case CARD -> cards(read, maker, question, out);
        }
        return 0;
    }

    private static Decision decision(DecisionMaker maker, Question question) {
        return question.answer(List.of(DecisionMaker.EXPRESSION), results -> decision(maker, question, results));
    }

    private static Decision decision(DecisionMaker maker, Question question, ExpressionResults results) {
        return maker.decide(results, question.record(), question.inputs(), question.at());
    }

    private void cards(Content read, DecisionMaker maker, Question question, PrintWriter out) {
        List<CdsService> services =
                ServiceCatalog.of(read, question.evaluator()).services();
        CdsService service = services.stream()
                .filter(one -> one.hook().code().equals(hook))
                .findFirst()
                .orElseThrow(() -> options.wrong("--hook " + hook + ": expected one of "
                        + services.stream().map(one -> one.hook().code()).toList()));
        CardComposer composer = new CardComposer(() -> UUID.randomUUID().toString());
        List<Card> cards = question.answer(service.expressions(), results -> composer.compose(
                        service.cards(),
                        new Material(results, decision(maker, question, results), NO_PAGE, false, false))
                .cards());
        if (cards.isEmpty()) {
            out.println("No card at " + hook + ".");
        }
        for (Card card : cards) {
            out.println("[" + card.indicator() + "] " + card.summary());
            out.println();
            if (card.detail() != null) {
                out.println(card.detail());
                out.println();
            }
            card.suggestions().forEach(suggestion -> out.println("( ) " + suggestion.label()));
            card.links().forEach(link -> out.println("-> " + link.label()));
        }
    }

    /** One line for each; false if one cannot be read. */
    private boolean table(DecisionMaker maker, CqlEvaluator evaluator, Path folder, PrintWriter out) {
        List<Path> bundles;
        try (Stream<Path> files = Files.list(folder)) {
            bundles = files.filter(file -> file.toString().endsWith(BUNDLE))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw options.wrong("--patients " + folder + ": expected a folder that can be read");
        }
        if (bundles.isEmpty()) {
            throw options.wrong("--patients " + folder + ": expected files X" + BUNDLE);
        }
        int width = bundles.stream().mapToInt(file -> name(file).length()).max().orElse(0);
        boolean areReadable = true;
        for (Path bundle : bundles) {
            Path ordered = bundle.resolveSibling(name(bundle) + ".order.json");
            out.printf(Locale.ROOT, "%-" + width + "s  ", name(bundle));
            try {
                Question question =
                        options.question(bundle, Files.exists(ordered) ? ordered : options.order(), evaluator);
                out.println(DecisionText.line(decision(maker, question), maker.schema()));
            } catch (UnusableInput e) {
                out.println("not readable: " + e.getMessage());
                areReadable = false;
            }
        }
        return areReadable;
    }

    private static String name(Path bundle) {
        String file = String.valueOf(bundle.getFileName());
        return file.substring(0, file.length() - BUNDLE.length());
    }
}
