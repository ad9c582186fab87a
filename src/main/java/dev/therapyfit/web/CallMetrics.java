package dev.therapyfit.web;

import dev.therapyfit.hooks.HookAnswer;
import dev.therapyfit.hooks.StepObserver;
import dev.therapyfit.hooks.card.Card;
import dev.therapyfit.hooks.decision.Decision.NotRead;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.feedback.Feedback;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What is measured of calls, and each step of one as a span of its trace. No label holds a datum of a patient, nor anything
 * that a client can choose freely. {@code src/docs/operation.md} says what each figure means.
 */
public final class CallMetrics implements StepObserver {
    private static final String CLIENT = "client";
    private static final String NONE = "none";
    private static final String FAILURE = "failure";

    private final MeterRegistry meters;
    private final ObservationRegistry observations;

    /**
     * @param meters where figures are kept
     * @param observations where steps are told, for traces and for the time that each takes
     */
    public CallMetrics(MeterRegistry meters, ObservationRegistry observations) {
        this.meters = meters;
        this.observations = observations;
    }

    @Override
    public <T> T during(Step step, Supplier<T> work) {
        Observation observed = Observation.start("therapyfit.call.step", observations)
                .lowCardinalityKeyValue("step", step.code())
                .lowCardinalityKeyValue(FAILURE, NONE);
        Observation.Scope scope = observed.openScope();
        try {
            return work.get();
        } catch (RuntimeException e) {
            // by its type: the text of a foreign failure may hold data of the patient
            observed.lowCardinalityKeyValue(FAILURE, e.getClass().getSimpleName());
            throw e;
        } finally {
            scope.close();
            observed.stop();
        }
    }

    /** An answer was given: its outcome, its cards and what it lacks. */
    void answered(String client, String service, HookAnswer answer) {
        String outcome = answer.decision().map(decision -> decision.outcome()).orElse(NONE);
        meters.counter("therapyfit.decisions", CLIENT, client, "service", service, "outcome", outcome)
                .increment();
        for (Card card : answer.response().cards()) {
            meters.counter("therapyfit.cards", CLIENT, client, "service", service, "indicator", card.indicator())
                    .increment();
        }
        answer.decision().ifPresent(decision -> decision.unread().forEach(one -> incomplete(client, one)));
    }

    private void incomplete(String client, NotRead one) {
        meters.counter("therapyfit.incomplete.types", CLIENT, client, "type", one.type(), "cause", cause(one.reason()))
                .increment();
    }

    /** Where it went wrong; the log has the words. */
    private static String cause(String reason) {
        return reason.contains("scopes") ? "scopes" : reason.contains("fhirServer") ? "fhir-server" : "data";
    }

    /** The answer came too late, or not at all for that. */
    void missed(String client) {
        meters.counter("therapyfit.deadline.misses", CLIENT, client).increment();
    }

    /** Outcomes of cards came. */
    void received(String client, List<Feedback> feedback) {
        feedback.forEach(one -> meters.counter(
                        "therapyfit.feedback",
                        CLIENT,
                        client,
                        "outcome",
                        one.outcome().code())
                .increment());
    }

    /** A call ended, whatever became of it. */
    void ended(AuditEntry entry, boolean isKnown, Duration time) {
        Timer.builder("therapyfit.calls")
                .tag("kind", entry.kind().name().toLowerCase(Locale.ROOT))
                .tag("service", isKnown ? entry.serviceId().orElse(NONE) : NONE)
                .tag(CLIENT, entry.clientId().orElse(NONE))
                .tag("status", String.valueOf(entry.status()))
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(meters)
                .record(time);
    }
}
