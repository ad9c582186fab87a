package dev.therapyfit.hooks;

import dev.therapyfit.cql.evaluation.EvaluationAbandoned;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.StepObserver.Step;
import dev.therapyfit.hooks.card.CardComposer;
import dev.therapyfit.hooks.card.CardComposer.Material;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.OrderedProducts;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.hooks.request.FhirServer;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pipeline: a hook call goes in, cards come out. Every step is called here, in order, and nowhere else. */
public final class HookPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(HookPipeline.class);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Calls that are computed at the same time, for each processor. */
    private static final int CALLS_PER_PROCESSOR = 2;

    private final LoadedContent content;
    private final HookRequestDecoder decoder;
    private final PrefetchCompleter completer;
    private final CardComposer composer;
    private final StepObserver steps;
    private final Supplier<String> ids;

    /**
     * Calls wait their turn here. If all were computed at once, they would keep each other, and whoever writes to the
     * database for them, from ending.
     */
    private final Semaphore turns;

    private HookPipeline(
            LoadedContent content,
            HookRequestDecoder decoder,
            PrefetchCompleter completer,
            StepObserver steps,
            Supplier<String> ids,
            Semaphore turns) {
        this.content = content;
        this.decoder = decoder;
        this.completer = completer;
        this.composer = new CardComposer(ids);
        this.steps = steps;
        this.ids = ids;
        this.turns = turns;
    }

    /**
     * The pipeline of a content.
     *
     * @param steps is told of each step
     * @param ids gives the ids of decisions, cards and suggestions
     */
    public HookPipeline(
            LoadedContent content,
            HookRequestDecoder decoder,
            PrefetchCompleter completer,
            StepObserver steps,
            Supplier<String> ids) {
        this(
                content,
                decoder,
                completer,
                steps,
                ids,
                new Semaphore(CALLS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors(), true));
    }

    /** The pipeline of a content that nobody looks at, with ids of its own. */
    public static HookPipeline of(LoadedContent content, HookRequestDecoder decoder, PrefetchCompleter completer) {
        Supplier<String> ids = () -> java.util.UUID.randomUUID().toString();
        return new HookPipeline(content, decoder, completer, StepObserver.NONE, ids);
    }

    /** The same for another content; the calls of both wait in one line. */
    HookPipeline of(LoadedContent other) {
        return new HookPipeline(other, decoder, completer, steps, ids, turns);
    }

    /** The content that it answers with. */
    public LoadedContent content() {
        return content;
    }

    /**
     * The service of that id.
     *
     * @throws CdsFailure if there is none
     */
    public CdsService service(String id) {
        return content.catalog()
                .find(id)
                .orElseThrow(() -> new NotFound("no such service: GET /cds-services lists those there are"));
    }

    /**
     * Reads the body of a call.
     *
     * @param deadline when the answer is wanted no longer
     * @throws CdsFailure naming the field that cannot be read
     */
    public HookRequest decode(CdsService service, byte[] body, Deadline deadline) {
        return computed(
                deadline,
                () -> steps.during(
                        Step.DECODE,
                        () -> decoder.decode(body, service.hook(), service.prefetchKeys(), service::mayBeAbout, () -> {
                            if (deadline.hasPassed()) {
                                throw tooLate();
                            }
                        })));
    }

    /**
     * Answers a call.
     *
     * @throws CdsFailure if there can be no answer
     */
    public HookAnswer answer(HookCall call) {
        if (!call.service().mayConcern(call.request())) {
            return HookAnswer.NOTHING;
        }
        Duration before = call.deadline().remaining();
        OrderedProducts products = steps.during(
                Step.ORDER,
                () -> completer.products(call.request(), call.service().prefetch(), call.deadline()));
        if (!call.service().concerns(call.request(), products.all())) {
            report(products.missing(), call, before);
            products.requireAll(); // one of those that are not known may be one
            return HookAnswer.NOTHING;
        }
        PatientRecord record = steps.during(Step.CHART, () -> record(call, products));
        return computed(call.deadline(), () -> answer(call, record));
    }

    private HookAnswer answer(HookCall call, PatientRecord record) {
        Inputs inputs = new Inputs(
                call.client().jurisdiction(), call.request().context().selections());
        try {
            ExpressionResults results = steps.during(Step.EVALUATION, () -> content.evaluator()
                    .evaluate(record, call.service().expressions(), inputs, call.at(), call.deadline()::hasPassed));
            Decision decision = steps.during(
                    Step.DECISION, () -> content.decisions().decide(results, record, inputs, ids.get(), call.at()));
            CdsResponse response = steps.during(
                    Step.CARD,
                    () -> composer.compose(
                            call.service().cards(),
                            new Material(
                                    results,
                                    decision,
                                    call.decisionUrl().apply(decision.id()),
                                    call.client().takesSelectionBehavior(),
                                    call.client().launchesApp())));
            return new HookAnswer(
                    Optional.of(decision), Optional.of(new DecisionInputs(record, inputs, call.at())), response);
        } catch (EvaluationAbandoned e) {
            throw tooLate();
        }
    }

    /**
     * Decides again, from what was changed meanwhile.
     *
     * @param id id of the decision
     * @throws CdsFailure if it takes too long
     */
    public Decision decide(DecisionInputs given, String id, Deadline deadline) {
        return computed(deadline, () -> {
            try {
                return content.decisions().decide(content.evaluator(), given, id, deadline::hasPassed);
            } catch (EvaluationAbandoned e) {
                throw tooLate();
            }
        });
    }

    /** Does work that keeps a processor busy, when it is its turn. */
    private <T> T computed(Deadline deadline, Supplier<T> work) {
        return deadline.holding(turns, 1, HookPipeline::tooLate, work);
    }

    private PatientRecord record(HookCall call, OrderedProducts products) {
        Duration before = call.deadline().remaining();
        try {
            PatientRecord record = completer.complete(
                    call.request(),
                    products,
                    call.service().prefetch(),
                    call.service().referencedTypes(),
                    call.at().atZone(ZoneOffset.UTC).toLocalDate(),
                    call.deadline());
            report(
                    record.incomplete().stream()
                            .map(incomplete -> new Problem(incomplete.type(), incomplete.reason()))
                            .toList(),
                    call,
                    before);
            return record;
        } catch (DataUnavailable e) {
            report(e.problems(), call, before);
            throw e;
        }
    }

    private static Unavailable tooLate() {
        return new Unavailable("the call took longer than it may", RETRY_AFTER);
    }

    /** For whoever looks after the service and asks why a decision lacks data, or why there is none. */
    private static void report(List<Problem> missing, HookCall call, Duration before) {
        String server = call.request().fhirServer().map(FhirServer::origin).orElse("none");
        missing.forEach(problem -> LOG.info(
                "Incomplete: {}: {} (asked for: {}; fhirServer: {}; after {} ms, which therapy-fit.deadline and"
                        + " therapy-fit.fhir.connect-timeout bound; client {}, hookInstance {})",
                problem.expression(),
                problem.diagnostics(),
                call.service().asked(problem.expression()),
                server,
                before.minus(call.deadline().remaining()).toMillis(),
                call.client().id(),
                call.request().loggedInstance()));
    }
}
