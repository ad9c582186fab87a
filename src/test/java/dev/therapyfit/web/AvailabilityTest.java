package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;

class AvailabilityTest {
    private final ApplicationAvailability state = mock(ApplicationAvailability.class);
    private final Availability availability = new Availability(state, Duration.ofMillis(20));
    private final HttpServletResponse response = mock(HttpServletResponse.class);

    @Test
    void a_call_before_the_service_is_ready_is_told_to_come_again() {
        when(state.getReadinessState()).thenReturn(ReadinessState.REFUSING_TRAFFIC);
        availability.start();

        assertThatThrownBy(this::call).isInstanceOf(Unavailable.class).hasMessageContaining("starting");
    }

    @Test
    void a_call_to_a_ready_service_is_taken_and_its_connection_stays() {
        when(state.getReadinessState()).thenReturn(ReadinessState.ACCEPTING_TRAFFIC);
        availability.start();

        assertThat(call()).isTrue();
        verify(response, never()).setHeader(any(), any());
    }

    @Test
    void a_service_that_ends_still_takes_calls_and_lets_their_connections_go() {
        when(state.getReadinessState()).thenReturn(ReadinessState.REFUSING_TRAFFIC);
        availability.start();
        availability.onApplicationEvent(new AvailabilityChangeEvent<>(this, ReadinessState.ACCEPTING_TRAFFIC));
        availability.onApplicationEvent(new AvailabilityChangeEvent<>(this, ReadinessState.REFUSING_TRAFFIC));
        availability.stop();

        assertThat(availability.isRunning()).isFalse();
        assertThat(call()).isTrue();
        verify(response).setHeader("Connection", "close");
    }

    @Test
    void a_service_that_ends_while_it_starts_takes_no_call() {
        when(state.getReadinessState()).thenReturn(ReadinessState.REFUSING_TRAFFIC);
        availability.start();
        availability.stop();

        assertThatThrownBy(this::call).isInstanceOf(Unavailable.class).hasMessageContaining("ends");
    }

    private boolean call() {
        return availability.preHandle(mock(HttpServletRequest.class), response, this);
    }
}
