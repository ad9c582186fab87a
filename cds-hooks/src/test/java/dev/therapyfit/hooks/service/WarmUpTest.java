package dev.therapyfit.hooks.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.card.CardComposer;
import dev.therapyfit.hooks.decision.DecisionMaker;
import dev.therapyfit.hooks.hook.HookRequestDecoder;
import dev.therapyfit.hooks.prefetch.FhirDataSource;
import dev.therapyfit.hooks.prefetch.PrefetchCompleter;
import dev.therapyfit.hooks.prefetch.ReadLanes;
import dev.therapyfit.hooks.trust.Client;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Practice goes through the whole line of every service and touches nobody's data. */
class WarmUpTest {
    private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");

    private final FhirDataSource server = mock(FhirDataSource.class);
    private final AnswerStore store = mock(AnswerStore.class);
    private final WarmUp warmUp = new WarmUp(
            ToyContent.catalog(),
            new HookInvocation(
                    ToyContent.catalog(),
                    new HookRequestDecoder(ToyContent.FHIR),
                    new PrefetchCompleter(server, ReadLanes.on(Runnable::run)),
                    ToyContent.EVALUATOR,
                    DecisionMaker.of(ToyContent.CONTENT),
                    new CardComposer(ToyContent.FHIR, () -> "id"),
                    store,
                    () -> "id"),
            Client.open("US", List.of()),
            ToyContent.FHIR);

    @Test
    void every_service_is_called_and_gives_cards_and_what_reads_is_tried_once() {
        int calls = warmUp.run(Duration.ofMillis(500), AT);

        assertThat(calls).isGreaterThanOrEqualTo(ToyContent.catalog().services().size());
        verify(server, times(ToyContent.catalog().services().size())).read(any(), eq("Patient/warm-up"), any());
        verify(store, atLeastOnce()).keep(any(), any(), any());
    }

    @Test
    void no_time_means_no_call() {
        assertThat(warmUp.run(Duration.ZERO, AT)).isZero();
    }
}
