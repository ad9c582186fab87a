package dev.therapyfit.ehr;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.request.FhirServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.hl7.fhir.r4.model.Resource;

/** A FHIR server on a port of its own, that answers as a test tells it to and notes what it was asked. */
final class FhirServerStub implements AutoCloseable {
    /** Answers one request. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile Answer answer = exchange -> send(exchange, 404, "application/fhir+json", "{}");

    FhirServerStub() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            authorizations.add(
                    Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "none"));
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/fhir";
    }

    FhirServer open() {
        return new FhirServer(URI.create(base()), Optional.empty());
    }

    FhirServer with(String token) {
        return new FhirServer(URI.create(base()), Optional.of(token));
    }

    void answers(Answer answer) {
        this.answer = answer;
    }

    void answers(int status, String type, String body) {
        answers(exchange -> send(exchange, status, type, body));
    }

    void answers(Resource resource) {
        answers(exchange -> send(exchange, resource));
    }

    /** Request targets, in order. */
    List<String> asked() {
        return asked;
    }

    /** Authorization headers, in order; {@code none} where there was none. */
    List<String> authorizations() {
        return authorizations;
    }

    static void send(HttpExchange exchange, Resource resource) throws IOException {
        send(
                exchange,
                200,
                "application/fhir+json",
                ToyContent.FHIR.newJsonParser().encodeResourceToString(resource));
    }

    static void send(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
