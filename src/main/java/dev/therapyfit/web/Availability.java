package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * The beginning and the end of the service's life. A call that comes before the service is ready is answered with 503.
 * When it is to end, it first says so (readiness is down, answers close their connection) and goes on answering for a
 * while, so that load balancers and clients with open connections lose no call; then Spring Boot's graceful shutdown
 * lets the last calls finish.
 */
public final class Availability
        implements HandlerInterceptor, SmartLifecycle, ApplicationListener<AvailabilityChangeEvent<?>> {
    private static final Logger LOG = LoggerFactory.getLogger(Availability.class);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final ApplicationAvailability availability;
    private final Duration drain;
    private volatile boolean running;
    private volatile boolean draining;
    private volatile boolean wasReady;

    /**
     * @param availability tells whether the service is ready
     * @param drain how long calls are still taken after the service was told to end
     */
    public Availability(ApplicationAvailability availability, Duration drain) {
        this.availability = availability;
        this.drain = drain;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (draining) {
            if (!wasReady) {
                throw new Unavailable("the service ends", SOON);
            }
            response.setHeader(HttpHeaders.CONNECTION, "close");
        } else if (availability.getReadinessState() != ReadinessState.ACCEPTING_TRAFFIC) {
            throw new Unavailable("the service is starting", SOON);
        }
        return true;
    }

    /** Before the service ends it is no longer ready: that it was has to be remembered. */
    @Override
    public void onApplicationEvent(AvailabilityChangeEvent<?> change) {
        wasReady = wasReady || change.getState() == ReadinessState.ACCEPTING_TRAFFIC;
    }

    @Override
    public void start() {
        running = true;
    }

    /** Runs before anything else ends: the highest phase stops first. */
    @Override
    public void stop() {
        draining = true;
        running = false;
        LOG.info("Ending: calls are taken for {} more", drain);
        try {
            Thread.sleep(drain.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
