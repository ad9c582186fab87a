package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.hooks.Records;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/** Where nobody is authenticated, only this machine is answered, byte for byte. */
@Timeout(60)
class OpenModeIT {
    private static final String NEWLINE = "\r\n";
    private static final String VIEW = "/cds-services/toy-patient-view";

    private static ConfigurableApplicationContext application;
    private static int port;

    @BeforeAll
    static void start() {
        application = ToyApplication.of(ToyApplication.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--spring.main.banner-mode=off",
                        "--therapy-fit.warm-up=0s",
                        "--therapy-fit.drain=0s",
                        "--therapy-fit.trust.mode=open");
        port = Integer.parseInt(String.valueOf(application.getEnvironment().getProperty("local.server.port")));
    }

    @AfterAll
    static void end() {
        application.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:PORT", "127.0.0.1:PORT", "[::1]:PORT", "LOCALHOST", "localhost:1"})
    void a_call_of_this_machine_is_answered_without_a_token(String host) throws IOException {
        assertThat(send("GET /cds-services HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "127.0.0.1.evil.example:PORT",
                "127.0.0.2:PORT",
                "[::2]:PORT",
                "0.0.0.0:PORT",
                "192.168.1.1",
                "localhost.",
                ""
            })
    void a_page_whose_name_was_made_to_lead_here_is_not(String host) throws IOException {
        for (String start : List.of("GET /cds-services", "POST " + VIEW, "GET /decisions/1", "GET /", "GET /zz")) {
            assertRefused(send(start + " HTTP/1.1", "Host: " + host));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 192.0.2.1",
                "x-forwarded-proto: https",
                "X-Forwarded-Anything: zz",
                "Forwarded: for=192.0.2.1",
                "X-Real-IP: 192.0.2.1",
                "Via: 1.1 proxy"
            })
    void what_a_proxy_asks_for_others_is_not(String header) throws IOException {
        for (String start : List.of("GET /cds-services", "POST " + VIEW, "GET /decisions/1")) {
            assertRefused(send(start + " HTTP/1.1", "Host: localhost:" + port, header));
        }
    }

    @Test
    void a_request_that_names_two_hosts_or_none_is_not() throws IOException {
        assertThat(send("GET http://evil.example/cds-services HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 400");
        assertRefused(send("GET http://evil.example/cds-services HTTP/1.1", "Host: evil.example"));
        assertRefused(send("GET /cds-services HTTP/1.0"));
        assertThat(send("GET /cds-services HTTP/1.1", "Host: localhost", "Host: evil.example"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void a_connection_from_another_address_is_not_taken() throws IOException {
        List<InetAddress> others = Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        for (InetAddress other : others) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new Socket(other, port).close()))
                    .as(other.toString())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void pages_that_are_not_in_the_settings_may_not_call() throws IOException {
        String body = patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation")
                .toString();
        String length = "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length;
        for (String origin : List.of("https://evil.example", "null", "http://localhost.evil.example:3000")) {
            String answer = send(
                    "POST " + VIEW + " HTTP/1.1",
                    "Host: localhost:" + port,
                    "Content-Type: application/json",
                    length,
                    "Origin: " + origin + NEWLINE + NEWLINE + body);
            assertThat(answer)
                    .startsWith("HTTP/1.1 403")
                    .contains("OperationOutcome")
                    .doesNotContain("cards");
        }
        for (String origin : List.of("https://sandbox.cds-hooks.org", "http://localhost:3000", "http://127.0.0.1:80")) {
            assertThat(send("GET /cds-services HTTP/1.1", "Host: localhost:" + port, "Origin: " + origin))
                    .startsWith("HTTP/1.1 200")
                    .contains("Access-Control-Allow-Origin: " + origin)
                    .doesNotContain("Access-Control-Allow-Credentials");
        }
    }

    private static void assertRefused(String answer) {
        assertThat(answer).startsWith("HTTP/1.1 403").contains("OperationOutcome", "nobody is authenticated");
        assertThat(answer).doesNotContain("cards", "services\":", "zz");
    }

    private static String send(String start, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String lines = String.join(NEWLINE, headers).replace("PORT", Integer.toString(port));
            String connection =
                    lines.contains(NEWLINE + NEWLINE) ? "" : NEWLINE + "Connection: close" + NEWLINE + NEWLINE;
            socket.getOutputStream()
                    .write((start
                                    + NEWLINE
                                    + (lines.contains(NEWLINE + NEWLINE) ? "Connection: close" + NEWLINE : "")
                                    + lines
                                    + connection)
                            .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
