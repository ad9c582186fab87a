package dev.therapyfit.reliability.load;

import dev.therapyfit.reliability.ExpectedAnswers.Call;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * Calls services and compares every answer. At a rate, a call is due at its time whether earlier ones were answered or
 * not, and its latency counts from then, so that a stall shows in every call that it delays. Without a rate, a number of
 * callers call one after the other as fast as they are answered, which tells the capacity.
 */
public final class Load {
    private static final int MOST_OPEN_CALLS = 1_000;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<URI> bases;
    private final List<Call> calls;
    private final UnaryOperator<HttpRequest.Builder> authorized;
    private final AtomicLong next = new AtomicLong();

    /**
     * @param bases base URLs, called in turn
     * @param calls the calls, made in turn
     * @param authorized adds what shows who calls
     */
    public Load(List<URI> bases, List<Call> calls, UnaryOperator<HttpRequest.Builder> authorized) {
        this.bases = List.copyOf(bases);
        this.calls = List.copyOf(calls);
        this.authorized = authorized;
    }

    /**
     * Calls at a rate.
     *
     * @param perSecond calls a second
     */
    public Tally atRate(double perSecond, Duration time) throws InterruptedException {
        Tally tally = new Tally();
        Semaphore open = new Semaphore(MOST_OPEN_CALLS);
        long start = System.nanoTime();
        long count = (long) (perSecond * time.toMillis() / 1_000);
        for (long i = 0; i < count; i++) {
            long due = start + (long) (i * 1e9 / perSecond);
            LockSupport.parkNanos(due - System.nanoTime());
            if (!open.tryAcquire()) {
                tally.error("more than " + MOST_OPEN_CALLS + " calls are open");
                continue;
            }
            send(due, tally, open::release);
        }
        if (!open.tryAcquire(MOST_OPEN_CALLS, 1, TimeUnit.MINUTES)) {
            tally.error("calls were not answered within a minute");
        }
        tally.took(System.nanoTime() - start);
        return tally;
    }

    /** Calls as fast as the answers come, by so many callers. */
    public Tally byCallers(int callers, Duration time) throws InterruptedException {
        Tally tally = new Tally();
        Semaphore open = new Semaphore(callers);
        long start = System.nanoTime();
        while (System.nanoTime() - start < time.toNanos()) {
            open.acquire();
            send(System.nanoTime(), tally, open::release);
        }
        if (!open.tryAcquire(callers, 1, TimeUnit.MINUTES)) {
            tally.error("calls were not answered within a minute");
        }
        tally.took(System.nanoTime() - start);
        return tally;
    }

    private void send(long due, Tally tally, Runnable done) {
        long number = next.getAndIncrement();
        Call call = calls.get((int) (number % calls.size()));
        URI url = bases.get((int) (number % bases.size()))
                .resolve("/cds-services/" + call.service().id());
        HttpRequest request = authorized
                .apply(HttpRequest.newBuilder(url)
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(call.body())))
                .build();
        CompletableFuture<?> unused = http.sendAsync(request, BodyHandlers.ofString())
                .whenComplete((response, failure) -> {
                    long nanos = System.nanoTime() - due;
                    if (failure != null) {
                        tally.error(failure.getClass().getSimpleName() + " " + failure.getMessage());
                    } else {
                        tally.answer(nanos, response.statusCode(), problem(call, response));
                    }
                    done.run();
                });
    }

    /** Empty if the answer is the expected one, or a refusal that is no card. */
    private static String problem(Call call, HttpResponse<String> response) {
        if (response.statusCode() != 200) {
            return "";
        }
        return call.mayBeAnsweredBy(response.body())
                ? ""
                : call.service().id() + " " + call.example().name();
    }
}
