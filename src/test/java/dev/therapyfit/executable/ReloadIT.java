package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.ContentCopy;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.authoring.publication.Publication;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A content that changes while the service answers. */
@Timeout(240)
class ReloadIT {
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String GRADE = "advancedFrom: 4,";
    private static final String CHRONIC = "\"Chronic From Days\": 180";

    @TempDir
    private Path folder = Path.of("");

    private static String digest(EhrClient ehr) throws IOException, InterruptedException {
        return ehr.get("/cds-services")
                .json()
                .at("/services/0/extension/dev.therapyfit.content/sha256")
                .asString("");
    }

    /** Until the digest is another, while calls are made. */
    private static String other(EhrClient ehr, String digest) throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        String now = digest;
        while (now.equals(digest) && System.nanoTime() < end) {
            Thread.sleep(100);
            now = digest(ehr);
        }
        assertThat(now).isNotEqualTo(digest);
        return now;
    }

    private static JsonNode call(EhrClient ehr, Case about) throws IOException, InterruptedException {
        ObjectNode request = EhrClient.request("order-select", about);
        ehr.addPrefetch(request, about);
        EhrClient.Answer answer = ehr.post("therapy-fit-order-select", request.toString());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().at("/cards/0");
    }

    @Test
    void a_good_content_answers_the_next_calls_and_a_bad_one_never() throws Exception {
        ContentCopy.to(folder);
        Case about = Cases.find(Content.read(Path.of("../cql")), "o1").orElseThrow();
        Path thresholds = folder.resolve("input/cql/TherapyFitThresholds.cql");
        String good = Files.readString(thresholds);
        assertThat(good).contains(GRADE, CHRONIC);
        Map<String, String> settings =
                Map.of("THERAPYFIT_EVALUATIONTIME", about.at().toString(), "THERAPYFIT_DEADLINE", "10s");
        try (Executable service = Executable.start(settings, "serve", "--port", "0", "--content", folder.toString())) {
            EhrClient ehr = new EhrClient(Integer.parseInt(service.awaitLine("ready: http.*:(\\d+)/", LONGEST)));
            String before = digest(ehr);
            assertThat(call(ehr, about).toString()).contains(before, "msc-favoured");

            AtomicBoolean ends = new AtomicBoolean();
            ExecutorService clinic = Executors.newSingleThreadExecutor();
            Future<List<String>> answers = clinic.submit((Callable<List<String>>) () -> {
                List<String> outcomes = new ArrayList<>();
                while (!ends.get()) {
                    JsonNode decision = call(ehr, about).at("/extension/dev.therapyfit.decision");
                    outcomes.add(decision.path("sha256").asString() + " "
                            + decision.path("rule").asInt());
                }
                return outcomes;
            });
            Files.writeString(
                    thresholds,
                    good.replace(GRADE, "advancedFrom: 5,").replace(CHRONIC, "\"Chronic From Days\": 90000"));
            String after = other(ehr, before);
            JsonNode card = call(ehr, about);
            assertThat(card.toString()).contains(after);

            Files.writeString(thresholds, good.replace(GRADE, "advancedFrom: four,"));
            service.awaitLine("(Content: input/cql/TherapyFitThresholds.cql:\\d+:\\d+: .*)", LONGEST);
            assertThat(digest(ehr)).isEqualTo(after);
            JsonNode info = ehr.get("/actuator/info").json().path("content");
            assertThat(info.path("sha256").asString()).isEqualTo(after);
            assertThat(info.path("refused").toString()).contains("TherapyFitThresholds.cql:");

            Files.writeString(thresholds, good);
            assertThat(other(ehr, after)).isEqualTo(before);
            assertThat(ehr.get("/actuator/info").json().at("/content/refused")).isEmpty();
            ends.set(true);
            assertThat(answers.get())
                    .as("each call was answered, by all of one content")
                    .containsOnly(before + " 7", after + " 9");
            clinic.shutdown();
        }
    }

    @Test
    void a_content_is_read_from_a_fhir_server_page_by_page_and_read_again() throws Exception {
        ContentCopy.to(folder);
        Content content = Content.read(folder);
        JsonNode published = Publication.of(content, CqlEvaluator.compile(content), Instant.EPOCH)
                .bundle();
        List<JsonNode> entries =
                new ArrayList<>(published.path("entry").valueStream().toList());
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/fhir/", exchange -> {
            String type = exchange.getRequestURI().getPath().replaceAll(".*/", "");
            boolean isSecond = exchange.getRequestURI().getQuery().contains("page=2");
            ObjectNode bundle = JSON.createObjectNode().put("resourceType", "Bundle");
            ArrayNode page = bundle.putArray("entry");
            synchronized (entries) {
                List<JsonNode> all = entries.stream()
                        .filter(entry ->
                                entry.at("/resource/resourceType").asString("").equals(type))
                        .toList();
                page.addAll(isSecond ? all.subList(all.size() / 2, all.size()) : all.subList(0, all.size() / 2));
            }
            if (!isSecond) {
                bundle.putArray("link").addObject().put("relation", "next").put("url", type + "?page=2");
            }
            byte[] bytes = bundle.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        String base = "http://localhost:" + server.getAddress().getPort() + "/fhir";
        try (Executable service =
                Executable.start(Map.of("THERAPYFIT_RELOAD_SERVER", "1s"), "serve", "--port", "0", "--content", base)) {
            EhrClient ehr = new EhrClient(Integer.parseInt(service.awaitLine("ready: http.*:(\\d+)/", LONGEST)));
            String before = digest(ehr);
            synchronized (entries) {
                entries.stream()
                        .filter(entry -> entry.at("/resource/id").asString("").equals("kellgren-lawrence-grade"))
                        .forEach(entry -> ((ObjectNode) entry.path("resource")).put("title", "Grade of the knee"));
            }
            other(ehr, before);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_fhir_server_that_holds_no_content_or_is_not_there_is_told() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = "{\"resourceType\": \"Bundle\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            assertEnds("http://localhost:" + server.getAddress().getPort() + "/fhir", "nothing was published to this");
            assertEnds("http://localhost:9/fhir", "therapy-fit.content: expected a FHIR server that answers");
        } finally {
            server.stop(0);
        }
    }

    private static void assertEnds(String content, String why) throws IOException, InterruptedException {
        try (Executable service = Executable.start(Map.of(), "serve", "--port", "0", "--content", content)) {
            assertThat(service.awaitEnd(LONGEST)).isEqualTo(2);
            assertThat(String.join("\n", service.err())).contains(why).hasLineCount(1);
        }
    }
}
