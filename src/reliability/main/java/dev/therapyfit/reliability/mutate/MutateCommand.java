package dev.therapyfit.reliability.mutate;

import dev.therapyfit.reliability.Answers;
import dev.therapyfit.reliability.ExpectedAnswers;
import dev.therapyfit.reliability.ExpectedAnswers.Call;
import dev.therapyfit.reliability.ServiceProcess;
import dev.therapyfit.reliability.mutation.BodyMutator;
import dev.therapyfit.reliability.mutation.Choices;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code mutate}: calls that no EHR would make, many of them, against one service; every answer is looked at. */
@Command(
        name = "mutate",
        description = "Start the service and send mutated hook bodies; look at every answer.",
        mixinStandardHelpOptions = true)
public final class MutateCommand implements Callable<Integer> {
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");
    private static final Duration HANGS_AFTER = Duration.ofSeconds(10);
    private static final Path OUTPUT = Path.of("src/reliability/target/mutate");
    private static final int MOST_FINDINGS = 100;

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(HANGS_AFTER)
            .build();
    private final JsonMapper json = new JsonMapper();
    private final Map<String, Long> statuses = new TreeMap<>();
    private final Map<String, Long> problems = new TreeMap<>();
    private long slowestNanos;
    private long slowestNumber;

    @Option(names = "--count", defaultValue = "100000", description = "How many (default: ${DEFAULT-VALUE}).")
    private long count;

    @Option(names = "--seed", defaultValue = "1", description = "All follows from it (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--callers", defaultValue = "6", description = "At the same time (default: ${DEFAULT-VALUE}).")
    private int callers;

    @Override
    public Integer call() throws Exception {
        List<Call> calls = ExpectedAnswers.of(Path.of("cql"), "US", AT).calls();
        List<ObjectNode> bodies = calls.stream()
                .map(call -> (ObjectNode) json.readTree(call.body()))
                .toList();
        BodyMutator mutator = new BodyMutator(bodies);
        Path folder = Files.createTempDirectory(Files.createDirectories(OUTPUT.toAbsolutePath()), "run-");
        Path findings = Files.createDirectory(folder.resolve("findings"));
        Path service = Files.createDirectory(folder.resolve("service"));
        List<String> lasting = new ArrayList<>();
        try (ServiceProcess process = ServiceProcess.open(service, AT)) {
            long start = System.nanoTime();
            send(process.base(), findings, number -> {
                Choices choices = Choices.seeded(seed * 1_000_000_007L + number);
                int which = choices.below(calls.size());
                return HostileCall.of(calls.get(which).service().id(), bodies.get(which), mutator, choices);
            });
            System.out.printf(
                    Locale.ROOT,
                    "%d calls in %.0f s, seed %d%nanswers by status %s%nslowest %.0f ms, number %d%n",
                    count,
                    (System.nanoTime() - start) / 1e9,
                    seed,
                    statuses,
                    slowestNanos / 1e6,
                    slowestNumber);
            lasting.addAll(afterwards(process.base(), calls));
            System.out.println("memory: " + process.memory());
        }
        lasting.addAll(markedOutputs(service));
        problems.forEach((problem, times) -> System.out.println("finding, " + times + " times: " + problem));
        lasting.forEach(problem -> System.out.println("finding: " + problem));
        boolean clean = problems.isEmpty() && lasting.isEmpty();
        System.out.println(clean ? "no findings" : "findings are in " + findings);
        return clean ? 0 : 1;
    }

    private interface Maker {
        HostileCall make(long number);
    }

    private void send(URI base, Path findings, Maker maker) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        AtomicLong next = new AtomicLong();
        for (int i = 0; i < callers; i++) {
            threads.execute(() -> {
                for (long number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
                    try {
                        one(base, maker.make(number), number, findings);
                    } catch (IOException | RuntimeException e) {
                        found("the harness failed: " + e);
                    }
                }
            });
        }
        threads.shutdown();
        while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
            System.out.println(Math.min(next.get(), count) + " calls were made");
        }
    }

    private void one(URI base, HostileCall call, long number, Path findings) throws IOException {
        long start = System.nanoTime();
        Optional<String> problem = problem(base, call, true);
        took(System.nanoTime() - start, number);
        if (problem.isPresent() && found(problem.get())) {
            Files.writeString(
                    findings.resolve(number + ".txt"),
                    problem.get() + "\nservice " + call.service() + "\ntransport " + call.transport() + "\n");
            Files.write(findings.resolve(number + ".body"), call.body());
            if (call.isPlain()) {
                Files.write(
                        findings.resolve(number + ".smaller.body"),
                        new Reduction(body -> problem.equals(
                                        problem(base, new HostileCall(call.service(), HostileCall.PLAIN, body), false)))
                                .of(call.body()));
            }
        }
    }

    private synchronized void took(long nanos, long number) {
        if (nanos > slowestNanos) {
            slowestNanos = nanos;
            slowestNumber = number;
        }
    }

    private synchronized boolean found(String problem) {
        return problems.merge(problem, 1L, Long::sum) == 1 && problems.size() <= MOST_FINDINGS;
    }

    private synchronized void counted(String status) {
        statuses.merge(status, 1L, Long::sum);
    }

    /** Calls once; empty if the answer is one that may be. */
    private Optional<String> problem(URI base, HostileCall call, boolean counts) {
        int status;
        Optional<String> retryAfter;
        String body;
        try {
            if (call.isPlain()) {
                HttpRequest request = HttpRequest.newBuilder(base.resolve("/cds-services/" + call.service()))
                        .timeout(HANGS_AFTER)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(call.body()))
                        .build();
                HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
                status = answer.statusCode();
                retryAfter = answer.headers().firstValue("Retry-After");
                body = answer.body();
            } else {
                Exchange exchange = Exchange.of(base, call.head(), call.sent());
                status = exchange.status();
                retryAfter = exchange.retryAfter();
                body = exchange.body();
            }
        } catch (IOException e) {
            if (counts) {
                counted("none");
            }
            return Optional.of(call.transport() + ": no answer, " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        if (counts) {
            counted(status == 0 ? "closed" : Integer.toString(status));
        }
        if (status == 0 && call.mayBeLeftUnanswered()) {
            return Optional.empty();
        }
        return Answers.problem(status, retryAfter, body, BodyMutator.MARK)
                .map(problem -> call.transport() + ": " + problem);
    }

    /** The service must be as good as before. */
    private List<String> afterwards(URI base, List<Call> calls) throws IOException, InterruptedException {
        int wrong = 0;
        for (Call call : calls) {
            HttpRequest request = HttpRequest.newBuilder(
                            base.resolve("/cds-services/" + call.service().id()))
                    .timeout(HANGS_AFTER)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(call.body()))
                    .build();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (!call.mayBeAnsweredBy(answer.body())) {
                wrong++;
            }
        }
        System.out.println("afterwards: " + (calls.size() - wrong) + " of " + calls.size() + " answers as expected");
        return wrong == 0 ? List.of() : List.of(wrong + " answers are not the expected ones afterwards");
    }

    /** The database beside them keeps ids for a while, which is its purpose. */
    private static List<String> markedOutputs(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(file ->
                            file.toString().endsWith(".txt") || file.toString().endsWith(".log"))
                    .toList()) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                int at = text.indexOf(BodyMutator.MARK);
                if (at >= 0) {
                    found.add(file + " repeats what was sent: "
                            + text.substring(Math.max(0, at - 120), Math.min(text.length(), at + 80)));
                }
            }
        }
        return found;
    }

    /** Takes parts away from a JSON body for as long as the problem stays. */
    private record Reduction(java.util.function.Predicate<byte[]> fails) {
        private static final int MOST_TRIES = 1_500;

        byte[] of(byte[] body) {
            JsonMapper json = new JsonMapper();
            JsonNode root;
            try {
                root = json.readTree(body);
            } catch (tools.jackson.core.JacksonException e) {
                return body;
            }
            int[] tries = {0};
            reduce(root, root, tries);
            return root.toString().getBytes(StandardCharsets.UTF_8);
        }

        private void reduce(JsonNode root, JsonNode node, int[] tries) {
            if (node instanceof ObjectNode object) {
                for (String name : List.copyOf(object.propertyNames())) {
                    JsonNode removed = object.remove(name);
                    if (tries[0]++ > MOST_TRIES || !fails.test(bytes(root))) {
                        object.set(name, removed);
                        reduce(root, removed, tries);
                    }
                }
            } else if (node instanceof tools.jackson.databind.node.ArrayNode array) {
                for (int i = array.size() - 1; i >= 0; i--) {
                    JsonNode removed = array.remove(i);
                    if (tries[0]++ > MOST_TRIES || !fails.test(bytes(root))) {
                        array.insert(i, removed);
                        reduce(root, removed, tries);
                    }
                }
            }
        }

        private static byte[] bytes(JsonNode root) {
            return root.toString().getBytes(StandardCharsets.UTF_8);
        }
    }
}
