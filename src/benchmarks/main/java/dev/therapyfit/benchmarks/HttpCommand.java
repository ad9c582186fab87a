package dev.therapyfit.benchmarks;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Hook calls over HTTP, beside a floor service. */
@Command(
        name = "http",
        mixinStandardHelpOptions = true,
        description =
                "Hook calls about o1 with all prefetch at 1, 8 and 64 connections, beside a service that only reads, keeps and answers.")
final class HttpCommand implements Callable<Integer> {
    static final String PATH = "/cds-services/" + OrderSelect.ID;
    private static final int OK = 200;

    @Option(names = "--seconds", defaultValue = "10", description = "Of each run (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--rounds", defaultValue = "2", description = "In turns (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--resources",
            description = "Sends a chart of so many resources, made like a real one, in place of o1.")
    private int resources;

    @Option(names = "--connections", split = ",", defaultValue = "1,8,64", description = "Default: ${DEFAULT-VALUE}.")
    private List<Integer> at = List.of();

    @Mixin
    private JvmOptions java = new JvmOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        OrderSelect o1 = OrderSelect.of(Path.of("cql"));
        byte[] body = resources == 0
                ? o1.body()
                : Chart.sent(resources, o1.service()).toString().getBytes(StandardCharsets.UTF_8);
        System.out.println(body.length + " bytes a call");
        Path settings = Files.createTempFile("benchmark", ".yml");
        Files.writeString(
                settings,
                "therapy-fit:\n  evaluation-time: " + o1.about().at()
                        + "\n  trust:\n    mode: open\n  limits:\n    concurrent-calls-per-client: 128\n");
        try (Child ours = Child.service(java.options(), "--config", settings.toString())) {
            URI url = URI.create(ours.said()).resolve(PATH);
            try (Child floor = Child.of(
                    FloorApplication.class,
                    java.options("-Dcontent=" + Child.root().resolve("cql")),
                    FloorApplication.READY)) {
                measure(url, URI.create("http://localhost:" + floor.said() + PATH), body);
                System.out.println("\nresident after load: service " + ours.residentMegabytes() + " MB, floor "
                        + floor.residentMegabytes() + " MB");
            }
        }
        return 0;
    }

    private void measure(URI ours, URI floor, byte[] body) throws InterruptedException {
        System.out.println("| connections | | calls a second | p50 | p99 | failed |\n|---|---|---|---|---|---|");
        for (int i = 0; i <= rounds; i++) {
            for (int connections : at) {
                String one = load(ours, body, connections);
                String other = load(floor, body, connections);
                if (i > 0) { // the first round warms up
                    System.out.println("| " + connections + " | service | " + one);
                    System.out.println("| " + connections + " | floor | " + other);
                }
            }
        }
    }

    private String load(URI url, byte[] body, int connections) throws InterruptedException {
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        AtomicInteger failed = new AtomicInteger();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Thread caller = new Thread(() -> {
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                while (System.nanoTime() < end) {
                    long start = System.nanoTime();
                    try {
                        failed.addAndGet(send(client, url, body).statusCode() == OK ? 0 : 1);
                    } catch (IOException e) {
                        failed.incrementAndGet();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                    times.add(System.nanoTime() - start);
                }
            });
            caller.start();
            callers.add(caller);
        }
        for (Thread caller : callers) {
            caller.join();
        }
        List<Long> sorted = times.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%.0f | %.1f ms | %.1f ms | %d |",
                sorted.size() / (double) seconds,
                sorted.get(sorted.size() / 2) / 1e6,
                sorted.get(sorted.size() * 99 / 100) / 1e6,
                failed.get());
    }

    private static HttpResponse<String> send(HttpClient client, URI url, byte[] body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(url)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
