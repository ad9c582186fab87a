package dev.therapyfit.ehr;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.therapyfit.hooks.chart.FhirReadException;
import dev.therapyfit.hooks.chart.FhirReadException.Kind;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.request.FhirServer;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.bulkhead.ThreadPoolBulkhead;
import io.github.resilience4j.bulkhead.ThreadPoolBulkheadConfig;
import io.github.resilience4j.bulkhead.ThreadPoolBulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedThreadPoolBulkheadMetrics;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one FHIR server that is slow or broken from harming calls about others. Each base URL has threads of its own (a
 * bulkhead) and a circuit breaker: a server that fails most calls is not asked for a while, so that its calls get their
 * answer at once and not at the deadline. Then one call tries it; the others are told at once until that has its answer.
 */
public final class ServerIsolation implements ReadBulkheads, AutoCloseable {
    /** Base URLs that are looked after at the same time; a registered client has a few. */
    private static final int MOST_SERVERS = 1_000;

    /** Share of failed calls, in percent, that opens the circuit. */
    private static final float TOO_MANY_FAILURES = 50;

    private static final int CALLS_TO_REMEMBER = 10;
    private static final int CALLS_TO_JUDGE_BY = 5;
    private static final int CALLS_ON_TRIAL = 1;

    private static final ContextSnapshotFactory CONTEXT =
            ContextSnapshotFactory.builder().build();

    private final LoadingCache<String, Isolation> isolations;
    private final ThreadPoolBulkheadRegistry bulkheads;
    private final CircuitBreakerRegistry breakers;

    /** What one server has to itself. */
    private record Isolation(ThreadPoolBulkhead bulkhead, CircuitBreaker breaker) {}

    /**
     * @param threads reads of one server at the same time; as many again may wait for each of them
     * @param pause how long a server that fails is not asked
     */
    public ServerIsolation(int threads, Duration pause) {
        ThreadPoolBulkheadConfig bulkhead = ThreadPoolBulkheadConfig.custom()
                .coreThreadPoolSize(threads)
                .maxThreadPoolSize(threads)
                .queueCapacity(threads * threads)
                .build();
        CircuitBreakerConfig breaker = CircuitBreakerConfig.custom()
                .slidingWindow(CALLS_TO_REMEMBER, CALLS_TO_JUDGE_BY, SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(TOO_MANY_FAILURES)
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(CALLS_ON_TRIAL)
                .build();
        this.bulkheads = ThreadPoolBulkheadRegistry.of(bulkhead);
        this.breakers = CircuitBreakerRegistry.of(breaker);
        this.isolations = Caffeine.newBuilder()
                .maximumSize(MOST_SERVERS)
                .evictionListener(
                        (@Nullable String base, @Nullable Isolation isolation, RemovalCause cause) -> close(isolation))
                .build(base -> new Isolation(bulkheads.bulkhead(base), breakers.circuitBreaker(base)));
    }

    /** Has the state of each server's circuit, and its threads and queue, measured. */
    public void measuredBy(MeterRegistry meters) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
        TaggedThreadPoolBulkheadMetrics.ofThreadPoolBulkheadRegistry(bulkheads).bindTo(meters);
    }

    @Override
    public ReadBulkhead open(FhirServer server) {
        Isolation isolation = isolations.get(server.base().toString());
        if (!isolation.breaker().tryAcquirePermission()) {
            throw new FhirReadException(
                    Kind.NOT_ASKED, "not asked, since it failed a moment ago (therapy-fit.fhir.pause-after-failure)");
        }
        return new IsolatedReads(isolation, System.nanoTime());
    }

    /** Reads of one call, in the server's own threads, which know the trace that the call belongs to. */
    private record IsolatedReads(Isolation isolation, long start) implements ReadBulkhead {
        @Override
        public void run(Runnable read) {
            try {
                isolation.bulkhead().submit(CONTEXT.captureAll().wrap(read));
            } catch (BulkheadFullException e) {
                throw new RejectedExecutionException(e);
            }
        }

        @Override
        public void close(ReadOutcome outcome) {
            CircuitBreaker breaker = isolation.breaker();
            long time = System.nanoTime() - start;
            switch (outcome) {
                case SOUND -> breaker.onSuccess(time, TimeUnit.NANOSECONDS);
                case FAULTY ->
                    breaker.onError(
                            time, TimeUnit.NANOSECONDS, new FhirReadException(Kind.FAILED, "most reads failed"));
                case NONE -> breaker.releasePermission();
            }
        }
    }

    private void close(@Nullable Isolation isolation) {
        if (isolation != null) {
            bulkheads.remove(isolation.bulkhead().getName());
            breakers.remove(isolation.breaker().getName());
            try {
                isolation.bulkhead().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        isolations.asMap().values().forEach(this::close);
        isolations.invalidateAll();
    }
}
