package dev.therapyfit.ehr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.hooks.chart.FhirReadException;
import dev.therapyfit.hooks.chart.ReadBulkheads.ReadBulkhead;
import dev.therapyfit.hooks.chart.ReadBulkheads.ReadOutcome;
import dev.therapyfit.hooks.request.FhirServer;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One server that fails or freezes, and what others notice of it. */
@Timeout(30)
class ServerIsolationTest {
    private static final FhirServer BROKEN = server("https://broken.example/fhir");
    private static final FhirServer SOUND = server("https://sound.example/fhir");
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int THREADS = 2;

    private final ServerIsolation isolation = new ServerIsolation(THREADS, PAUSE);
    private final CountDownLatch done = new CountDownLatch(1);

    @AfterEach
    void stop() {
        done.countDown();
        isolation.close();
    }

    @Test
    void a_server_that_fails_is_left_alone_for_a_while_and_others_are_not() {
        call(BROKEN, 5, ReadOutcome.FAULTY);

        assertThatThrownBy(() -> isolation.open(BROKEN))
                .isInstanceOf(FhirReadException.class)
                .hasMessage("not asked, since it failed a moment ago (therapy-fit.fhir.pause-after-failure)");
        call(SOUND, 20, ReadOutcome.SOUND);
    }

    @Test
    void a_few_bad_calls_among_good_ones_are_borne() {
        for (int i = 0; i < 10; i++) {
            call(BROKEN, 2, ReadOutcome.SOUND);
            call(BROKEN, 1, ReadOutcome.FAULTY);
        }

        call(BROKEN, 1, ReadOutcome.SOUND);
    }

    @Test
    void a_server_that_recovers_is_tried_by_one_call_and_then_asked_by_all() throws InterruptedException {
        call(BROKEN, 5, ReadOutcome.FAULTY);
        Thread.sleep(PAUSE.toMillis() + 50);

        ReadBulkhead trial = isolation.open(BROKEN);
        assertThatThrownBy(() -> isolation.open(BROKEN)).isInstanceOf(FhirReadException.class);
        trial.close(ReadOutcome.SOUND);

        call(BROKEN, 20, ReadOutcome.SOUND);
    }

    @Test
    void a_server_that_still_fails_on_trial_is_left_alone_again() throws InterruptedException {
        call(BROKEN, 5, ReadOutcome.FAULTY);
        Thread.sleep(PAUSE.toMillis() + 50);
        call(BROKEN, 1, ReadOutcome.FAULTY);

        assertThatThrownBy(() -> isolation.open(BROKEN)).isInstanceOf(FhirReadException.class);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"FAULTY"},
            mode = EnumSource.Mode.EXCLUDE)
    void what_is_no_fault_leaves_a_server_open(ReadOutcome outcome) {
        call(BROKEN, 40, outcome);

        isolation.open(BROKEN).close(outcome);
    }

    @Test
    void a_trial_that_says_nothing_is_followed_by_another() throws InterruptedException {
        call(BROKEN, 5, ReadOutcome.FAULTY);
        Thread.sleep(PAUSE.toMillis() + 50);

        call(BROKEN, 2, ReadOutcome.NONE);
        call(BROKEN, 20, ReadOutcome.SOUND);
    }

    @Test
    void a_frozen_server_takes_only_its_own_threads_and_a_bounded_queue() throws Exception {
        ReadBulkhead broken = isolation.open(BROKEN);
        int running = 0;
        while (running < 1_000) {
            try {
                broken.run(this::freeze);
                running++;
            } catch (RejectedExecutionException e) {
                break;
            }
        }

        assertThat(running).isEqualTo(THREADS + THREADS * THREADS);
        CompletableFuture<Boolean> other = new CompletableFuture<>();
        isolation.open(SOUND).run(() -> other.complete(true));
        assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private void freeze() {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(FhirServer server, int times, ReadOutcome outcome) {
        for (int i = 0; i < times; i++) {
            isolation.open(server).close(outcome);
        }
    }

    private static FhirServer server(String base) {
        return new FhirServer(URI.create(base), Optional.empty());
    }
}
