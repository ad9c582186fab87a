package dev.therapyfit.executable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the web server refuses by itself, as a client gets it. */
@Timeout(180)
class MalformedCallsIT {
    private static Executable service;
    private static int port;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException, InterruptedException {
        service = Executable.start(
                Map.of("THERAPYFIT_WARMUP", "0ms", "THERAPYFIT_STORAGE_DIRECTORY", folder.toString()),
                "serve",
                "--port",
                "0");
        port = Integer.parseInt(
                service.awaitLine("ready: http://localhost:(\\d+)/cds-services", Duration.ofMinutes(2)));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: secret\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "X\u0001: secret\r\n",
                "no header secret\r\n",
                "Host: twice.example\r\n"
            })
    void what_is_no_http_is_refused_with_an_operation_outcome_that_repeats_nothing(String header) throws IOException {
        refused("POST /cds-services/therapy-fit-order-sign HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/cds-services/a%2Fsecret", "/cds-services/%zzsecret", "/secret\\", "/%00secret"})
    void a_path_that_is_none_is_refused_too(String path) throws IOException {
        refused("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
    }

    private static void refused(String request) throws IOException {
        String answer;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("application/json", "\"resourceType\":\"OperationOutcome\"")
                .doesNotContain("secret", "<html", "tomcat");
    }
}
