package dev.therapyfit.reliability.chaos;

import dev.therapyfit.reliability.ExpectedAnswers.Call;
import dev.therapyfit.reliability.SigningClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clinicians at work: each calls, compares the answer with the expected one, and overrides the card that comes. Notes
 * which feedback the service acknowledged, so that it can be looked for afterwards.
 */
final class Traffic implements AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** Where wrong answers are kept. */
    private static final Path WRONG = Path.of("src/reliability/target/chaos");

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final URI base;
    private final List<Call> calls;
    private final SigningClient client;
    private final List<Thread> clinicians = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> wrong = ConcurrentHashMap.newKeySet();
    private volatile boolean working = true;
    private volatile long lastGood = System.nanoTime();
    private final AtomicLong slowest = new AtomicLong();

    private Traffic(URI base, List<Call> calls, SigningClient client) {
        this.base = base;
        this.calls = calls;
        this.client = client;
    }

    static Traffic start(URI base, List<Call> calls, SigningClient client, int clinicians) {
        Traffic traffic = new Traffic(base, calls, client);
        for (int i = 0; i < clinicians; i++) {
            Thread thread = new Thread(traffic::work, "clinician-" + i);
            thread.setDaemon(true);
            thread.start();
            traffic.clinicians.add(thread);
        }
        return traffic;
    }

    private void work() {
        while (working) {
            Call call = calls.get(Math.floorMod(next.getAndIncrement(), calls.size()));
            long start = System.nanoTime();
            try {
                HttpResponse<String> answer =
                        post("/cds-services/" + call.service().id(), call.body());
                slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                boolean good = answer.statusCode() == 200;
                count(
                        "call",
                        good && !call.isAnsweredInFullBy(answer.body()) ? "200, not all read" : answer.statusCode());
                if (good) {
                    lastGood = System.nanoTime();
                    if (!call.mayBeAnsweredBy(answer.body())) {
                        wrong.add(call.service().id() + " " + call.example().name());
                        keep(call, answer.body());
                    }
                    override(call, answer.body());
                }
            } catch (IOException e) {
                count("call", e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** The expected and the given answer, side by side, so that the cause can be found. */
    private void keep(Call call, String given) throws IOException {
        String name = call.service().id() + "-" + call.example().name();
        Files.createDirectories(WRONG);
        Files.writeString(WRONG.resolve(name + "-expected.json"), call.answer());
        Files.writeString(WRONG.resolve(name + "-given.json"), given);
    }

    private void override(Call call, String answer) throws InterruptedException {
        JsonNode cards = json.readTree(answer).path("cards");
        if (cards.isEmpty()) {
            return;
        }
        String card = cards.path(0).path("uuid").stringValue();
        String body = "{\"feedback\":[{\"card\":\"" + card + "\",\"outcome\":\"overridden\",\"outcomeTimestamp\":\""
                + Instant.now() + "\"}]}";
        try {
            HttpResponse<String> done = post("/cds-services/" + call.service().id() + "/feedback", body);
            count("feedback", done.statusCode());
            if (done.statusCode() == 200) {
                acknowledged.add(card);
            }
        } catch (IOException e) {
            count("feedback", e);
        }
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(
                client.authorize(HttpRequest.newBuilder(base.resolve(path))
                                .timeout(LONGEST_WAIT)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body)))
                        .build(),
                BodyHandlers.ofString());
    }

    private synchronized void count(String what, Object outcome) {
        String text =
                outcome instanceof IOException failure ? failure.getClass().getSimpleName() : String.valueOf(outcome);
        outcomes.merge(what + " " + text, 1, Integer::sum);
    }

    /** Cards whose feedback was acknowledged. */
    Set<String> acknowledged() {
        return acknowledged;
    }

    /** Calls whose answer was a card other than the expected one. */
    Set<String> wrong() {
        return wrong;
    }

    /** How often what came of calls and feedback. */
    synchronized Map<String, Integer> outcomes() {
        return new TreeMap<>(outcomes);
    }

    /** Waits until the feedback on so many cards was acknowledged. */
    void untilAcknowledged(int cards, Duration longest) throws InterruptedException, IOException {
        await(() -> acknowledged.size() >= cards, longest, "feedback on " + cards + " cards was not acknowledged");
    }

    /** Longest wait for an answer to a call. */
    Duration slowest() {
        return Duration.ofNanos(slowest.get());
    }

    /** Waits until a call is answered again; how long it took. */
    Duration untilAnswered(Duration longest) throws InterruptedException, IOException {
        long start = System.nanoTime();
        await(() -> lastGood > start, longest, "no call was answered");
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void await(BooleanSupplier done, Duration longest, String otherwise)
            throws InterruptedException, IOException {
        long start = System.nanoTime();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() - start > longest.toNanos()) {
                throw new IOException(otherwise + " within " + longest + ": " + outcomes());
            }
            Thread.sleep(20);
        }
    }

    /** Lets the calls that are under way end, and makes no more. */
    void end() throws InterruptedException {
        working = false;
        for (Thread clinician : clinicians) {
            clinician.join(LONGEST_WAIT.toMillis() * 2);
        }
    }

    @Override
    public void close() {
        working = false;
    }
}
