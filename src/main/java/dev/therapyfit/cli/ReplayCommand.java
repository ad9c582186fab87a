package dev.therapyfit.cli;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.Incomplete;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionChanges;
import dev.therapyfit.hooks.decision.DecisionChanges.Change;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code replay}: does today's content decide the same? */
@Command(
        name = "replay",
        description = {
            "Decide again, with today's content, about the data and at the time of an earlier decision,",
            "and say what changed. Exit code 0: the same; 1: different; 2: cannot be said."
        },
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--decision",
            required = true,
            paramLabel = "DECISION.json",
            description = "The earlier decision, as GET /decisions/{id} gives it for Accept: application/json.")
    private Path decision = Path.of("");

    @ArgGroup(multiplicity = "1")
    private Input input = new Input();

    /** What was decided about: one of the two. */
    private static final class Input {
        @Option(
                names = "--request",
                paramLabel = "BODY.json",
                description = "Body of the hook call, with all that was prefetched; no server is read.")
        private @Nullable Path request;

        @Option(
                names = "--patient",
                paramLabel = "BUNDLE.json",
                description = "FHIR R4 Bundle with one Patient and the chart, as for evaluate.")
        private @Nullable Path patient;
    }

    @Option(names = "--order", paramLabel = "ORDER.json", description = "With --patient: the order, as for evaluate.")
    private @Nullable Path order;

    @Option(
            names = "--jurisdiction",
            description = {
                "Where the order would be carried out, for example US, EU, JP or KR",
                "(default: that of the earlier decision)."
            })
    private @Nullable String jurisdiction;

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    @Mixin
    private ContentOption content = new ContentOption();

    /**
     * What came of it.
     *
     * @param same true if the decision is the same
     * @param sameContent true if the content is the same, file by file
     * @param sameInputs true if the data are the same
     * @param changes what differs in the decision
     */
    record Replayed(boolean same, boolean sameContent, boolean sameInputs, List<Change> changes) {}

    @Override
    public Integer call() {
        Decision before = decision();
        if (order != null && input.request != null) {
            throw new UnusableInput("--order: expected with --patient only; a request has its own orders");
        }
        Content today = content.read();
        CqlEvaluator evaluator = CqlEvaluator.compile(today);
        Decision after = decide(today, evaluator, before);
        List<Change> changes = DecisionChanges.between(before, after, DecisionSchema.of(today));
        Replayed replayed = new Replayed(
                changes.isEmpty(),
                before.content().sha256().equals(after.content().sha256()),
                before.inputsDigest().equals(after.inputsDigest()),
                changes);
        if (spec != null) {
            spec.commandLine()
                    .getOut()
                    .println(
                            format == Format.JSON
                                    ? new JsonMapper()
                                            .writerWithDefaultPrettyPrinter()
                                            .writeValueAsString(replayed)
                                    : text(replayed, before, after));
        }
        return replayed.same() ? 0 : Commands.FAILED;
    }

    private Decision decide(Content today, CqlEvaluator evaluator, Decision before) {
        List<String> selections = List.of();
        PatientRecord record;
        if (input.request != null) {
            RequestFile request = RequestFile.read(input.request, ServiceCatalog.of(today, evaluator), before);
            record = request.record();
            selections = request.selections();
        } else {
            record = PatientFile.read(
                    input.patient == null ? Path.of("") : input.patient,
                    order,
                    Question.types(evaluator),
                    before.unread().stream()
                            .map(unread -> new Incomplete(unread.type(), unread.reason()))
                            .toList());
            selections = signedAgain(before, record);
        }
        Inputs inputs = new Inputs(jurisdiction == null ? before.jurisdiction() : jurisdiction, selections);
        try {
            return DecisionMaker.of(today)
                    .decide(
                            evaluator.evaluate(record, List.of(DecisionMaker.EXPRESSION), inputs, before.evaluatedAt()),
                            record,
                            inputs,
                            before.evaluatedAt());
        } catch (EvaluationException e) {
            throw new UnusableInput(e.getMessage() + ": the content fails on this patient");
        }
    }

    /**
     * What the earlier decision was about, if it had been signed before: it is no draft, so that it has to be named.
     * None means every draft.
     */
    private static List<String> signedAgain(Decision before, PatientRecord record) {
        return before
                .order()
                .filter(order -> record.find(order)
                        .filter(fact -> !PatientRecord.isDraftOrder(fact.resource()))
                        .isPresent())
                .stream()
                .toList();
    }

    private Decision decision() {
        try {
            JsonMapper json = JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();
            JsonNode given = json.readTree(Files.readString(decision));
            List<String> missing = Decision.missing(given).stream()
                    .filter(name -> jurisdiction == null || !name.equals("jurisdiction"))
                    .toList();
            if (!missing.isEmpty()) {
                throw new UnusableInput(
                        "--decision " + decision + ": lacks " + missing.get(0) + ": expected a whole decision");
            }
            return json.treeToValue(given, Decision.class);
        } catch (NoSuchFileException e) {
            throw new UnusableInput("--decision " + decision + ": no such file");
        } catch (IOException | JacksonException e) {
            throw new UnusableInput("--decision " + decision + ": expected the JSON of a decision");
        }
    }

    private static String text(Replayed replayed, Decision before, Decision after) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        out.println(replayed.same() ? "The decision is the same." : "The decision is different.");
        out.println("Content  "
                + (replayed.sameContent()
                        ? "the same: " + version(after)
                        : "another: " + version(before) + " -> " + version(after)));
        out.println("Inputs   "
                + (replayed.sameInputs() ? "the same" : "others: the data, the orders or the jurisdiction"));
        for (Change change : replayed.changes()) {
            out.println((change.part() + " " + change.id()).strip() + ", " + change.field() + ": "
                    + shown(change.before()) + " -> " + shown(change.after()));
        }
        return text.toString().stripTrailing();
    }

    private static String version(Decision decision) {
        String sha256 = decision.content().sha256();
        return decision.content().version() + " (" + sha256.substring(0, Math.min(12, sha256.length())) + ")";
    }

    private static String shown(String json) {
        return json.isEmpty() ? "nothing" : json;
    }
}
