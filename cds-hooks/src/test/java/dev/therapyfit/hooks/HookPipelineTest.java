package dev.therapyfit.hooks;

import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More calls at the same time than are computed. */
@Timeout(60)
class HookPipelineTest {
    private static final int TURNS = 2 * Runtime.getRuntime().availableProcessors();

    private final CountDownLatch begun = new CountDownLatch(TURNS);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final byte[] body =
            patientView().prefetching("patient", Records.patient()).bytes();

    private final HookPipeline pipeline = new HookPipeline(
            ToyContent.loaded(),
            new HookRequestDecoder(),
            new PrefetchCompleter(mock(FhirDataSource.class), ReadBulkheads.on(Runnable::run)),
            new StepObserver() {
                @Override
                public <T> T during(Step step, Supplier<T> work) {
                    begun.countDown();
                    await(goOn);
                    return work.get();
                }
            },
            () -> "id");

    @Test
    void a_call_waits_its_turn_and_no_longer_than_its_deadline() throws Exception {
        CdsService service = pipeline.service("toy-patient-view");
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<HookRequest>> computed = new ArrayList<>();
            for (int i = 0; i < TURNS; i++) {
                computed.add(threads.submit(() -> pipeline.decode(service, body, Deadline.in(Duration.ofHours(1)))));
            }
            begun.await();
            Future<HookRequest> waiting =
                    threads.submit(() -> pipeline.decode(service, body, Deadline.in(Duration.ofHours(1))));

            assertThatThrownBy(() -> pipeline.decode(service, body, Deadline.in(Duration.ofMillis(50))))
                    .isInstanceOf(Unavailable.class);
            assertThat(waiting.isDone()).isFalse();

            goOn.countDown();
            computed.add(waiting);
            for (Future<HookRequest> each : computed) {
                assertThat(each.get().context().patientId()).isEqualTo("zz-patient");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
