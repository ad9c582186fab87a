package dev.therapyfit.cli;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.DecisionSchema;
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
import java.time.Instant;
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
import picocli.CommandLine.ParameterException;
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
    private Subject subject = new Subject();

    /** For whom. */
    static final class Subject {
        @Option(
                names = "--patient",
                required = true,
                paramLabel = "BUNDLE.json",
                description = "FHIR R4 Bundle with one Patient and the chart; draft orders in it count as ordered.")
        private @Nullable Path patient;

        @Option(
                names = "--case",
                required = true,
                paramLabel = "NAME",
                description = "A test case of the content, for example o1: its patient, order, time and place.")
        private @Nullable String example;

        @Option(
                names = "--patients",
                required = true,
                paramLabel = "DIR",
                description =
                        "Folder of files X.bundle.json, each with X.order.json if there is one: one line for each.")
        private @Nullable Path patients;
    }

    @Option(
            names = "--order",
            paramLabel = "ORDER.json",
            description = "The order: a MedicationRequest, a ServiceRequest or a Bundle of them.")
    private @Nullable Path order;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "Evaluation time, for example 2026-06-15T09:00:00Z (default: now, or that of the case).")
    private @Nullable Instant at;

    @Mixin
    private JurisdictionOption jurisdiction = new JurisdictionOption();

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

    @Mixin
    private ContentOption content = new ContentOption();

    @Override
    public Integer call() {
        Content read = subject.example == null ? content.read() : content.readWithCase(subject.example);
        CqlEvaluator evaluator = CqlEvaluator.compile(read).by(engine);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (subject.patients != null) {
            return table(read, evaluator, subject.patients, out) ? 0 : ExitCode.USAGE;
        }
        Question question = question(read, evaluator);
        switch (format) {
            case TEXT -> out.println(DecisionText.of(decision(read, question), DecisionSchema.of(read)));
            case JSON ->
                out.println(
                        new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(decision(read, question)));
            case CARD -> cards(read, question, out);
        }
        return 0;
    }

    private Question question(Content read, CqlEvaluator evaluator) {
        String name = subject.example;
        if (name == null) {
            Path patient = subject.patient == null ? Path.of("") : subject.patient;
            return Question.of(evaluator, patient, order, jurisdiction.code(), at);
        }
        if (order != null) {
            throw wrong("--order: the case has its own order; give --patient with it");
        }
        return Question.of(read, evaluator, name, at)
                .orElseThrow(() -> wrong("--case " + name + ": the content has no such case; expected/ lists them"));
    }

    private RuntimeException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private static Decision decision(Content read, Question question) {
        return question.answer(List.of(DecisionMaker.EXPRESSION), results -> decision(read, question, results));
    }

    private static Decision decision(Content read, Question question, ExpressionResults results) {
        return DecisionMaker.of(read).decide(results, question.record(), question.inputs(), question.at());
    }

    private void cards(Content read, Question question, PrintWriter out) {
        List<CdsService> services =
                ServiceCatalog.of(read, question.evaluator()).services();
        CdsService service = services.stream()
                .filter(one -> one.hook().code().equals(hook))
                .findFirst()
                .orElseThrow(() -> wrong("--hook " + hook + ": expected one of "
                        + services.stream().map(one -> one.hook().code()).toList()));
        CardComposer composer = new CardComposer(() -> UUID.randomUUID().toString());
        List<Card> cards = question.answer(service.expressions(), results -> composer.compose(
                        service.cards(),
                        new Material(results, decision(read, question, results), NO_PAGE, false, false))
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
    private boolean table(Content read, CqlEvaluator evaluator, Path folder, PrintWriter out) {
        List<Path> bundles;
        try (Stream<Path> files = Files.list(folder)) {
            bundles = files.filter(file -> file.toString().endsWith(BUNDLE))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw wrong("--patients " + folder + ": expected a folder that can be read");
        }
        if (bundles.isEmpty()) {
            throw wrong("--patients " + folder + ": expected files X" + BUNDLE);
        }
        int width = bundles.stream().mapToInt(file -> name(file).length()).max().orElse(0);
        boolean areReadable = true;
        DecisionSchema schema = DecisionSchema.of(read);
        for (Path bundle : bundles) {
            Path ordered = bundle.resolveSibling(name(bundle) + ".order.json");
            out.printf(Locale.ROOT, "%-" + width + "s  ", name(bundle));
            try {
                Question question = Question.of(
                        evaluator, bundle, Files.exists(ordered) ? ordered : order, jurisdiction.code(), at);
                out.println(DecisionText.line(decision(read, question), schema));
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
