package dev.therapyfit.ehr;

import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.record.Incomplete;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.chart.OrderedProducts;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a FHIR server can answer to one search, and what the record says of it then: never that there is nothing. */
@Timeout(60)
class UnreadTypesIT {
    private static final CdsService SERVICE =
            ToyContent.catalog().find("toy-patient-view").orElseThrow();

    private static final RestFhirDataSource SOURCE =
            new RestFhirDataSource(new OutboundHttp(Duration.ofSeconds(5), AllowedNetworks.of(List.of("127.0.0.1"))));

    private final FhirServerStub stub = new FhirServerStub();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch done = new CountDownLatch(1);

    @AfterEach
    void stop() {
        done.countDown();
        threads.shutdownNow();
        stub.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "401 ~ {} ~ refused with status 401",
                "403 ~ {} ~ refused with status 403",
                "404 ~ {} ~ not found",
                "429 ~ {} ~ status 429",
                "500 ~ {} ~ status 500",
                "503 ~ {} ~ status 503",
                "200 ~ zz-secret ~ no readable FHIR R4 answer",
                "200 ~ {\"resourceType\":\"Patient\",\"id\":\"zz-secret\"} ~ no readable FHIR R4 answer",
                "200 ~ {\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[{\"resource\":{\"resourceType\":"
                        + "\"OperationOutcome\",\"issue\":[{\"severity\":\"error\",\"code\":\"security\"}]}}]}"
                        + " ~ its answer is not complete: it tells of an error (security)",
            })
    void an_answer_that_is_not_the_data_leaves_the_type_unread(int status, String body, String reason) {
        stub.answers(exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("/Observation")) {
                FhirServerStub.send(exchange, status, "application/fhir+json", body);
            } else {
                FhirServerStub.send(exchange, Records.searchSet());
            }
        });

        PatientRecord record = complete(Duration.ofSeconds(20));

        assertThat(record.incomplete())
                .containsExactly(
                        new Incomplete("Observation", "not readable from the fhirServer " + origin() + ": " + reason));
        assertThat(record.retrieve("Observation")).isEmpty();
    }

    /** Some servers, such as that of the sandbox, need no token. */
    @Test
    void a_server_that_comes_without_a_token_is_asked_without_one_and_unread_if_it_wants_one() {
        stub.answers(Records.searchSet());
        assertThat(complete(Duration.ofSeconds(20)).incomplete()).isEmpty();
        assertThat(stub.authorizations()).isNotEmpty().containsOnly("none");

        stub.answers(401, "application/fhir+json", "{}");
        assertThat(complete(Duration.ofSeconds(20)).incomplete())
                .contains(new Incomplete(
                        "Observation", "not readable from the fhirServer " + origin() + ": refused with status 401"));
        assertThat(stub.authorizations()).containsOnly("none");
    }

    @Test
    void a_server_of_another_fhir_version_leaves_everything_unread() {
        stub.answers(exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("/metadata")) {
                FhirServerStub.send(
                        exchange,
                        200,
                        "application/fhir+json",
                        "{\"resourceType\":\"CapabilityStatement\",\"fhirVersion\":\"3.0.2\"}");
            } else {
                FhirServerStub.send(exchange, Records.searchSet());
            }
        });

        assertThat(complete(Duration.ofSeconds(20)).incomplete())
                .contains(new Incomplete(
                        "Observation",
                        "not readable from the fhirServer " + origin()
                                + ": it says that it has FHIR 3.0.2: expected 4.0"));
    }

    @Test
    void silence_leaves_the_type_unread_and_the_rest_is_read() {
        stub.answers(exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("/Observation")) {
                await();
            }
            FhirServerStub.send(exchange, Records.searchSet());
        });

        assertThat(complete(Duration.ofMillis(1_500)).incomplete())
                .extracting(Incomplete::type)
                .containsExactly("Observation");
    }

    @Test
    void a_page_that_is_late_leaves_the_type_unread_and_what_came_before_it_is_kept() {
        stub.answers(exchange -> {
            if (String.valueOf(exchange.getRequestURI().getQuery()).contains("page=2")) {
                await();
            }
            var found = Records.searchSet();
            if (exchange.getRequestURI().getPath().endsWith("/Observation")) {
                found = Records.searchSet(Records.thirst("first"));
                found.addLink().setRelation("next").setUrl(stub.base() + "/Observation?page=2");
            }
            FhirServerStub.send(exchange, found);
        });

        PatientRecord record = complete(Duration.ofMillis(1_500));

        assertThat(record.incomplete()).extracting(Incomplete::type).containsExactly("Observation");
        assertThat(record.find("Observation/first")).isPresent();
    }

    private void await() {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private PatientRecord complete(Duration time) {
        var request = new HookRequestDecoder()
                .decode(
                        patientView()
                                .with("fhirServer", stub.base())
                                .prefetching("patient", Records.patient())
                                .bytes(),
                        Hook.PATIENT_VIEW,
                        SERVICE.prefetchKeys());
        PrefetchCompleter completer = new PrefetchCompleter(SOURCE, ReadBulkheads.on(threads));
        return completer.complete(
                request,
                new OrderedProducts(List.of(), List.of(), List.of()),
                SERVICE.prefetch(),
                SERVICE.referencedTypes(),
                LocalDate.EPOCH,
                Deadline.in(time));
    }

    private String origin() {
        return stub.base().replaceFirst("(http://[^/]+).*", "$1");
    }
}
