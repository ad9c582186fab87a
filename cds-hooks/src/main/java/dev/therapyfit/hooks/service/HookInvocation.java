package dev.therapyfit.hooks.service;

import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.EvaluationAbandoned;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.audit.AuditedCall;
import dev.therapyfit.hooks.card.CardComposer;
import dev.therapyfit.hooks.card.CardComposer.Material;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionMaker;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.hooks.hook.FhirServer;
import dev.therapyfit.hooks.hook.HookRequest;
import dev.therapyfit.hooks.hook.HookRequestDecoder;
import dev.therapyfit.hooks.prefetch.OrderedProducts;
import dev.therapyfit.hooks.prefetch.PrefetchCompleter;
import dev.therapyfit.hooks.trust.Client;
import dev.therapyfit.hooks.trust.Client.Feature;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole line: a hook call goes in, cards come out. Every stage is called here, in order, and nowhere else. */
public final class HookInvocation {
    private static final Logger LOG = LoggerFactory.getLogger(HookInvocation.class);

    /** What hookInstance has to be; any other text may say anything, and is not logged. */
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ServiceCatalog catalog;
    private final HookRequestDecoder decoder;
    private final PrefetchCompleter completer;
    private final CqlEvaluator evaluator;
    private final DecisionMaker decisionMaker;
    private final CardComposer composer;
    private final AnswerStore answers;
    private final Supplier<String> ids;

    public HookInvocation(
            ServiceCatalog catalog,
            HookRequestDecoder decoder,
            PrefetchCompleter completer,
            CqlEvaluator evaluator,
            DecisionMaker decisionMaker,
            CardComposer composer,
            AnswerStore answers,
            Supplier<String> ids) {
        this.catalog = catalog;
        this.decoder = decoder;
        this.completer = completer;
        this.evaluator = evaluator;
        this.decisionMaker = decisionMaker;
        this.composer = composer;
        this.answers = answers;
        this.ids = ids;
    }

    /**
     * Answers a call.
     *
     * @param serviceId the service that was called
     * @param body the HTTP body
     * @param client who calls
     * @param at evaluation time
     * @param deadline when the answer is wanted no longer: what is still being read is then unread, and what is still being
     *     evaluated is given up
     * @param decisionUrl gives the URL where a decision of that id can be seen
     * @param call learns what is to be audited
     * @throws CdsFailure if there can be no answer
     */
    public CdsResponse handle(
            String serviceId,
            byte[] body,
            Client client,
            Instant at,
            Deadline deadline,
            Function<String, URI> decisionUrl,
            AuditedCall call) {
        CdsService service = catalog.find(serviceId)
                .orElseThrow(() -> new NotFound("no such service: GET /cds-services lists those there are"));
        HookRequest request = decoder.decode(body, service.hook(), service.prefetchKeys(), service::mayBeAbout, () -> {
            if (deadline.hasPassed()) {
                throw tooLate();
            }
        });
        call.asked(
                request.hook().code(),
                request.hookInstance(),
                request.context().userId(),
                "Patient/" + request.context().patientId());
        request.fhirServer().ifPresent(server -> client.requireFhirServer(server.base()));
        if (!service.mayConcern(request)) {
            return CdsResponse.NOTHING;
        }
        Duration before = deadline.remaining();
        OrderedProducts products = completer.products(request, service.prefetch(), deadline);
        if (!service.concerns(request, products.all())) {
            tell(products.missing(), service, request, client, before.minus(deadline.remaining()));
            products.requireAll(); // one of those that are not known may be one
            return CdsResponse.NOTHING;
        }
        PatientRecord record = record(service, request, products, client, at, deadline);
        Inputs inputs = new Inputs(client.jurisdiction(), request.context().selections());
        Decision decision;
        CdsResponse response;
        try {
            ExpressionResults results =
                    evaluator.evaluate(record, service.expressions(), inputs, at, deadline::hasPassed);
            decision = decisionMaker.decide(results, record, inputs, ids.get(), at);
            response = composer.compose(
                    service.cards(),
                    new Material(
                            results,
                            decision,
                            decisionUrl.apply(decision.id()),
                            client.features().contains(Feature.ACTION_SELECTION_BEHAVIOR)));
        } catch (EvaluationAbandoned e) {
            throw tooLate();
        }
        call.decided(decision.id());
        answers.keep(
                new Answer(client.id(), serviceId, request.hook().code(), request.hookInstance(), decision, response),
                call,
                deadline);
        return response;
    }

    private static Unavailable tooLate() {
        return new Unavailable("the call took longer than it may", RETRY_AFTER);
    }

    private PatientRecord record(
            CdsService service,
            HookRequest request,
            OrderedProducts products,
            Client client,
            Instant at,
            Deadline deadline) {
        Duration before = deadline.remaining();
        try {
            PatientRecord record = completer.complete(
                    request,
                    products,
                    service.prefetch(),
                    service.referencedTypes(),
                    at.atZone(ZoneOffset.UTC).toLocalDate(),
                    deadline);
            tell(
                    record.unread().stream()
                            .map(unread -> new Problem(unread.type(), unread.reason()))
                            .toList(),
                    service,
                    request,
                    client,
                    before.minus(deadline.remaining()));
            return record;
        } catch (DataUnavailable e) {
            tell(e.problems(), service, request, client, before.minus(deadline.remaining()));
            throw e;
        }
    }

    /** For whoever looks after the service and asks why a decision lacks data, or why there is none. */
    private static void tell(
            List<Problem> missing, CdsService service, HookRequest request, Client client, Duration waited) {
        String instance = UUID.matcher(request.hookInstance()).matches() ? request.hookInstance() : "(no UUID)";
        String server = request.fhirServer().map(FhirServer::origin).orElse("none");
        missing.forEach(problem -> LOG.info(
                "Incomplete: {}: {} (asked for: {}; fhirServer: {}; after {} ms, which therapy-fit.deadline and"
                        + " therapy-fit.fhir.connect-timeout bound; client {}, hookInstance {})",
                problem.expression(),
                problem.diagnostics(),
                service.asked(problem.expression()),
                server,
                waited.toMillis(),
                client.id(),
                instance));
    }
}
