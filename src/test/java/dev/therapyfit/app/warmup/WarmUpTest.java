package dev.therapyfit.app.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Expectation;
import dev.therapyfit.clients.Client;
import dev.therapyfit.ehr.RestFhirDataSource;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.hook.HookRequestDecoder;
import dev.therapyfit.hooks.prefetch.FhirDataSource;
import dev.therapyfit.hooks.prefetch.PrefetchCompleter;
import dev.therapyfit.hooks.prefetch.ReadBulkheads;
import dev.therapyfit.hooks.service.HookPipeline;
import dev.therapyfit.journal.Answer;
import dev.therapyfit.journal.AnswerStore;
import dev.therapyfit.web.CallMetrics;
import dev.therapyfit.web.HookCalls;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;

/** Practice goes through the whole line of every service and touches nobody's data. */
class WarmUpTest {
    private static final Instant THEN = Instant.parse("2026-06-15T09:00:00Z");
    private static final Duration QUICK = Duration.ofMinutes(1);
    private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");

    private final FhirDataSource server = mock(FhirDataSource.class);
    private final AnswerStore store = mock(AnswerStore.class);
    private final WarmUp warmUp = warmUp(List.of());

    private WarmUp warmUp(List<Case> examples) {
        return warmUp(server, examples);
    }

    private WarmUp warmUp(FhirDataSource source, List<Case> examples) {
        return new WarmUp(
                ToyContent.catalog(),
                new HookCalls(
                        HookPipeline.of(
                                ToyContent.CONTENT,
                                ToyContent.catalog(),
                                ToyContent.EVALUATOR,
                                new HookRequestDecoder(ToyContent.FHIR),
                                new PrefetchCompleter(source, ReadBulkheads.on(Runnable::run))),
                        store,
                        new CallMetrics(new SimpleMeterRegistry(), ObservationRegistry.NOOP)),
                examples,
                Client.open("US", List.of()),
                ToyContent.FHIR);
    }

    private static Case example(Resource... resources) {
        return new Case("toy", "A case", List.of(resources), THEN, "US", List.of(), List.of(), Expectation.none(), "");
    }

    @Test
    void the_cases_of_the_content_are_used_at_their_own_time() {
        warmUp(List.of(example(Records.patient(), Records.thirst("t-1"))))
                .run(Duration.ofMillis(500), QUICK, AT, () -> false);

        ArgumentCaptor<Answer> answers = ArgumentCaptor.captor();
        verify(store, atLeastOnce()).keep(answers.capture(), any(), any());
        assertThat(answers.getAllValues())
                .anySatisfy(answer -> {
                    assertThat(answer.serviceId()).isEqualTo("toy-patient-view");
                    assertThat(answer.decision().evaluatedAt()).isEqualTo(THEN);
                    assertThat(answer.response().cards().get(0).summary())
                            .isEqualTo("A hot drink fits the thirst on record");
                })
                .noneSatisfy(answer -> {
                    assertThat(answer.serviceId()).isEqualTo("toy-order-select");
                    assertThat(answer.decision().evaluatedAt()).isEqualTo(THEN);
                });
    }

    @Test
    void the_data_of_cases_are_read_as_those_of_patients_are() throws IOException {
        OutboundHttp http = new OutboundHttp(Duration.ofSeconds(2), AllowedNetworks.of(List.of("127.0.0.1/32")));
        try (http) {
            warmUp(new RestFhirDataSource(http), List.of(example(Records.patient(), Records.thirst("t-1"))))
                    .run(Duration.ofSeconds(1), QUICK, AT, () -> false);
        }

        ArgumentCaptor<Answer> answers = ArgumentCaptor.captor();
        verify(store, atLeastOnce()).keep(answers.capture(), any(), any());
        assertThat(answers.getAllValues())
                .extracting(Answer::decision)
                .filteredOn(decision -> decision.evaluatedAt().equals(THEN))
                .extracting(decision -> decision.part("reasons").findValuesAsString("origin"))
                .contains(List.of("fetched"), List.of("prefetch"));
    }

    @Test
    void a_case_that_cannot_be_answered_ends_nothing_and_is_asked_once() {
        MedicationRequest order = Records.order("tea-1", "tea");
        order.setMedication(new Reference("Medication/nowhere"));

        assertThat(warmUp(List.of(example(Records.patient(), order), example()))
                        .run(Duration.ofMillis(500), QUICK, AT, () -> false))
                .isPositive();
        verify(server, times(1)).read(any(), eq("Medication/nowhere"), any());
    }

    @Test
    void every_service_is_called_and_gives_cards_and_what_reads_is_tried_once() {
        int calls = warmUp.run(Duration.ofMillis(500), QUICK, AT, () -> false);

        assertThat(calls).isGreaterThanOrEqualTo(ToyContent.catalog().services().size());
        verify(server, times(ToyContent.catalog().services().size())).read(any(), eq("Patient/warm-up"), any());
        verify(store, atLeastOnce()).keep(any(), any(), any());
    }

    @Test
    void where_calls_are_slow_still_it_goes_on_for_a_while() {
        List<Case> examples = List.of(example(Records.patient(), Records.thirst("t-1")));
        Duration time = Duration.ofMillis(100);
        long start = System.nanoTime();

        warmUp(examples).run(time, Duration.ofNanos(1), AT, () -> false);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(time.multipliedBy(5));
    }

    @Test
    void it_stops_when_the_service_is_to_end() {
        assertThat(warmUp.run(Duration.ofMinutes(10), QUICK, AT, () -> true)).isZero();
    }

    @Test
    void no_time_means_no_call() {
        assertThat(warmUp.run(Duration.ZERO, QUICK, AT, () -> false)).isZero();
    }
}
