package dev.therapyfit.app.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Expectation;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.hooks.HookCall.Asker;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/** The warm-up goes through the whole pipeline of every service, without anybody's data. */
class WarmUpTest {
    private static final Duration QUICK = Duration.ofMinutes(1);
    private static final Duration NEVER_QUICK = Duration.ofNanos(1);
    private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");
    private static final int SERVICES = ToyContent.catalog().services().size();

    private final FhirDataSource server = mock(FhirDataSource.class);

    private WarmUp warmUp(Case... examples) {
        return new WarmUp(
                HookPipeline.of(
                        ToyContent.loaded(),
                        new HookRequestDecoder(),
                        new PrefetchCompleter(server, ReadBulkheads.on(Runnable::run))),
                List.of(examples),
                new Asker("warm-up", "US", false));
    }

    private static Case example(Resource... resources) {
        return new Case(
                "toy", "A case", Written.all(resources), AT, "US", List.of(), List.of(), Expectation.none(), "");
    }

    @Test
    void every_service_is_called_about_nobody_with_and_without_data_and_about_each_case() {
        assertThat(warmUp().run(Duration.ofMinutes(10), QUICK, AT, () -> false)).isEqualTo(2 * SERVICES);
        verify(server, times(SERVICES)).read(any(), eq("Patient/warm-up"), any());

        // a case without an order is one for patient-view only
        assertThat(warmUp(example(Records.patient(), Records.thirst("t-1")))
                        .run(Duration.ofMinutes(10), QUICK, AT, () -> false))
                .isEqualTo(2 * SERVICES + 1);
    }

    @Test
    void a_case_that_cannot_be_answered_ends_nothing_and_is_asked_once() {
        MedicationRequest order = Records.order("tea-1", "tea");
        order.setMedication(new Reference("Medication/nowhere"));

        assertThat(warmUp(example(Records.patient(), order)).run(Duration.ofMillis(300), NEVER_QUICK, AT, () -> false))
                .isPositive();
        verify(server, never()).read(any(), eq("Medication/nowhere"), any());
    }

    @Test
    void where_calls_are_slow_still_it_goes_on_for_as_long_as_it_may() {
        Duration time = Duration.ofMillis(300);
        long start = System.nanoTime();

        assertThat(warmUp().run(time, NEVER_QUICK, AT, () -> false)).isGreaterThan(2 * SERVICES);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(time);
    }

    @Test
    void it_stops_when_the_service_is_to_end() {
        assertThat(warmUp().run(Duration.ofMinutes(10), QUICK, AT, () -> true)).isZero();
    }

    @Test
    void no_time_means_no_call() {
        assertThat(warmUp().run(Duration.ZERO, QUICK, AT, () -> false)).isZero();
    }
}
