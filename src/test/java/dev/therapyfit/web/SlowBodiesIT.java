package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.ECKey;
import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.hooks.Records;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Bodies that do not come, come slowly, or are not wanted, over real connections. There is room for 20 calls, so that one
 * client may make 10; a wait for more of a body ends after {@link #PAUSE}, a body after {@link #WHOLE}.
 */
@Timeout(120)
class SlowBodiesIT {
    private static final String PUBLIC = "https://cds.example";
    private static final String VIEW = "/cds-services/toy-patient-view";
    private static final String NEWLINE = "\r\n";
    private static final Duration PAUSE = Duration.ofSeconds(8);
    private static final Duration WHOLE = Duration.ofSeconds(4);
    private static final Duration DEADLINE = Duration.ofMillis(1_500);
    private static final int MORE_THAN_THREADS = 250;

    private static final ECKey KEY_A = Tokens.ecKey("a");
    private static final ECKey KEY_B = Tokens.ecKey("b");

    private static final HttpServer FHIR_SERVER = fhirServer();
    private static ConfigurableApplicationContext application;
    private static int port;

    private final List<Socket> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        FHIR_SERVER.createContext("/", exchange -> {
            byte[] nothing = "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
            exchange.sendResponseHeaders(200, nothing.length);
            exchange.getResponseBody().write(nothing);
            exchange.close();
        });
        FHIR_SERVER.start();
        application = ToyApplication.of(ToyApplication.class)
                .run(
                        "--server.port=0",
                        "--spring.main.banner-mode=off",
                        "--server.error.whitelabel.enabled=false",
                        "--server.tomcat.connection-timeout=" + PAUSE.toMillis() + "ms",
                        "--spring.servlet.multipart.enabled=false",
                        "--spring.mvc.formcontent.filter.enabled=false",
                        "--therapy-fit.public-url=" + PUBLIC,
                        "--therapy-fit.deadline=" + DEADLINE.toMillis() + "ms",
                        "--therapy-fit.outbound.allowed-networks=127.0.0.1/32",
                        "--therapy-fit.limits.body-time=" + WHOLE.toMillis() + "ms",
                        "--therapy-fit.limits.concurrent-calls=20",
                        "--therapy-fit.trust.mode=clients",
                        "--therapy-fit.trust.clients[0].id=hospital-a",
                        "--therapy-fit.trust.clients[0].issuer=https://a.example/",
                        "--therapy-fit.trust.clients[0].key-set=" + Tokens.keySet(KEY_A),
                        "--therapy-fit.trust.clients[0].fhir-servers=" + base(),
                        "--therapy-fit.trust.clients[1].id=hospital-b",
                        "--therapy-fit.trust.clients[1].issuer=https://b.example/",
                        "--therapy-fit.trust.clients[1].key-set=" + Tokens.keySet(KEY_B));
        port = Integer.parseInt(String.valueOf(application.getEnvironment().getProperty("local.server.port")));
    }

    private static String base() {
        return "http://127.0.0.1:" + FHIR_SERVER.getAddress().getPort() + "/fhir";
    }

    private static HttpServer fhirServer() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void end() {
        FHIR_SERVER.stop(0);
        application.close();
    }

    @AfterEach
    void hang_up() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /cds-services/toy-patient-view|application/json|Content-Length: 1000",
                "POST /cds-services/toy-patient-view|application/json|Transfer-Encoding: chunked",
                "POST /cds-services/toy-patient-view|text/plain|Content-Length: 99000000",
                "POST /cds-services/toy%2Fpatient-view|application/json|Content-Length: 1000",
                "GET /decisions/1|application/json|Content-Length: 1000",
                "PUT /decisions/1|application/x-www-form-urlencoded|Content-Length: 1000",
                "POST /nowhere|multipart/form-data; boundary=x|Content-Length: 1000",
                "POST /error|application/x-www-form-urlencoded|Transfer-Encoding: chunked",
            })
    void calls_without_a_token_whose_body_does_not_come_hold_no_thread(String kind) throws IOException {
        String[] parts = kind.split("\\|", -1);
        Instant start = Instant.now();
        for (int i = 0; i < MORE_THAN_THREADS; i++) {
            send(parts[0] + " HTTP/1.1" + NEWLINE + "Host: x" + NEWLINE + "Content-Type: " + parts[1] + NEWLINE
                    + parts[2] + NEWLINE + NEWLINE);
        }

        assertThat(call(KEY_B)).startsWith("HTTP/1.1 200");
        for (Socket socket : open) {
            assertThat(start(socket)).startsWith("HTTP/1.1 4");
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(PAUSE);
    }

    @Test
    void a_client_whose_bodies_do_not_come_leaves_room_for_others() throws IOException {
        List<Socket> stalled = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            stalled.add(send(head(KEY_A, "Content-Length: 1000") + "{\"hook\":"));
        }

        List<Socket> refused = new ArrayList<>();
        while (refused.size() < 5) {
            for (Socket socket : stalled) {
                if (!refused.contains(socket) && socket.getInputStream().available() > 0) {
                    refused.add(socket);
                }
            }
        }
        assertThat(call(KEY_B)).startsWith("HTTP/1.1 200");

        for (Socket socket : refused) {
            assertThat(answer(socket)).startsWith("HTTP/1.1 429").contains("at the same time", "Retry-After: 1");
        }
        stalled.removeAll(refused);
        for (Socket socket : stalled) {
            assertThat(answer(socket))
                    .startsWith("HTTP/1.1 408")
                    .contains("\"resourceType\":\"OperationOutcome\"", "\"timeout\"", "came too slowly");
        }
        assertThat(call(KEY_A)).as("there is room again").startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000", "Transfer-Encoding: chunked"})
    void a_body_that_comes_in_drops_is_given_up(String length) throws IOException, InterruptedException {
        Socket socket = send(head(KEY_A, length));
        Instant start = Instant.now();
        String drop = length.startsWith("C") ? " " : "1" + NEWLINE + " " + NEWLINE;
        while (socket.getInputStream().available() == 0) {
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(30));
            socket.getOutputStream().write(drop.getBytes(StandardCharsets.US_ASCII));
            Thread.sleep(100);
        }

        assertThat(Duration.between(start, Instant.now())).isGreaterThanOrEqualTo(WHOLE);
        assertThat(answer(socket))
                .startsWith("HTTP/1.1 408")
                .contains("\"resourceType\":\"OperationOutcome\"", "\"timeout\"", "came too slowly");
    }

    @Test
    void a_body_that_takes_its_time_leaves_as_much_for_the_answer() throws IOException, InterruptedException {
        byte[] body = patientView()
                .with("fhirServer", base())
                .prefetching("patient", Records.patient())
                .bytes();
        Socket socket = send(head(KEY_A, "Connection: close" + NEWLINE + "Content-Length: " + body.length));
        socket.getOutputStream().write(body, 0, 10);
        Thread.sleep(DEADLINE.plusMillis(300).toMillis());
        socket.getOutputStream().write(body, 10, body.length - 10);

        assertThat(answer(socket))
                .startsWith("HTTP/1.1 200")
                .contains("\"cards\":[")
                .doesNotContain("unread");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 12582912", "Transfer-Encoding: chunked"})
    void a_client_that_sends_a_body_that_is_too_long_gets_its_answer(String length) throws IOException {
        byte[] part = (length.startsWith("C") ? "" : "100000" + NEWLINE).getBytes(StandardCharsets.US_ASCII);
        byte[] end = (length.startsWith("C") ? "" : NEWLINE).getBytes(StandardCharsets.US_ASCII);
        byte[] last = (length.startsWith("C") ? "" : "0" + NEWLINE + NEWLINE).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 10; i++) {
            for (ECKey key : List.of(KEY_A, Tokens.ecKey("a"))) {
                Socket socket = send(head(key, "Connection: close" + NEWLINE + length));
                for (int n = 0; n < 12; n++) {
                    socket.getOutputStream().write(part);
                    socket.getOutputStream().write(new byte[1 << 20]);
                    socket.getOutputStream().write(end);
                }
                socket.getOutputStream().write(last);
                assertThat(answer(socket))
                        .startsWith(key.equals(KEY_A) ? "HTTP/1.1 413" : "HTTP/1.1 401")
                        .contains("\"resourceType\":\"OperationOutcome\"");
            }
        }
    }

    @Test
    @Timeout(60)
    void a_client_that_sends_without_end_gets_its_whole_answer_before_it_is_cut_off() throws Exception {
        Socket socket = send(head(KEY_A, "Content-Length: 1000000000"));
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    socket.getOutputStream().write(new byte[1 << 20]);
                }
            } catch (IOException e) {
                // cut off
            }
        });

        assertThat(answer(socket))
                .startsWith("HTTP/1.1 413")
                .contains("\"resourceType\":\"OperationOutcome\"")
                .endsWith(NEWLINE + "0" + NEWLINE + NEWLINE);
        sending.get();
    }

    @Test
    void the_next_call_on_a_connection_is_read_from_its_beginning() throws IOException {
        byte[] body = body();
        String stranger = head(Tokens.ecKey("a"), "Content-Length: " + body.length);
        String known = head(KEY_A, "Connection: close" + NEWLINE + "Content-Length: " + body.length);
        Socket socket = send(stranger);
        socket.getOutputStream().write(body);
        socket.getOutputStream().write(known.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);

        assertThat(answer(socket)).startsWith("HTTP/1.1 401").contains("HTTP/1.1 200", "\"cards\":[{");
    }

    @Test
    void a_connection_stays_open_when_the_body_was_read() throws IOException {
        byte[] body = body();
        Socket socket = send(head(KEY_A, "Content-Length: " + body.length));
        socket.getOutputStream().write(body);
        assertThat(start(socket)).startsWith("HTTP/1.1 200");

        while (socket.getInputStream().available() > 0) {
            socket.getInputStream().readNBytes(socket.getInputStream().available());
        }
        socket.getOutputStream()
                .write(head(KEY_A, "Content-Length: " + body.length).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        assertThat(start(socket)).startsWith("HTTP/1.1 200");
    }

    private static byte[] body() {
        return patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("t-1"))
                .bytes();
    }

    private static String head(ECKey key, String length) {
        String issuer = key.equals(KEY_B) ? "https://b.example/" : "https://a.example/";
        return "POST " + VIEW + " HTTP/1.1" + NEWLINE + "Host: x" + NEWLINE + "Authorization: "
                + Tokens.of(issuer, PUBLIC + VIEW, key, Instant.now()).header() + NEWLINE
                + "Content-Type: application/json" + NEWLINE + length + NEWLINE + NEWLINE;
    }

    /** A whole call and its answer. */
    private String call(ECKey key) throws IOException {
        byte[] body = body();
        Socket socket = send(head(key, "Connection: close" + NEWLINE + "Content-Length: " + body.length));
        socket.getOutputStream().write(body);
        return answer(socket);
    }

    private Socket send(String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        open.add(socket);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** All that is answered until the service closes the connection. */
    private String answer(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                answer.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
            }
        } catch (SocketException e) {
            // closed with something unread, after the answer
        }
        open.remove(socket);
        socket.close();
        return answer.toString();
    }

    private static String start(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
}
