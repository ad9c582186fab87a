package dev.therapyfit.ehr;

import static dev.therapyfit.hooks.Records.PATIENT_ID;
import static dev.therapyfit.hooks.Records.patient;
import static dev.therapyfit.hooks.Records.searchSet;
import static dev.therapyfit.hooks.Records.thirst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.therapyfit.cql.fhir.Bounds;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.chart.FhirReadException;
import dev.therapyfit.hooks.chart.FhirReadException.Kind;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.FhirServer;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.Quantity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading FHIR servers over real connections: good ones, broken ones and hostile ones. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RestFhirDataSourceIT {
    private static final Duration SHORT = Duration.ofMillis(700);
    private static final OutboundHttp HTTP =
            new OutboundHttp(Duration.ofSeconds(5), AllowedNetworks.of(List.of("127.0.0.1")));
    private static final Reader SOURCE = new Reader(Duration.ofSeconds(20));
    private static final Reader HASTY = new Reader(SHORT);

    /** A source with the same time for every answer. */
    private record Reader(RestFhirDataSource source, Duration time) {
        private Reader(Duration time) {
            this(new RestFhirDataSource(HTTP), time);
        }

        private Resource read(FhirServer server, String relative) {
            return source.read(server, relative, Deadline.in(time));
        }

        private List<Resource> search(FhirServer server, String query) {
            return source.search(server, query, Deadline.in(time));
        }

        private List<Resource> following(FhirServer server, Bundle page) {
            return source.following(server, Written.read(page), Deadline.in(time));
        }
    }

    private final FhirServerStub stub = new FhirServerStub();
    private final FhirServerStub elsewhere = new FhirServerStub();
    private final CountDownLatch done = new CountDownLatch(1);

    @AfterEach
    void stop() {
        done.countDown();
        stub.close();
        elsewhere.close();
    }

    // ---- What is asked

    @Test
    void a_resource_is_read_by_type_and_id() {
        stub.answers(patient());

        Resource read = SOURCE.read(stub.open(), "Patient/" + PATIENT_ID);

        assertThat(read.isOf("Patient")).isTrue();
        assertThat(read.id()).contains(PATIENT_ID);
        assertThat(stub.asked()).singleElement().asString().startsWith("/fhir/Patient/zz-patient");
        assertThat(stub.authorizations()).containsExactly("none");
    }

    @Test
    void the_token_is_sent_as_a_bearer_token() {
        stub.answers(searchSet());

        SOURCE.search(stub.with("zz-token"), "Observation?patient=1");

        assertThat(stub.authorizations()).containsExactly("Bearer zz-token");
    }

    @Test
    void a_link_to_the_next_page_is_followed_as_it_stands() {
        stub.answers(exchange -> FhirServerStub.send(
                exchange,
                exchange.getRequestURI().toString().contains("page=2")
                        ? searchSet(thirst("b"))
                        : page(stub.base() + "?page=2&signature=abc", thirst("a"))));

        SOURCE.search(stub.open(), "Observation?patient=1");

        assertThat(stub.asked()).containsExactly("/fhir/Observation?patient=1", "/fhir?page=2&signature=abc");
    }

    @Test
    void codes_arrive_as_they_were_encoded() {
        stub.answers(searchSet());

        SOURCE.search(stub.open(), "Observation?patient=1&code=https%3A%2F%2Ftoy.example%2Fx%7Cthirst,urn%3Ab%7C2%2B");

        assertThat(stub.asked())
                .singleElement()
                .asString()
                .startsWith("/fhir/Observation?patient=1&code=https%3A%2F%2Ftoy.example%2Fx%7Cthirst,urn%3Ab%7C2%2B");
    }

    // ---- Pages

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BASE?page=2",
                "BASE/Observation?page=2",
                "Observation?page=2",
                "/fhir/Observation?page=2",
                "?page=2"
            })
    void a_next_link_is_followed_absolute_or_relative(String link) {
        stub.answers(exchange -> FhirServerStub.send(
                exchange,
                exchange.getRequestURI().toString().contains("page=2")
                        ? searchSet(thirst("b"))
                        : page(link.replace("BASE", stub.base()), thirst("a"))));

        List<Resource> found = SOURCE.search(stub.with("zz-token"), "Observation?patient=1");

        assertThat(found).extracting(resource -> resource.id().orElse("")).containsExactly("a", "b");
        assertThat(stub.asked()).hasSize(2);
        assertThat(stub.authorizations()).containsOnly("Bearer zz-token");
    }

    @Test
    void pages_after_one_that_was_sent_are_read_to_the_last() {
        stub.answers(exchange -> FhirServerStub.send(
                exchange,
                exchange.getRequestURI().toString().contains("page=2")
                        ? page(stub.base() + "?page=3", thirst("b"))
                        : searchSet(thirst("c"))));

        assertThat(SOURCE.following(stub.open(), page(stub.base() + "?page=2", thirst("a"))))
                .extracting(resource -> resource.id().orElse(""))
                .containsExactly("b", "c");
        assertThat(SOURCE.following(stub.open(), searchSet(thirst("a")))).isEmpty();
    }

    @Test
    void pages_that_lead_in_a_circle_end_the_search() {
        stub.answers(page(stub.base() + "?page=2", thirst("a")));

        assertFails(Kind.FAILED, () -> SOURCE.search(stub.open(), "Observation?patient=1"));
        assertThat(stub.asked()).hasSize(2);
    }

    @Test
    void pages_that_never_end_are_given_up() {
        AtomicInteger next = new AtomicInteger();
        stub.answers(exchange ->
                FhirServerStub.send(exchange, page(stub.base() + "?page=" + next.incrementAndGet(), thirst("a"))));

        assertFails(Kind.FAILED, () -> SOURCE.search(stub.open(), "Observation?patient=1"));
        assertThat(stub.asked()).hasSizeLessThan(300);
    }

    @Test
    void pages_that_take_too_long_together_are_given_up() {
        AtomicInteger next = new AtomicInteger();
        stub.answers(exchange -> {
            pause(200);
            FhirServerStub.send(exchange, page(stub.base() + "?page=" + next.incrementAndGet(), thirst("a")));
        });

        assertFails(Kind.UNREACHABLE, () -> HASTY.search(stub.open(), "Observation?patient=1"));
        assertThat(stub.asked()).hasSizeLessThan(20);
    }

    @Test
    void a_page_that_fails_fails_the_search() {
        stub.answers(exchange -> {
            if (exchange.getRequestURI().toString().contains("page=2")) {
                FhirServerStub.send(exchange, 500, "application/fhir+json", "{}");
            } else {
                FhirServerStub.send(exchange, page(stub.base() + "?page=2", thirst("a")));
            }
        });

        assertFails(Kind.FAILED, () -> SOURCE.search(stub.open(), "Observation?patient=1"));
        FhirReadException failure = catchThrowableOfType(
                FhirReadException.class, () -> SOURCE.search(stub.open(), "Observation?patient=1"));
        assertThat(failure.found())
                .as("what was read before")
                .extracting(resource -> resource.id().orElse(""))
                .containsExactly("a");
    }

    @Test
    void an_answer_that_tells_of_an_error_is_not_complete() {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue().setSeverity(IssueSeverity.ERROR).setDiagnostics("zz-secret");
        stub.answers(searchSet(thirst("a"), outcome));

        FhirReadException failure = catchThrowableOfType(
                FhirReadException.class, () -> SOURCE.search(stub.open(), "Observation?patient=1"));

        assertThat(failure.kind()).isEqualTo(Kind.INCOMPLETE);
        assertThat(failure).hasMessageNotContaining("zz-secret");
        assertThat(failure.found()).hasSize(1);
    }

    @Test
    void an_answer_that_counts_more_than_it_holds_is_not_complete() {
        stub.answers(searchSet(thirst("a")).setTotal(2));

        FhirReadException failure = catchThrowableOfType(
                FhirReadException.class, () -> SOURCE.search(stub.open(), "Observation?patient=1"));

        assertThat(failure.kind()).isEqualTo(Kind.INCOMPLETE);
        assertThat(failure.found()).hasSize(1);
    }

    @Test
    void the_total_counts_the_matches_of_all_pages() {
        stub.answers(exchange -> FhirServerStub.send(
                exchange,
                exchange.getRequestURI().toString().contains("page=2")
                        ? searchSet(thirst("b")).setTotal(2)
                        : page(stub.base() + "?page=2", thirst("a")).setTotal(2)));

        assertThat(SOURCE.search(stub.open(), "Observation?patient=1")).hasSize(2);
    }

    @Test
    void an_answer_with_more_than_can_be_looked_through_is_not_complete() {
        Observation[] many = IntStream.range(0, Bounds.MOST_OF_A_TYPE + 1)
                .mapToObj(i -> thirst("t-" + i))
                .toArray(Observation[]::new);
        stub.answers(searchSet(many));

        assertFails(Kind.INCOMPLETE, () -> SOURCE.search(stub.open(), "Observation?patient=1"));
    }

    @Test
    void an_answer_that_repeats_an_element_without_end_is_not_complete() {
        Observation observation = thirst("a");
        for (int i = 0; i < 501; i++) {
            observation.getCode().addCoding().setCode("c-" + i);
        }
        stub.answers(searchSet(observation));

        assertFails(Kind.INCOMPLETE, () -> SOURCE.search(stub.open(), "Observation?patient=1"));
    }

    @Test
    @Timeout(20)
    void an_answer_with_a_number_that_would_fill_the_memory_is_not_taken() {
        Observation contained = thirst("b");
        contained.setValue(new Quantity().setValue(new BigDecimal("1.5")));
        Observation observation = thirst("a");
        observation.addContained(contained);
        String body = ToyContent.FHIR
                .newJsonParser()
                .encodeResourceToString(searchSet(observation))
                .replaceFirst("\"value\":1.5", "\"value\":\"1e20000000\"");
        stub.answers(200, "application/fhir+json", body);

        assertFails(Kind.INCOMPLETE, () -> SOURCE.search(stub.open(), "Observation?patient=1"));
    }

    @ParameterizedTest
    @EnumSource(
            value = IssueSeverity.class,
            names = {"WARNING", "INFORMATION"})
    void an_answer_that_tells_of_less_than_an_error_is_complete(IssueSeverity severity) {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue().setSeverity(severity);
        stub.answers(searchSet(thirst("a"), outcome));

        assertThat(SOURCE.search(stub.open(), "Observation?patient=1")).hasSize(1);
    }

    // ---- The token stays here

    @Test
    void a_next_link_to_another_server_is_refused_and_gets_no_token() {
        elsewhere.answers(searchSet(thirst("b")));
        stub.answers(page(elsewhere.base() + "/Observation?page=2", thirst("a")));

        assertFails(Kind.FAILED, () -> SOURCE.search(stub.with("zz-token"), "Observation?patient=1"));
        assertThat(elsewhere.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//127.0.0.1:1/fhir?page=2",
                "http://127.0.0.1:1/fhir?page=2",
                "https://127.0.0.1:PORT/fhir?page=2",
                "http://zz:zz@127.0.0.1:PORT/fhir?page=2",
                "http://localhost:PORT/fhir?page=2",
                "http://127.0.0.1:PORT/other?page=2",
                "http://127.0.0.1:PORT/fhir/../other?page=2",
                "http://127.0.0.1:PORT/fhir/%2e%2e/other?page=2",
                "http://127.0.0.1:PORT/fhirother?page=2",
                "../other?page=2",
                "mailto:zz@ehr.example",
                "http:fhir",
                "file:///etc/passwd",
                "http://127.0.0.1:PORT/fhir?page=2 zz"
            })
    void a_next_link_that_leaves_the_base_url_is_refused(String link) {
        String port = String.valueOf(stub.open().base().getPort());
        stub.answers(page(link.replace("PORT", port), thirst("a")));

        assertFails(Kind.FAILED, () -> SOURCE.search(stub.with("zz-token"), "Observation?patient=1"));
        assertThat(stub.asked()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void a_redirect_is_not_followed(int status) {
        elsewhere.answers(patient());
        stub.answers(exchange -> {
            exchange.getResponseHeaders().set("Location", elsewhere.base() + "/Patient/zz-patient");
            FhirServerStub.send(exchange, status, "text/plain", "");
        });

        assertFails(Kind.FAILED, () -> SOURCE.read(stub.with("zz-token"), "Patient/zz-patient"));
        assertThat(elsewhere.asked()).isEmpty();
    }

    @Test
    void a_cookie_of_one_call_is_not_sent_in_the_next() {
        stub.answers(exchange -> {
            assertThat(exchange.getRequestHeaders().containsKey("Cookie")).isFalse();
            exchange.getResponseHeaders().set("Set-Cookie", "session=zz-cookie; Path=/");
            FhirServerStub.send(exchange, patient());
        });

        SOURCE.read(stub.open(), "Patient/zz-patient");
        SOURCE.read(stub.open(), "Patient/zz-patient");
    }

    // ---- Answers that are no data

    @ParameterizedTest
    @CsvSource({
        "401, REFUSED",
        "403, REFUSED",
        "404, NOT_FOUND",
        "410, NOT_FOUND",
        "400, NOT_UNDERSTOOD",
        "422, NOT_UNDERSTOOD",
        "429, FAILED",
        "500, FAILED",
        "503, FAILED"
    })
    void a_status_has_a_kind_and_its_body_is_not_repeated(int status, Kind kind) {
        stub.answers(
                status,
                "application/fhir+json",
                "{\"resourceType\":\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"exception\","
                        + "\"diagnostics\":\"zz-secret\"}]}");

        assertFails(kind, () -> SOURCE.read(stub.open(), "Patient/zz-patient"));
        assertFails(kind, () -> SOURCE.search(stub.open(), "Observation?patient=zz-patient"));
    }

    @ParameterizedTest
    @CsvSource({
        "text/html, <html>zz-secret</html>",
        "application/fhir+json, <html>zz-secret</html>",
        "application/fhir+json, {\"resourceType\":\"zz-secret\"}",
        "application/fhir+json, {\"resourceType\":\"Patient\"; \"birthDate\":\"zz-secret\"}",
        "application/fhir+json, zz-secret",
        "application/fhir+json, ''",
        "application/fhir+json, []",
        "application/fhir+json, {\"resourceType\":\"Patient\"; \"extension\":[{\"url\":\"u\"; \"valueDecimal\":1e1000000}]}",
        "application/fhir+json, {\"resourceType\":\"Bundle\"; \"entry\":[{\"resource\":null}]}",
        "application/fhir+json, {\"resourceType\":\"Patient\"; \"extension\":[{\"url\":\"u\"; \"valueDecimal\":\"1e1000000\"}]}",
        "application/fhir+xml, <Patient><zz-secret",
        "application/fhir+xml, <Patient xmlns='http://hl7.org/fhir'><id value='zz-patient'/></Patient>",
        "'', zz-secret",
        "zz/zz/zz, zz-secret",
    })
    void an_answer_that_is_no_fhir_is_a_failure(String type, String body) {
        stub.answers(200, type, body.replace(';', ','));

        assertFails(null, () -> SOURCE.read(stub.open(), "Patient/zz-patient"));
        assertFails(null, () -> SOURCE.search(stub.open(), "Observation?patient=zz-patient"));
    }

    @Test
    void a_resource_of_another_type_is_a_failure() {
        stub.answers(thirst("a"));
        assertFails(Kind.FAILED, () -> SOURCE.read(stub.open(), "Patient/zz-patient"));
        assertFails(Kind.FAILED, () -> SOURCE.search(stub.open(), "Observation?patient=1"));

        stub.answers(new OperationOutcome());
        assertFails(Kind.FAILED, () -> SOURCE.read(stub.open(), "Patient/zz-patient"));
        assertFails(Kind.FAILED, () -> SOURCE.search(stub.open(), "Observation?patient=1"));
    }

    // ---- Servers that do not answer

    @Test
    void a_server_that_is_not_there_is_unreachable() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        FhirServer nobody = new FhirServer(URI.create("http://127.0.0.1:" + port + "/fhir"), Optional.empty());

        assertFails(Kind.UNREACHABLE, () -> SOURCE.read(nobody, "Patient/zz-patient"));
    }

    @Test
    void a_host_that_has_no_address_is_unreachable() {
        FhirServer nobody = new FhirServer(URI.create("http://nobody.invalid/fhir"), Optional.empty());

        assertFails(Kind.UNREACHABLE, () -> SOURCE.read(nobody, "Patient/zz-patient"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://[::1]:PORT/fhir", "http://127.0.0.2:PORT/fhir", "http://169.254.169.254/fhir"})
    void a_server_at_an_address_that_is_not_listed_is_not_asked(String base) {
        stub.answers(patient());
        String port = stub.base().replaceAll("\\D+(127\\.0\\.0\\.1):(\\d+).*", "$2");
        FhirServer inside = new FhirServer(URI.create(base.replace("PORT", port)), Optional.of("zz-token"));

        assertFails(Kind.NOT_ALLOWED, () -> SOURCE.read(inside, "Patient/zz-patient"));
        assertFails(Kind.NOT_ALLOWED, () -> SOURCE.search(inside, "Observation?patient=zz-patient"));
        assertThat(stub.asked()).isEmpty();
    }

    @Test
    void a_server_that_does_not_answer_is_unreachable() {
        stub.answers(exchange -> await());

        assertFails(Kind.UNREACHABLE, () -> HASTY.read(stub.open(), "Patient/zz-patient"));
    }

    @Test
    void a_server_that_stops_in_the_middle_is_unreachable() {
        stub.answers(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"resourceType\":".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            await();
        });

        assertFails(Kind.UNREACHABLE, () -> HASTY.read(stub.open(), "Patient/zz-patient"));
    }

    @Test
    void a_server_that_sends_a_little_now_and_then_is_given_up() {
        stub.answers(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            while (done.getCount() > 0) {
                body.write(' ');
                body.flush();
                pause(50);
            }
        });

        long start = System.nanoTime();
        assertFails(Kind.UNREACHABLE, () -> HASTY.read(stub.open(), "Patient/zz-patient"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    /** HAPI's parser would drop the first, mend the second and fail the whole answer for the third. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"medicationReference\": {\"reference\": \"Medication/1\"}",
                "\"status\": [\"final\"]",
                "\"effectiveDateTime\": \"2019-02-30\""
            })
    void a_resource_that_is_not_r4_makes_the_answer_incomplete_and_leaves_the_others(String element) {
        String good = "{\"resourceType\":\"Observation\",\"id\":\"good\",\"code\":{\"text\":\"x\"}}";
        String bad = "{\"resourceType\":\"Observation\",\"id\":\"bad\"," + element + "}";
        stub.answers(
                200,
                "application/fhir+json",
                "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":" + good
                        + "},{\"resource\":" + bad + "}]}");

        FhirReadException failure = catchThrowableOfType(
                FhirReadException.class, () -> SOURCE.search(stub.open(), "Observation?patient=zz-patient"));

        assertThat(failure.kind()).isEqualTo(Kind.INCOMPLETE);
        assertThat(failure.getMessage())
                .contains("Observation: the element " + element.substring(1, element.indexOf("\":")));
        assertThat(failure.found()).extracting(one -> one.id().orElse("")).containsExactly("good");
    }

    @Test
    void an_answer_without_end_does_not_fill_the_memory() {
        stub.answers(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            try (GZIPOutputStream body = new GZIPOutputStream(exchange.getResponseBody())) {
                for (int i = 0; i < 1 << 12; i++) {
                    body.write(blanks);
                }
            }
        });

        assertFails(Kind.FAILED, () -> SOURCE.read(stub.open(), "Patient/zz-patient"));
    }

    @Test
    void a_connection_that_the_server_has_closed_meanwhile_is_not_taken_for_a_failure() throws Exception {
        byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 44\r\n\r\n"
                        + "{\"resourceType\":\"Bundle\",\"type\":\"searchset\"}")
                .getBytes(StandardCharsets.US_ASCII);
        try (ServerSocket server = new ServerSocket(0)) {
            Thread thread = new Thread(() -> {
                while (!server.isClosed()) {
                    try (Socket connection = server.accept()) {
                        connection.getInputStream().read(new byte[4096]);
                        connection.getOutputStream().write(answer);
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            thread.start();
            FhirServer hasty =
                    new FhirServer(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/fhir"), Optional.empty());

            for (int i = 0; i < 20; i++) {
                assertThat(SOURCE.search(hasty, "Observation?patient=1")).isEmpty();
            }
        }
    }

    @Test
    void a_failure_gives_its_connection_back() {
        stub.answers(500, "text/plain", "zz-secret");
        for (int i = 0; i < 40; i++) {
            assertFails(Kind.FAILED, () -> SOURCE.read(stub.open(), "Patient/zz-patient"));
        }
        stub.answers(200, "text/html", "<html>zz-secret</html>");
        for (int i = 0; i < 40; i++) {
            assertFails(Kind.FAILED, () -> SOURCE.read(stub.open(), "Patient/zz-patient"));
        }
        stub.answers(patient());

        assertThat(SOURCE.read(stub.open(), "Patient/zz-patient").isOf("Patient"))
                .isTrue();
    }

    // ---- Helpers

    private static Bundle page(String next, org.hl7.fhir.r4.model.Resource... resources) {
        Bundle bundle = searchSet(resources);
        bundle.addLink().setRelation(Bundle.LINK_NEXT).setUrl(next);
        return bundle;
    }

    private void await() {
        try {
            done.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How slow a stub is; no test waits for it. */
    private void pause(long millis) {
        try {
            done.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertFails(@org.jspecify.annotations.Nullable Kind kind, ThrowingCallable call) {
        FhirReadException failure = catchThrowableOfType(FhirReadException.class, call);
        assertThat(failure).isNotNull();
        if (kind != null) {
            assertThat(failure.kind()).isEqualTo(kind);
        }
        assertThat(failure.toString()).doesNotContain("zz-");
        assertThat(failure.getCause()).isNull();
    }
}
