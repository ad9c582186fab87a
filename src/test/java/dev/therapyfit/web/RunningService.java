package dev.therapyfit.web;

import com.nimbusds.jose.jwk.JWK;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.clients.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.context.ConfigurableApplicationContext;

/** The service on a port for registered clients, and what belongs to them on another: key sets and FHIR servers. */
final class RunningService implements AutoCloseable {
    static final String PUBLIC = "https://cds.example";
    static final String DISCOVERY = "/cds-services";
    static final String SELECT = "/cds-services/toy-order-select";
    static final String VIEW = "/cds-services/toy-patient-view";

    private final List<String> settings = new ArrayList<>(List.of(
            "--server.port=0",
            "--spring.main.banner-mode=off",
            "--server.error.whitelabel.enabled=false",
            "--therapy-fit.warm-up=0s",
            "--therapy-fit.drain=0s",
            "--therapy-fit.public-url=" + PUBLIC,
            "--therapy-fit.outbound.allowed-networks=127.0.0.1",
            "--therapy-fit.trust.mode=clients"));
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer outside;
    private final ConfigurableApplicationContext application;
    private int clients;

    /** Adds what one test needs to the settings, and answers what is asked outside. */
    interface Setup {
        void of(RunningService service, HttpServer outside);
    }

    RunningService(Class<?> content, Setup setup) {
        try {
            outside = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        outside.setExecutor(threads);
        outside.start();
        setup.of(this, outside);
        application = ToyApplication.of(content).run(settings.toArray(String[]::new));
    }

    void set(String name, String value) {
        settings.add("--therapy-fit." + name + "=" + value);
    }

    /** Sets something that is Spring's. */
    void setSpring(String name, String value) {
        settings.add("--" + name + "=" + value);
    }

    /** Registers a client. */
    void register(String id, String issuer, Map<String, String> registration) {
        String prefix = "trust.clients[" + clients + "].";
        clients++;
        set(prefix + "id", id);
        set(prefix + "issuer", issuer);
        registration.forEach((name, value) -> set(prefix + name, value));
    }

    /** Where what belongs to clients is found. */
    String outsideUrl(String path) {
        return "http://127.0.0.1:" + outside.getAddress().getPort() + path;
    }

    <T> T bean(Class<T> type) {
        return application.getBean(type);
    }

    <T> T bean(String name, Class<T> type) {
        return application.getBean(name, type);
    }

    /** A good token for a path. */
    static Tokens token(String issuer, String path, JWK key) {
        return Tokens.of(issuer, PUBLIC + path, key, Instant.now());
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path);
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> post(String path, byte[] body, String... headers) {
        return send(request(path)
                .POST(BodyPublishers.ofByteArray(body))
                .header("Content-Type", "application/json")
                .headers(headers));
    }

    HttpRequest.Builder request(String path) {
        String port = application.getEnvironment().getProperty("local.server.port");
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(50));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(http, request);
    }

    /** The answer to a call; without one the test fails. */
    static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        application.close();
        outside.stop(0);
        threads.shutdownNow();
    }
}
