package dev.therapyfit.web;

import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.Client.Feature;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.HookAnswer;
import dev.therapyfit.hooks.HookCall;
import dev.therapyfit.hooks.HookCall.Asker;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.StepObserver.Step;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.journal.Answer;
import dev.therapyfit.journal.AnswerStore;
import dev.therapyfit.journal.audit.AuditedCall;
import dev.therapyfit.web.RecentInputs.Recent;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Hook calls of clients: what they may ask, the pipeline, and the journal, which keeps an answer before it is given. */
public final class HookCalls {
    private final CurrentContent content;
    private final RecentInputs recent;
    private final boolean launchesApp;
    private final AnswerStore journal;
    private final CallMetrics metrics;

    /**
     * @param recent keeps what a decision was made from for a while
     * @param launchesApp true if EHRs can launch this service as a SMART app
     * @param metrics is told of the steps and of the answers
     */
    public HookCalls(
            CurrentContent content,
            AnswerStore journal,
            RecentInputs recent,
            boolean launchesApp,
            CallMetrics metrics) {
        this.launchesApp = launchesApp;
        this.content = content;
        this.recent = recent;
        this.journal = journal;
        this.metrics = metrics;
    }

    /**
     * Answers a call.
     *
     * @param serviceId the service that was called
     * @param body the HTTP body
     * @param client who calls
     * @param at evaluation time
     * @param deadline when the answer is wanted no longer
     * @param decisionUrl gives the URL where a decision of that id can be seen
     * @param audited learns what is to be audited
     * @throws CdsFailure if there can be no answer
     */
    public CdsResponse handle(
            String serviceId,
            byte[] body,
            Client client,
            Instant at,
            Deadline deadline,
            Function<String, URI> decisionUrl,
            AuditedCall audited) {
        HookPipeline pipeline = content.pipeline();
        CdsService service = pipeline.service(serviceId);
        try {
            HookRequest request = pipeline.decode(service, body, deadline);
            LogContext.request(request);
            audited.asked(
                    request.hook().code(),
                    request.hookInstance(),
                    request.context().userId(),
                    "Patient/" + request.context().patientId());
            request.fhirServer().ifPresent(server -> client.requireFhirServer(server.base()));
            HookAnswer answer =
                    pipeline.answer(new HookCall(service, request, asker(client), at, deadline, decisionUrl));
            answer.decision().ifPresent(decision -> {
                audited.decided(decision.id());
                Answer kept = new Answer(
                        client.id(),
                        service.id(),
                        request.hook().code(),
                        request.hookInstance(),
                        decision,
                        answer.response());
                metrics.during(Step.JOURNAL, () -> {
                    journal.keep(kept, audited, deadline);
                    return kept;
                });
                answer.inputs()
                        .ifPresent(
                                inputs -> recent.keep(decision.id(), new Recent(inputs, fhirServers(request, client))));
            });
            metrics.answered(client.id(), serviceId, answer);
            return answer.response();
        } finally {
            if (deadline.hasPassed()) {
                metrics.missed(client.id());
            }
        }
    }

    /** The FHIR servers of the EHR that asks: the one that it names, or those of its registration. */
    private static List<URI> fhirServers(HookRequest request, Client client) {
        return request.fhirServer().map(server -> List.of(server.base())).orElse(client.fhirServers());
    }

    private Asker asker(Client client) {
        return new Asker(
                client.id(),
                client.jurisdiction(),
                client.features().contains(Feature.ACTION_SELECTION_BEHAVIOR),
                launchesApp);
    }
}
