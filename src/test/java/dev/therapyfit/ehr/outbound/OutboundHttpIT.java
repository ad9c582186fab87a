package dev.therapyfit.ehr.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.therapyfit.hooks.deadline.Deadline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where connections go to, with name servers that lie. One loopback address plays the public network. */
@Timeout(60)
class OutboundHttpIT {
    private static final String GOOD = "127.0.0.1";
    private static final String BAD = "127.0.0.2";
    private static final AllowedNetworks ALLOWED = AllowedNetworks.of(List.of(GOOD));
    private static final int MOST = 1_000;

    private final HttpServer good = server(GOOD, 0);
    private final HttpServer bad = server(BAD, good.getAddress().getPort());
    private final AtomicInteger lookups = new AtomicInteger();

    @AfterEach
    void stop() {
        good.stop(0);
        bad.stop(0);
    }

    @Test
    void a_name_is_looked_up_once_and_what_was_checked_is_connected_to() throws IOException {
        Deque<String> answers = new ArrayDeque<>(List.of(GOOD, BAD));
        try (OutboundHttp http = http(host -> addresses(answers.removeFirst()))) {
            assertThat(text(http, "rebind.example")).isEqualTo("at " + GOOD);
            assertThat(lookups).hasValue(1);
            // The connection is still open, so that nothing is looked up again.
            assertThat(text(http, "rebind.example")).isEqualTo("at " + GOOD);
            assertThat(lookups).hasValue(1);
        }
    }

    @Test
    void a_name_that_leads_inside_the_second_time_is_refused_then() throws IOException {
        Deque<String> answers = new ArrayDeque<>(List.of(GOOD, BAD));
        HostLookup lying = host -> addresses(answers.removeFirst());
        try (OutboundHttp first = http(lying);
                OutboundHttp second = http(lying)) {
            assertThat(text(first, "rebind.example")).isEqualTo("at " + GOOD);
            assertThatThrownBy(() -> text(second, "rebind.example")).isInstanceOf(ForbiddenAddress.class);
            assertThat(lookups).hasValue(2);
        }
    }

    @Test
    void a_name_with_one_address_inside_is_refused_altogether() throws IOException {
        try (OutboundHttp http = http(host -> addresses(GOOD, BAD))) {
            assertThatThrownBy(() -> text(http, "both.example"))
                    .isInstanceOf(ForbiddenAddress.class)
                    .hasMessageNotContaining("both.example")
                    .hasMessageNotContaining(BAD);
        }
    }

    @Test
    void a_name_without_an_address_is_not_found() throws IOException {
        try (OutboundHttp http = http(host -> List.of())) {
            assertThatThrownBy(() -> text(http, "none.example")).isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void an_answer_that_is_too_long_or_no_success_is_a_failure() throws IOException {
        good.createContext("/long", exchange -> {
            exchange.sendResponseHeaders(200, MOST + 1);
            exchange.getResponseBody().write(" ".repeat(MOST + 1).getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        good.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", "/");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        try (OutboundHttp http = http(host -> addresses(GOOD))) {
            assertThatThrownBy(() -> get(http, "a.example", "/long")).hasMessageContaining("too long");
            assertThatThrownBy(() -> get(http, "a.example", "/moved")).hasMessageContaining("200");
        }
    }

    private OutboundHttp http(HostLookup lookup) {
        HostLookup counted = host -> {
            lookups.incrementAndGet();
            return lookup.addresses(host);
        };
        return new OutboundHttp(Duration.ofSeconds(5), ALLOWED, counted, TraceHeaders.NONE);
    }

    private String text(OutboundHttp http, String host) throws IOException {
        return new String(get(http, host, "/"), StandardCharsets.UTF_8).replace("\"", "");
    }

    private byte[] get(OutboundHttp http, String host, String path) throws IOException {
        URI url = URI.create("http://" + host + ":" + good.getAddress().getPort() + path);
        return http.get(url, MOST, Deadline.in(Duration.ofSeconds(10)));
    }

    private static List<InetAddress> addresses(String... texts) throws UnknownHostException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String text : texts) {
            addresses.addAll(List.of(InetAddress.getAllByName(text)));
        }
        return addresses;
    }

    private static HttpServer server(String address, int port) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(addresses(address).get(0), port), 0);
            server.createContext("/", exchange -> {
                byte[] answer = ("\"at " + address + "\"").getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
