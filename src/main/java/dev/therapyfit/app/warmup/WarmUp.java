package dev.therapyfit.app.warmup;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Expectation;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.HookCall;
import dev.therapyfit.hooks.HookCall.Asker;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes hook calls until they are quick, so that the first clinician does not wait for classes to load: of every service,
 * about some of the content's test cases and a patient of whom nothing is known, with all data sent, and once with data to
 * be read from a FHIR server that is not there. Nothing is kept.
 */
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final String NOBODY = "warm-up";
    private static final Duration LONG = Duration.ofMinutes(1);

    /** The port "discard" of this machine, where nobody listens. */
    private static final String NOWHERE = "http://127.0.0.1:9/fhir";

    private final HookPipeline pipeline;
    private final List<Case> examples;
    private final Asker client;

    /**
     * @param examples patients to warm up with; none is no harm
     * @param client a client of no particular rights
     */
    public WarmUp(HookPipeline pipeline, List<Case> examples, Asker client) {
        this.pipeline = pipeline;
        this.examples = List.copyOf(examples);
        this.client = client;
    }

    /**
     * Runs.
     *
     * @param longest how long at most; a call that has begun is finished
     * @param quick how long a call may take on the average of a round of all
     * @param at evaluation time; that of an example is its own
     * @param isEnding true when no more is to be called
     * @return how many calls were made
     */
    public int run(Duration longest, Duration quick, Instant at, BooleanSupplier isEnding) {
        LOG.info("Warming up before the first call");
        Deadline end = Deadline.in(longest);
        List<Call> calls = calls(at);
        int made = 0;
        boolean isQuick = false;
        while (!isQuick && !end.hasPassed() && !isEnding.getAsBoolean()) {
            long start = System.nanoTime();
            int before = made;
            for (Call call : List.copyOf(calls)) {
                if (end.hasPassed() || isEnding.getAsBoolean()) {
                    break;
                }
                made++;
                if (!succeeds(call)) {
                    calls.remove(call);
                }
            }
            isQuick = System.nanoTime() - start < quick.toNanos() * (made - before);
        }
        LOG.info("Warmed up with {} calls{}", made, isQuick ? "" : ", which are slow still");
        return made;
    }

    private List<Call> calls(Instant at) {
        List<Call> calls = new ArrayList<>();
        for (CdsService service : pipeline.content().catalog().services()) {
            Case nobody = nobody(service, at);
            if (HookBodies.fits(service.hook(), nobody)) {
                calls.add(new Call(
                        service, HookBodies.bare(service.hook(), nobody).put("fhirServer", NOWHERE), nobody));
                calls.add(new Call(service, HookBodies.prefetched(service, nobody, Set.of()), nobody));
            }
            for (Case example : examples) {
                if (HookBodies.fits(service.hook(), example)) {
                    calls.add(new Call(service, HookBodies.prefetched(service, example, Set.of()), example));
                }
            }
        }
        return calls;
    }

    /** A patient with an order that the service is about, and nothing else. */
    private static Case nobody(CdsService service, Instant at) {
        List<Resource> resources =
                new ArrayList<>(List.of(Resource.of("Patient").with("id", NOBODY)));
        service.exampleOrder(NOBODY).ifPresent(resources::add);
        return new Case(NOBODY, NOBODY, resources, at, "", List.of(), List.of(), Expectation.none(), "");
    }

    /** False if there is no answer, so that there is no use in asking again. */
    private boolean succeeds(Call call) {
        Deadline deadline = Deadline.in(LONG);
        try {
            pipeline.answer(new HookCall(
                    call.service(),
                    pipeline.decode(call.service(), call.body().toString().getBytes(StandardCharsets.UTF_8), deadline),
                    client,
                    call.about().at(),
                    deadline,
                    id -> URI.create("urn:uuid:" + id)));
            return true;
        } catch (DataUnavailable e) {
            return false; // as intended, where no data were sent: what reads FHIR servers has been loaded
        } catch (RuntimeException e) {
            LOG.warn(
                    "{} cannot answer about the case {} ({}): the command test says more",
                    call.service().id(),
                    call.about().name(),
                    e.getClass().getSimpleName());
            return false;
        }
    }

    /** One call to be made over and over. */
    private record Call(CdsService service, ObjectNode body, Case about) {}
}
