package dev.therapyfit.hooks.fhirclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.hook.FhirServer;
import dev.therapyfit.hooks.prefetch.FhirDataSource;
import dev.therapyfit.hooks.prefetch.FhirReadException;
import dev.therapyfit.hooks.prefetch.FhirReadException.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.List;
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
class IsolatedFhirDataSourceTest {
    private static final FhirServer BROKEN = server("https://broken.example/fhir");
    private static final FhirServer SOUND = server("https://sound.example/fhir");
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int THREADS = 2;

    private final FhirDataSource inner = mock(FhirDataSource.class);
    private final IsolatedFhirDataSource source = new IsolatedFhirDataSource(inner, THREADS, PAUSE);
    private final CountDownLatch done = new CountDownLatch(1);

    @AfterEach
    void stop() {
        done.countDown();
        source.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAILED", "UNREACHABLE"})
    void a_server_that_fails_is_left_alone_for_a_while_and_others_are_not(Kind kind) {
        when(inner.search(eq(BROKEN), any(), any())).thenThrow(new FhirReadException(kind, "for a reason"));
        when(inner.search(eq(SOUND), any(), any())).thenReturn(List.of(Records.thirst("t")));

        fail(BROKEN, 20);
        clearInvocations(inner);

        assertThat(failure(BROKEN, Duration.ofSeconds(5)))
                .hasMessage("not asked, since it failed a moment ago")
                .extracting(FhirReadException::kind)
                .isEqualTo(Kind.UNREACHABLE);
        verifyNoInteractions(inner);
        assertThat(search(SOUND)).hasSize(1);
    }

    @Test
    void a_server_that_recovers_is_asked_again_without_a_restart() throws InterruptedException {
        when(inner.search(eq(BROKEN), any(), any())).thenThrow(new FhirReadException(Kind.FAILED, "status 500"));
        fail(BROKEN, 20);
        org.mockito.Mockito.doReturn(List.of(Records.thirst("t"))).when(inner).search(eq(BROKEN), any(), any());

        Thread.sleep(PAUSE.toMillis() + 50);

        for (int i = 0; i < 10; i++) {
            assertThat(search(BROKEN)).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_FOUND", "REFUSED"})
    void an_answer_that_says_no_is_no_fault_of_the_server(Kind kind) {
        when(inner.search(any(), any(), any())).thenThrow(new FhirReadException(kind, "for a reason"));

        fail(BROKEN, 40);

        verify(inner, times(40)).search(any(), any(), any());
    }

    @Test
    void our_haste_is_no_fault_of_the_server() {
        when(inner.search(any(), any(), any())).thenThrow(new FhirReadException(Kind.UNREACHABLE, "no answer"));

        for (int i = 0; i < 40; i++) {
            failure(BROKEN, Duration.ofMillis(100));
        }

        verify(inner, times(40)).search(any(), any(), any());
    }

    @Test
    void without_time_nobody_is_asked() {
        assertThat(failure(BROKEN, Duration.ZERO)).hasMessage("no time was left to ask");
        verifyNoInteractions(inner);
    }

    @Test
    void a_defect_of_ours_does_not_close_a_server_off() {
        when(inner.search(any(), any(), any())).thenThrow(new IllegalStateException("defect"));

        for (int i = 0; i < 40; i++) {
            assertThatThrownBy(() -> search(BROKEN)).isInstanceOf(IllegalStateException.class);
        }

        verify(inner, times(40)).search(any(), any(), any());
    }

    @Test
    void a_frozen_server_takes_only_its_own_threads_and_a_bounded_queue() throws Exception {
        int running = 0;
        while (running < 1_000) {
            try {
                source.executor(BROKEN).execute(this::freeze);
                running++;
            } catch (RejectedExecutionException e) {
                break;
            }
        }

        assertThat(running).isEqualTo(THREADS + THREADS * THREADS);
        CompletableFuture<Boolean> other = new CompletableFuture<>();
        source.executor(SOUND).execute(() -> other.complete(true));
        assertThat(other.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private void freeze() {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(FhirServer server, int times) {
        for (int i = 0; i < times; i++) {
            failure(server, Duration.ofSeconds(5));
        }
    }

    private FhirReadException failure(FhirServer server, Duration time) {
        FhirReadException failure = catchThrowableOfType(
                FhirReadException.class, () -> source.search(server, "Observation?patient=1", Deadline.in(time)));
        assertThat(failure).isNotNull();
        return failure;
    }

    private List<?> search(FhirServer server) {
        return source.search(server, "Observation?patient=1", Deadline.in(Duration.ofSeconds(5)));
    }

    private static FhirServer server(String base) {
        return new FhirServer(URI.create(base), Optional.empty());
    }
}
