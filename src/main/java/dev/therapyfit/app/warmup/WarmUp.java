package dev.therapyfit.app.warmup;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.clients.Client;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.hook.Hook;
import dev.therapyfit.hooks.prefetch.PrefetchTemplate;
import dev.therapyfit.hooks.service.CdsService;
import dev.therapyfit.hooks.service.ServiceCatalog;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditedCall;
import dev.therapyfit.web.HookCalls;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes hook calls until a time has passed and calls are quick, so that the first clinician does not wait for classes to
 * load and code to be compiled. It asks every service that the content declares: once for data of a FHIR server that is
 * not there; then, over and over, about a patient of whom nothing is known and about some of the content's cases, with all
 * data sent and with all to be read from a FHIR server of its own. Nothing is kept.
 */
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String NOBODY = "warm-up";
    private static final Duration LONG = Duration.ofMinutes(1);

    /** How many times as long as it should it may warm up where calls are slow still. */
    private static final int MOST_TIMES = 5;

    /** The port "discard" of this machine, where nobody listens. */
    private static final String NOWHERE = "http://127.0.0.1:9/fhir";

    private final ServiceCatalog catalog;
    private final HookCalls calls;
    private final List<Case> examples;
    private final Client client;
    private final FhirContext fhir;
    private final JsonMapper json = new JsonMapper();

    /**
     * @param calls calls that keep nothing
     * @param examples patients to warm up with; none is no harm
     * @param client a client of no particular rights
     */
    public WarmUp(ServiceCatalog catalog, HookCalls calls, List<Case> examples, Client client, FhirContext fhir) {
        this.catalog = catalog;
        this.calls = calls;
        this.examples = List.copyOf(examples);
        this.client = client;
        this.fhir = fhir;
    }

    /**
     * Runs.
     *
     * @param time how long; up to five times so long until there was a round of all cases whose calls were quick. A round
     *     that has begun is finished
     * @param quick how long a call of such a round may take on the average
     * @param at evaluation time; that of an example is its own
     * @param isEnding true when no more is to be called
     * @return how many calls were made
     */
    public int run(Duration time, Duration quick, Instant at, BooleanSupplier isEnding) {
        if (time.isZero()) {
            return 0;
        }
        LOG.info("Warming up before the first call");
        catalog.services().forEach(service -> read(service, at));
        int made = 0;
        boolean isQuick = false;
        try (ExampleFhirServer server = new ExampleFhirServer(fhir)) {
            List<Call> aboutNobody = catalog.services().stream()
                    .map(service -> new Call(service, bytes(prefetched(service)), at, List.of(), NOBODY))
                    .toList();
            List<Call> aboutExamples = new ArrayList<>(calls(server));
            Deadline enough = Deadline.in(time);
            Deadline longest = Deadline.in(time.multipliedBy(MOST_TIMES));
            while (!isEnding.getAsBoolean() && (!enough.hasPassed() || (!isQuick && !longest.hasPassed()))) {
                long start = System.nanoTime();
                int round = aboutNobody.size() + aboutExamples.size();
                aboutNobody.forEach(this::handle);
                aboutExamples.removeIf(call -> !isEnding.getAsBoolean() && !succeeds(call, server));
                isQuick = System.nanoTime() - start < quick.toNanos() * round;
                made += round;
            }
        }
        LOG.info("Warmed up with {} calls{}", made, isQuick ? "" : ", which are slow still");
        return made;
    }

    /** Asks for data of a FHIR server that is not there. */
    private void read(CdsService service, Instant at) {
        ObjectNode body = bare(service).put("fhirServer", NOWHERE);
        try {
            handle(new Call(service, bytes(body), at, List.of(), NOBODY));
        } catch (DataUnavailable e) {
            // as intended: what reads FHIR servers has been loaded
        }
    }

    private List<Call> calls(ExampleFhirServer server) {
        List<Call> all = new ArrayList<>();
        for (CdsService service : catalog.services()) {
            for (Case example : examples) {
                try {
                    if (HookBodies.fits(service.hook(), example)) {
                        all.addAll(calls(service, example, server));
                    }
                } catch (RuntimeException e) {
                    warn(service, example.name(), e);
                }
            }
        }
        return all;
    }

    private static List<Call> calls(CdsService service, Case example, ExampleFhirServer server) {
        ObjectNode prefetched = HookBodies.prefetched(service, example, Set.of());
        ObjectNode bare = HookBodies.bare(service.hook(), example).put("fhirServer", server.base());
        List<Resource> chart = HookBodies.chart(example);
        return Stream.of(prefetched, bare)
                .map(body -> new Call(service, bytes(body), example.at(), chart, example.name()))
                .toList();
    }

    /** False if there is no answer: it is told, and there is no use in asking again. */
    private boolean succeeds(Call call, ExampleFhirServer server) {
        server.hold(call.chart());
        try {
            handle(call);
            return true;
        } catch (RuntimeException e) {
            warn(call.service(), call.about(), e);
            return false;
        }
    }

    private void handle(Call call) {
        calls.handle(
                call.service().id(),
                call.body(),
                client,
                call.at(),
                Deadline.in(LONG),
                id -> URI.create("urn:uuid:" + id),
                AuditedCall.of(call.at(), AuditEntry.Kind.HOOK, call.service().id()));
    }

    private static void warn(CdsService service, String about, RuntimeException e) {
        LOG.warn(
                "{} cannot answer about the case {} ({}): the command test says more",
                service.id(),
                about,
                e.getClass().getSimpleName());
    }

    private static byte[] bytes(ObjectNode body) {
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * One call to be made over and over.
     *
     * @param chart what the FHIR server of the examples holds then
     * @param about name of the case
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Call(CdsService service, byte[] body, Instant at, List<Resource> chart, String about) {}

    private ObjectNode bare(CdsService service) {
        ObjectNode body = json.createObjectNode();
        body.put("hook", service.hook().code());
        body.put("hookInstance", NOBODY);
        ObjectNode context = body.putObject("context");
        context.put("userId", "Practitioner/" + NOBODY);
        context.put("patientId", NOBODY);
        if (service.hook() != Hook.PATIENT_VIEW) {
            ObjectNode orders = context.putObject("draftOrders");
            orders.put("resourceType", "Bundle").put("type", "collection");
            service.exampleOrder(NOBODY).ifPresent(draft -> {
                orders.putArray("entry")
                        .addObject()
                        .set("resource", json.readTree(fhir.newJsonParser().encodeResourceToString(draft)));
                context.putArray("selections").add(draft.fhirType() + "/" + NOBODY);
            });
        }
        return body;
    }

    private ObjectNode prefetched(CdsService service) {
        ObjectNode body = bare(service);
        ObjectNode prefetch = body.putObject("prefetch");
        for (PrefetchTemplate template : service.prefetch()) {
            prefetch.putObject(template.key())
                    .put("resourceType", template.isPatient() ? "Patient" : "Bundle")
                    .put(template.isPatient() ? "id" : "type", template.isPatient() ? NOBODY : "searchset");
        }
        return body;
    }
}
