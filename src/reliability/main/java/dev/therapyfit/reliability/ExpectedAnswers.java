package dev.therapyfit.reliability;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.cases.Case;
import dev.therapyfit.cql.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.hooks.audit.AuditEntry;
import dev.therapyfit.hooks.audit.AuditedCall;
import dev.therapyfit.hooks.card.CardComposer;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.DecisionMaker;
import dev.therapyfit.hooks.hook.Hook;
import dev.therapyfit.hooks.hook.HookRequestDecoder;
import dev.therapyfit.hooks.prefetch.FhirDataSource;
import dev.therapyfit.hooks.prefetch.PrefetchCompleter;
import dev.therapyfit.hooks.service.CdsService;
import dev.therapyfit.hooks.service.HookInvocation;
import dev.therapyfit.hooks.service.ServiceCatalog;
import dev.therapyfit.hooks.trust.Client;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * The calls of every case, with the answer that the line gives to each when nothing disturbs it. The cases' own tests
 * show that this answer is the right one; under load and failure it must stay the same, byte for byte but for ids.
 */
public final class ExpectedAnswers {
    private static final Pattern DECISION = Pattern.compile("https?://[^\"]*/decisions/[^\"]*");
    private static final Pattern UUIDS =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final ServiceCatalog catalog;
    private final HookInvocation line;
    private final List<Case> cases;
    private final String jurisdiction;
    private final Instant at;
    private final JsonMapper json = new JsonMapper();

    private ExpectedAnswers(Content content, String jurisdiction, Instant at) {
        FhirContext fhir = FhirContext.forR4Cached();
        CqlEvaluator evaluator = CqlEvaluator.compile(content);
        this.catalog = ServiceCatalog.of(content, evaluator, fhir);
        this.cases = Cases.of(content);
        this.jurisdiction = jurisdiction;
        this.at = at;
        this.line = new HookInvocation(
                catalog,
                new HookRequestDecoder(fhir),
                new PrefetchCompleter(FhirDataSource.NONE, server -> Runnable::run),
                evaluator,
                DecisionMaker.of(content),
                new CardComposer(fhir, () -> UUID.randomUUID().toString()),
                (answer, call, deadline) -> {},
                () -> UUID.randomUUID().toString());
    }

    /**
     * Reads the cases and compiles the content.
     *
     * @param content folder of the content with its cases
     * @param jurisdiction that the service is set to
     * @param at evaluation time that the service is held at
     */
    public static ExpectedAnswers of(Path content, String jurisdiction, Instant at) {
        return new ExpectedAnswers(Content.read(content), jurisdiction, at);
    }

    /**
     * One call.
     *
     * @param service the service to call
     * @param example the case it is made of
     * @param body what is sent
     * @param answer what the answer must be, without what differs from call to call
     */
    public record Call(CdsService service, Case example, String body, String answer) {
        /** True if the answer is the expected one. */
        public boolean mayBeAnsweredBy(String given) {
            return comparable(given).equals(answer);
        }

        /** The same question with nothing prefetched, for a service that may read a FHIR server. */
        public Call reading(String fhirServer) {
            String bare = HookBodies.bare(service, example)
                    .put("fhirServer", fhirServer)
                    .toString();
            return new Call(service, example, bare, answer);
        }
    }

    /** A call for every case and hook that fit together. */
    public List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        for (Case example : cases) {
            for (CdsService service : catalog.services()) {
                if (service.hook() == Hook.PATIENT_VIEW || HookBodies.hasOrder(example)) {
                    calls.add(call(service, example));
                }
            }
        }
        return calls;
    }

    private Call call(CdsService service, Case example) {
        String body = HookBodies.prefetched(service, example).toString();
        return new Call(service, example, body, comparable(answer(service, body.getBytes(StandardCharsets.UTF_8))));
    }

    /** The services that the content declares. */
    public List<CdsService> services() {
        return catalog.services();
    }

    /** The cases. */
    public List<Case> cases() {
        return cases;
    }

    /**
     * The line's answer to any body, in JSON; no FHIR server answers it.
     *
     * @throws dev.therapyfit.hooks.failure.CdsFailure if the body is refused
     */
    public String answer(CdsService service, byte[] body) {
        return json.writeValueAsString(line.handle(
                service.id(),
                body,
                Client.open(jurisdiction, List.of()),
                at,
                Deadline.in(Duration.ofMinutes(1)),
                id -> URI.create("https://cds.example/decisions/" + id),
                AuditedCall.of(at, AuditEntry.Kind.HOOK, service.id())));
    }

    /** An answer without what differs from call to call: ids, and links to decisions. */
    private static String comparable(String answer) {
        return UUIDS.matcher(DECISION.matcher(answer).replaceAll("(decision)")).replaceAll("(id)");
    }
}
