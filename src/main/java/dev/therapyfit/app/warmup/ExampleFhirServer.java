package dev.therapyfit.app.warmup;

import ca.uhn.fhir.context.FhirContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Resource;

/**
 * A FHIR server that holds one chart at a time, on a port of this machine, for the warm-up: a read is answered with the
 * resource, a search with all of the type, whatever else is asked for.
 */
final class ExampleFhirServer implements AutoCloseable {
    private static final String PATH = "/fhir/";
    private static final int HTTP_OK = 200;
    private static final int HTTP_NOT_FOUND = 404;

    private final FhirContext fhir;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile List<Resource> held = List.of();

    ExampleFhirServer(FhirContext fhir) {
        this.fhir = fhir;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(PATH, exchange -> {
            try (exchange) {
                answer(exchange);
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    String base() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + PATH;
    }

    void hold(List<Resource> chart) {
        held = chart;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String asked = exchange.getRequestURI().getPath().substring(PATH.length());
        List<Resource> found = held.stream()
                .filter(resource -> asked.equals(resource.fhirType())
                        || asked.equals(resource.fhirType() + "/"
                                + resource.getIdElement().getIdPart()))
                .toList();
        if (!asked.contains("/")) {
            Bundle bundle = new Bundle();
            bundle.setType(BundleType.SEARCHSET);
            found.forEach(resource -> bundle.addEntry().setResource(resource));
            send(exchange, bundle);
        } else if (found.isEmpty()) {
            exchange.sendResponseHeaders(HTTP_NOT_FOUND, -1);
        } else {
            send(exchange, found.get(0));
        }
    }

    private void send(HttpExchange exchange, Resource resource) throws IOException {
        byte[] body = fhir.newJsonParser().encodeResourceToString(resource).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
        exchange.sendResponseHeaders(HTTP_OK, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
