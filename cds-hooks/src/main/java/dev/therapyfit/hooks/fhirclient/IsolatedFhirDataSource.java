package dev.therapyfit.hooks.fhirclient;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.hook.FhirServer;
import dev.therapyfit.hooks.prefetch.FhirDataSource;
import dev.therapyfit.hooks.prefetch.FhirReadException;
import dev.therapyfit.hooks.prefetch.FhirReadException.Kind;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.bulkhead.ThreadPoolBulkhead;
import io.github.resilience4j.bulkhead.ThreadPoolBulkheadConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one FHIR server that is slow or broken from harming calls about others. Each base URL has threads of its own (a
 * bulkhead) and a circuit breaker: a server that fails most of its reads is not asked for a while, so that its calls get
 * their answer at once and not at the deadline.
 */
public final class IsolatedFhirDataSource implements FhirDataSource, AutoCloseable {
    /** Base URLs that are looked after at the same time; a registered client has a few. */
    private static final int MOST_SERVERS = 1_000;

    /** Share of failed reads, in percent, that opens the circuit. */
    private static final float TOO_MANY_FAILURES = 50;

    /** A read that was given less time than this says nothing about the server when it is not answered. */
    private static final Duration FAIR_CHANCE = Duration.ofMillis(150);

    private static final int READS_TO_JUDGE_BY = 20;
    private static final int READS_ON_TRIAL = 5;

    private final FhirDataSource inner;
    private final LoadingCache<String, Isolation> isolations;

    /** What one server has to itself. */
    private record Isolation(ThreadPoolBulkhead bulkhead, CircuitBreaker breaker) {}

    /**
     * @param inner reads the servers
     * @param threads reads of one server at the same time; as many again may wait for each of them
     * @param pause how long a server that fails is not asked
     */
    public IsolatedFhirDataSource(FhirDataSource inner, int threads, Duration pause) {
        this.inner = inner;
        ThreadPoolBulkheadConfig bulkhead = ThreadPoolBulkheadConfig.custom()
                .coreThreadPoolSize(threads)
                .maxThreadPoolSize(threads)
                .queueCapacity(threads * threads)
                .build();
        CircuitBreakerConfig breaker = CircuitBreakerConfig.custom()
                .slidingWindow(READS_TO_JUDGE_BY, READS_TO_JUDGE_BY, SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(TOO_MANY_FAILURES)
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(READS_ON_TRIAL)
                .build();
        this.isolations = Caffeine.newBuilder()
                .maximumSize(MOST_SERVERS)
                .evictionListener(
                        (@Nullable String base, @Nullable Isolation isolation, RemovalCause cause) -> close(isolation))
                .build(base -> new Isolation(
                        ThreadPoolBulkhead.of("fhir-reads", bulkhead), CircuitBreaker.of("fhir-reads", breaker)));
    }

    /** Threads for the reads of one server. A task is refused when too many wait already. */
    public Executor executor(FhirServer server) {
        ThreadPoolBulkhead bulkhead = isolation(server).bulkhead();
        return task -> {
            try {
                bulkhead.submit(task);
            } catch (BulkheadFullException e) {
                throw new RejectedExecutionException(e);
            }
        };
    }

    @Override
    public Resource read(FhirServer server, String relative, Deadline deadline) {
        return guarded(server, deadline, () -> inner.read(server, relative, deadline));
    }

    @Override
    public List<Resource> search(FhirServer server, String query, Deadline deadline) {
        return guarded(server, deadline, () -> inner.search(server, query, deadline));
    }

    @Override
    public List<Resource> following(FhirServer server, Bundle page, Deadline deadline) {
        return guarded(server, deadline, () -> inner.following(server, page, deadline));
    }

    private <T> T guarded(FhirServer server, Deadline deadline, Supplier<T> read) {
        CircuitBreaker breaker = isolation(server).breaker();
        Duration time = deadline.remaining();
        if (time.isZero()) {
            throw new FhirReadException(Kind.UNREACHABLE, "no time was left to ask");
        }
        if (!breaker.tryAcquirePermission()) {
            throw new FhirReadException(Kind.UNREACHABLE, "not asked, since it failed a moment ago");
        }
        long start = System.nanoTime();
        try {
            T answer = read.get();
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            return answer;
        } catch (FhirReadException e) {
            if (!isServersFault(e)) {
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            } else if (e.kind() == Kind.UNREACHABLE && time.compareTo(FAIR_CHANCE) < 0) {
                breaker.releasePermission(); // our haste, not its fault
            } else {
                breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, e);
            }
            throw e;
        } catch (RuntimeException e) {
            breaker.releasePermission();
            throw e;
        }
    }

    private Isolation isolation(FhirServer server) {
        return isolations.get(server.base().toString());
    }

    /** A refusal, "not found" or "not understood" is an answer; silence, nonsense, errors and "too many" are faults. */
    private static boolean isServersFault(FhirReadException failure) {
        return failure.kind() == Kind.UNREACHABLE || failure.kind() == Kind.FAILED;
    }

    private static void close(@Nullable Isolation isolation) {
        if (isolation != null) {
            try {
                isolation.bulkhead().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        isolations.asMap().values().forEach(IsolatedFhirDataSource::close);
        isolations.invalidateAll();
    }
}
