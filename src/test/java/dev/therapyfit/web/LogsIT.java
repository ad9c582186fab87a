package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Every path with marked data while every logger is set to TRACE: nothing marked is in the log, on the output or on the
 * error output. Whatever is a patient's, a user's or a secret begins with {@code zz-}.
 */
@Timeout(120)
class LogsIT {
    private static final String PUBLIC = "https://cds.example";
    private static final String ISSUER = "https://ehr.example/";
    private static final String VIEW = "/cds-services/toy-patient-view";
    private static final String SELECT = "/cds-services/toy-order-select";
    private static final String NEWLINE = "\r\n";
    private static final ECKey KEY = Tokens.ecKey("zz-key");

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();
    private static final List<String> SECRETS = new CopyOnWriteArrayList<>();
    private static final PrintStream OUT = System.out;
    private static final PrintStream ERR = System.err;

    @TempDir
    private static Path accessLogs;

    private static ConfigurableApplicationContext application;
    private static HttpServer ehr;
    private static int port;
    private static volatile Answer fhir = exchange -> {};

    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeAll
    static void start() throws IOException {
        System.setOut(both(OUT));
        System.setErr(both(ERR));
        LOG.start();
        ehr = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ehr.createContext("/jwks.json", exchange -> send(exchange, 200, Tokens.keySet(KEY)));
        ehr.createContext("/fhir", exchange -> fhir.to(exchange));
        ehr.start();
        String client = "--therapy-fit.trust.clients[0].";
        application = ToyApplication.of(ToyApplication.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--server.error.whitelabel.enabled=false",
                        "--logging.level.root=TRACE",
                        "--logging.level.dev.therapyfit=TRACE",
                        "--logging.level.org.apache.http.wire=TRACE",
                        "--spring.mvc.log-request-details=true",
                        "--server.tomcat.accesslog.enabled=true",
                        "--server.tomcat.accesslog.pattern=combined",
                        "--server.tomcat.accesslog.buffered=false",
                        "--server.tomcat.accesslog.directory=" + accessLogs,
                        "--therapy-fit.warm-up=0s",
                        "--therapy-fit.drain=0s",
                        "--therapy-fit.deadline=5s",
                        "--therapy-fit.public-url=" + PUBLIC,
                        "--therapy-fit.limits.body-bytes=20000",
                        "--therapy-fit.outbound.allowed-networks=127.0.0.1",
                        "--therapy-fit.trust.mode=clients",
                        client + "id=hospital",
                        client + "issuer=" + ISSUER,
                        client + "tenants=zz-tenant",
                        client + "key-set-urls=" + ehr() + "/jwks.json",
                        client + "fhir-servers=" + ehr() + "/fhir",
                        client + "calls-per-minute=1000");
        port = Integer.parseInt(String.valueOf(application.getEnvironment().getProperty("local.server.port")));
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(LOG);
    }

    @AfterAll
    static void end() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(LOG);
        application.close();
        ehr.stop(0);
        System.setOut(OUT);
        System.setErr(ERR);
    }

    private static String accessLog() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(accessLogs)) {
            StringBuilder text = new StringBuilder();
            for (Path file : files) {
                text.append(Files.readString(file));
            }
            return text.toString();
        }
    }

    @Test
    void the_signature_of_a_decision_s_link() throws IOException {
        get("/decisions/unknown?expires=1&signature=zz-signature", "Referer: http://localhost/?zz-signature");

        assertThat(accessLog()).contains("GET /decisions/unknown HTTP/1.1").doesNotContain("zz-signature");
    }

    @AfterEach
    void nothing_marked_and_no_token_is_printed() {
        System.out.flush();
        System.err.flush();
        String printed = PRINTED.toString(StandardCharsets.UTF_8)
                + LOG.list.stream()
                        .map(event -> event.getLoggerName()
                                + event.getFormattedMessage()
                                + event.getMDCPropertyMap()
                                + messages(event.getThrowableProxy()))
                        .collect(Collectors.joining("\n"));
        assertThat(printed).doesNotContain("zz-");
        assertThat(SECRETS).noneMatch(printed::contains);
    }

    // ---- What succeeds

    @Test
    void a_call_with_everything_in_it() {
        assertThat(post(VIEW, token(VIEW), complete().bytes())).startsWith("HTTP/1.1 200");
        String card = post(
                SELECT,
                token(SELECT),
                orderSelect()
                        .prefetching("patient", named())
                        .prefetchingFound("medicationRequest")
                        .prefetchingFound("observation", Records.thirst("zz-observation"))
                        .bytes());
        assertThat(card).startsWith("HTTP/1.1 200").contains("/decisions/");
        String decision = card.replaceAll("(?s).*" + PUBLIC + "(/decisions/[^\"]+)\".*", "$1");
        assertThat(get(decision, "Accept: application/json")).contains("HTTP/1.1 200");
        assertThat(get(decision, "Accept: text/html")).contains("HTTP/1.1 200");
        String uuid = card.replaceAll("(?s).*?\"uuid\":\"([^\"]+)\".*", "$1");
        String feedback = SELECT + "/feedback";
        for (String time : List.of(Instant.now().toString(), "zz-time")) {
            String answer = post(
                    feedback,
                    token(feedback),
                    ("{\"feedback\":[{\"card\":\"" + uuid + "\",\"outcome\":\"overridden\",\"overrideReason\":"
                                    + "{\"userComment\":\"zz-comment\"},\"outcomeTimestamp\":\"" + time + "\"}]}")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(answer).startsWith(time.startsWith("zz") ? "HTTP/1.1 400" : "HTTP/1.1 200");
        }
    }

    @Test
    void a_call_that_reads_the_fhir_server() {
        fhir = exchange -> send(
                exchange,
                200,
                json(
                        exchange.getRequestURI().getPath().contains("/Patient/")
                                ? named()
                                : Records.searchSet(Records.thirst("zz-observation"))));

        assertThat(post(VIEW, token(VIEW), reading())).contains("HTTP/1.1 200");
    }

    @Test
    void discovery() {
        assertThat(get("/cds-services?zz-name=zz-value", "Authorization: Bearer " + token("/cds-services")))
                .startsWith("HTTP/1.1 200");
    }

    // ---- What fails

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 400, 401, 403, 404, 429, 500})
    void a_fhir_server_that_fails_in_its_own_words(int status) {
        fhir = exchange -> {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1/zz-location");
            exchange.getResponseHeaders().set("Set-Cookie", "zz-cookie=zz-value");
            exchange.getResponseHeaders().set("Warning", "199 - \"zz-warning\"");
            send(
                    exchange,
                    status,
                    "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"zz-code\","
                            + "\"diagnostics\":\"zz-diagnostics\"}]}");
        };

        assertThat(post(VIEW, token(VIEW), reading())).contains("HTTP/1.1 412");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz-text",
                "{\"resourceType\":\"zz-type\"}",
                "{\"resourceType\":\"Patient\",\"birthDate\":\"zz-date\"}",
                "<zz-html>"
            })
    void a_fhir_server_that_answers_nonsense(String body) {
        fhir = exchange -> send(exchange, 200, body);

        assertThat(post(VIEW, token(VIEW), reading())).contains("HTTP/1.1 412");
    }

    @Test
    void a_fhir_server_that_breaks_off() {
        fhir = exchange -> {
            exchange.sendResponseHeaders(200, 10_000);
            exchange.getResponseBody().write("{\"zz-name\":".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        };

        assertThat(post(VIEW, token(VIEW), reading())).contains("HTTP/1.1 412");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz-text",
                "{\"zz-name\":",
                "{\"hook\":\"zz-hook\"}",
                "{\"hook\":\"patient-view\",\"hookInstance\":\"zz-i\",\"context\":{\"userId\":\"zz-u\",\"patientId\":\"zz_bad\"}}",
                "{\"hook\":\"patient-view\",\"hookInstance\":\"zz-i\",\"fhirServer\":\"https://zz-server.example/fhir\","
                        + "\"fhirAuthorization\":{\"access_token\":\"zz-token\",\"token_type\":\"Bearer\"},"
                        + "\"context\":{\"userId\":\"zz-u\",\"patientId\":\"zz-p\"}}"
            })
    void a_body_that_is_refused(String body) {
        assertThat(post(VIEW, token(VIEW), body.getBytes(StandardCharsets.UTF_8)))
                .containsPattern("HTTP/1\\.1 40[03]");
    }

    @Test
    void prefetch_that_cannot_be_read_or_belongs_to_another() {
        assertThat(post(
                        VIEW,
                        token(VIEW),
                        complete()
                                .with("prefetch.patient", Records.patient("zz-other"))
                                .bytes()))
                .contains("HTTP/1.1 400");
        for (String observations : List.of(
                "{\"resourceType\":\"zz-type\",\"id\":\"zz-id\"}",
                "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{"
                        + "\"resourceType\":\"Observation\",\"effectiveDateTime\":\"zz-date\"}}]}")) {
            assertThat(post(
                            VIEW,
                            token(VIEW),
                            complete()
                                    .withJson("prefetch.observation", observations)
                                    .bytes()))
                    .containsPattern("HTTP/1\\.1 (200|400)");
        }
    }

    @Test
    void a_body_that_is_too_long_or_of_another_type() {
        byte[] tooLong = "zz-".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        assertThat(post(VIEW, token(VIEW), tooLong)).contains("HTTP/1.1 413");
        assertThat(send(
                        "POST " + VIEW,
                        List.of("Content-Type: text/zz-type", bearer(VIEW)),
                        complete().bytes()))
                .contains("HTTP/1.1 415");
        assertThat(send(
                        "POST " + VIEW,
                        List.of("Content-Encoding: zz-packed", "Content-Type: application/json", bearer(VIEW)),
                        complete().bytes()))
                .contains("HTTP/1.1 415");
        assertThat(get("/cds-services", "Accept: zz-x/zz-y", bearer("/cds-services")))
                .contains("HTTP/1.1 406");
        assertThat(send(
                        "PUT " + VIEW,
                        List.of("Content-Type: application/json"),
                        complete().bytes()))
                .contains("HTTP/1.1 405");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer zz-token", "Bearer zz-a.zz-b.zz-c", "Basic zz-secret", "zz-secret", "Bearer e30.e30.zz-"
            })
    void a_token_that_is_refused(String authorization) {
        assertThat(send(
                        "POST " + VIEW,
                        List.of("Content-Type: application/json", "Authorization: " + authorization),
                        complete().bytes()))
                .contains("HTTP/1.1 401");
    }

    @Test
    void a_token_of_a_stranger_or_used_twice() {
        String once = token(VIEW);
        assertThat(post(VIEW, once, complete().bytes())).contains("HTTP/1.1 200");
        assertThat(post(VIEW, once, complete().bytes())).contains("HTTP/1.1 401");
        for (Tokens token : List.of(
                tokens(VIEW).signedBy(Tokens.ecKey("zz-key")),
                tokens(VIEW).signedBy(Tokens.ecKey("zz-unknown")),
                tokens(VIEW).with("iss", "https://zz-issuer.example"),
                tokens(VIEW).with("aud", "https://zz-audience.example"))) {
            assertThat(post(VIEW, token.text(), complete().bytes())).contains("HTTP/1.1 401");
        }
        assertThat(post(
                        VIEW,
                        tokens(VIEW).with("tenant", "zz-other").text(),
                        complete().bytes()))
                .contains("HTTP/1.1 403");
    }

    @Test
    void paths_and_queries_that_lead_nowhere() {
        for (String path : List.of(
                "/zz-page",
                "/decisions/zz-decision",
                "/zz-page?zz-name=zz-value",
                "/cds-services/zz-service/zz-more")) {
            assertThat(get(path)).containsPattern("HTTP/1\\.1 40[01345]");
        }
        assertThat(post(
                        "/cds-services/zz-service",
                        token("/cds-services/zz-service"),
                        complete().bytes()))
                .contains("HTTP/1.1 404");
    }

    @Test
    void requests_that_are_no_http() {
        for (String start : List.of(
                "GET /zz-bracket[zz-x] HTTP/1.1",
                "GET /zz-percent%zz-x HTTP/1.1",
                "GET /zz-path zz-protocol",
                "ZZ-\u0001METHOD zz-x HTTP/1.1",
                "zz-line")) {
            assertThat(raw((start + NEWLINE + "Host: localhost" + NEWLINE + "zz-header\u0000: zz-value" + NEWLINE
                                    + NEWLINE)
                            .getBytes(StandardCharsets.ISO_8859_1)))
                    .contains("400");
        }
        assertThat(raw(("GET /cds-services HTTP/1.1" + NEWLINE + "Host: zz_host:zz-port" + NEWLINE + NEWLINE)
                        .getBytes(StandardCharsets.ISO_8859_1)))
                .contains("400");
        assertThat(raw(("GET /cds-services HTTP/1.1" + NEWLINE + "Host: localhost" + NEWLINE + "Cookie: zz-c=\"zz-v"
                                + NEWLINE + "X-Long: " + "zz-".repeat(10_000) + NEWLINE + NEWLINE)
                        .getBytes(StandardCharsets.ISO_8859_1)))
                .contains("400");
        assertThat(raw(("POST " + VIEW + " HTTP/1.1" + NEWLINE + "Host: localhost" + NEWLINE + bearer(VIEW) + NEWLINE
                                + "Content-Type: application/json" + NEWLINE + "Transfer-Encoding: chunked" + NEWLINE
                                + NEWLINE
                                + "zz-no-length" + NEWLINE + "{}")
                        .getBytes(StandardCharsets.ISO_8859_1)))
                .contains("400");
    }

    @Test
    void pages_of_strangers() {
        assertThat(get("/cds-services", "Origin: https://zz-origin.example")).contains("HTTP/1.1 403");
    }

    @Test
    void what_is_ours_is_printed_all_the_same() {
        post(VIEW, null, complete().bytes());

        assertThat(LOG.list).anyMatch(event -> event.getFormattedMessage().startsWith("Refused with 401"));
        assertThat(PRINTED.toString(StandardCharsets.UTF_8)).contains("Refused with 401");
    }

    // ---- Helpers

    private static HookRequests complete() {
        return patientView()
                .with("fhirServer", ehr() + "/fhir")
                .withJson(
                        "fhirAuthorization",
                        "{\"access_token\":\"zz-access\",\"token_type\":\"Bearer\",\"expires_in\":300,\"scope\":\"zz-scope\","
                                + "\"subject\":\"zz-subject\"}")
                .prefetching("patient", named())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("zz-observation"));
    }

    private static byte[] reading() {
        return patientView()
                .with("fhirServer", ehr() + "/fhir")
                .withJson("fhirAuthorization", "{\"access_token\":\"zz-access\",\"token_type\":\"Bearer\"}")
                .bytes();
    }

    private static Patient named() {
        Patient patient = Records.patient();
        patient.addName().setFamily("zz-family").addGiven("zz-given");
        patient.addIdentifier().setValue("zz-identifier");
        return patient;
    }

    private static Tokens tokens(String path) {
        return Tokens.of(ISSUER, PUBLIC + path, KEY, Instant.now()).with("tenant", "zz-tenant");
    }

    private static String token(String path) {
        return tokens(path).text();
    }

    private static String bearer(String path) {
        return "Authorization: Bearer " + token(path);
    }

    private static String ehr() {
        return "http://127.0.0.1:" + ehr.getAddress().getPort();
    }

    private static String json(Resource resource) {
        return ToyContent.FHIR.newJsonParser().encodeResourceToString(resource);
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String get(String path, String... headers) {
        return send("GET " + path, List.of(headers), new byte[0]);
    }

    private static String post(String path, @org.jspecify.annotations.Nullable String token, byte[] body) {
        List<String> headers = new ArrayList<>(List.of("Content-Type: application/json"));
        if (token != null) {
            SECRETS.add(token.substring(token.lastIndexOf('.') + 1));
            headers.add("Authorization: Bearer " + token);
        }
        return send("POST " + path, headers, body);
    }

    private static String send(String start, List<String> headers, byte[] body) {
        String head = start + " HTTP/1.1" + NEWLINE + "Host: localhost" + NEWLINE + "Connection: close" + NEWLINE
                + "User-Agent: zz-agent" + NEWLINE + "X-Zz: zz-header" + NEWLINE
                + "Cookie: zz-cookie=zz-value" + NEWLINE
                + headers.stream().map(header -> header + NEWLINE).collect(Collectors.joining())
                + "Content-Length: " + body.length + NEWLINE + NEWLINE;
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        return raw(request.toByteArray());
    }

    private static String raw(byte[] request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String messages(@org.jspecify.annotations.Nullable IThrowableProxy thrown) {
        return thrown == null ? "" : " " + thrown.getMessage() + messages(thrown.getCause());
    }

    /** Prints as before, and keeps what is printed. */
    private static PrintStream both(PrintStream before) {
        return new PrintStream(
                new OutputStream() {
                    @Override
                    public synchronized void write(int value) {
                        before.write(value);
                        PRINTED.write(value);
                    }

                    @Override
                    public void flush() {
                        before.flush();
                    }
                },
                true,
                StandardCharsets.UTF_8);
    }
}
