package dev.therapyfit.web;

import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.startsWith;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.therapyfit.clients.Client;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.card.Card;
import dev.therapyfit.hooks.card.Card.Action;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.FhirReadException;
import dev.therapyfit.hooks.chart.FhirReadException.Kind;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.Decision.NotRead;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import dev.therapyfit.journal.Answer;
import dev.therapyfit.journal.AnswerStore;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditedCall;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The whole line over the toy content, with a FHIR server that is only a port. */
class HookCallsTest {
    private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");

    private final FhirDataSource server = mock(FhirDataSource.class);
    private final AtomicInteger ids = new AtomicInteger();
    private final CallMetrics metrics = new CallMetrics(new SimpleMeterRegistry(), ObservationRegistry.NOOP);
    private final Map<String, Answer> kept = new HashMap<>();
    private final HookCalls calls =
            calls((answer, call, deadline) -> kept.put(answer.decision().id(), answer));

    private HookCalls calls(AnswerStore journal) {
        return new HookCalls(
                new CurrentContent(new HookPipeline(
                        ToyContent.loaded(),
                        new HookRequestDecoder(),
                        new PrefetchCompleter(server, ReadBulkheads.on(Runnable::run)),
                        metrics,
                        this::id)),
                journal,
                new RecentInputs(Duration.ZERO, 0),
                false,
                metrics);
    }

    private final AuditedCall audited = AuditedCall.of(AT, AuditEntry.Kind.HOOK, "zz-service");

    private String id() {
        return "id-" + ids.incrementAndGet();
    }

    @Test
    void a_hot_drink_for_a_thirsty_patient_gets_a_card() {
        CdsResponse response = call(
                "toy-order-select",
                orderSelect()
                        .prefetching("patient", Records.patient())
                        .prefetchingFound("medicationRequest")
                        .prefetchingFound("observation", Records.thirst("t-1")));

        verifyNoInteractions(server);
        Card card = response.cards().get(0);
        assertThat(card.summary()).isEqualTo("A hot drink fits the thirst on record");
        assertThat(card.indicator()).isEqualTo("info");
        assertThat(card.suggestions().get(0).actions())
                .containsExactly(new Action("delete", "Removes the order", null, "MedicationRequest/tea-1"));
        assertThat(kept.values()).singleElement().satisfies(answer -> {
            assertThat(answer.clientId()).isEqualTo("open");
            assertThat(answer.serviceId()).isEqualTo("toy-order-select");
            assertThat(answer.response()).isEqualTo(response);
            Decision decision = answer.decision();
            assertThat(decision.inputsDigest()).hasSize(64);
            assertThat(decision.evaluatedAt()).isEqualTo(AT);
            assertThat(decision.reason()).isEqualTo("KR");
            assertThat(decision.order()).hasValue("MedicationRequest/tea-1");
            assertThat(card.links().get(0).url()).isEqualTo("https://cds.example/decisions/" + decision.id());
        });
    }

    @Test
    void what_was_not_sent_is_read_and_decides_too() {
        when(server.read(any(), eq("Patient/zz-patient"), any())).thenReturn(Written.read(Records.patient()));
        when(server.search(any(), startsWith("Observation?"), any())).thenReturn(Written.all(Records.thirst("t-1")));
        when(server.search(any(), startsWith("MedicationRequest?"), any())).thenReturn(List.of());

        CdsResponse response = call("toy-patient-view", patientView().with("fhirServer", "https://ehr.example/fhir"));

        assertThat(response.cards().get(0).summary()).isEqualTo("A hot drink fits the thirst on record");
        assertThat(response.cards().get(0).suggestions()).isEmpty();
    }

    @Test
    void what_could_not_be_read_is_told_to_the_content_and_kept_with_the_decision() {
        when(server.search(any(), startsWith("Observation?"), any()))
                .thenThrow(new FhirReadException(Kind.REFUSED, "refused with status 403"));
        HookRequests request = patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .with("fhirServer", "https://ehr.example/fhir");

        CdsResponse response = call("toy-patient-view", request);

        assertThat(response.cards().get(0).summary()).isEqualTo("Not read: Observation");
        assertThat(kept.values()).singleElement().satisfies(decision -> assertThat(
                        decision.decision().unread())
                .containsExactly(new NotRead(
                        "Observation",
                        "not readable from the fhirServer https://ehr.example: refused with status 403")));
    }

    /** For whoever looks after the service. */
    @Test
    void the_log_says_what_was_asked_and_what_bounds_it_without_the_patient() {
        Logger logger = (Logger) LoggerFactory.getLogger(HookPipeline.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        when(server.read(any(), any(), any()))
                .thenThrow(new FhirReadException(Kind.REFUSED, "refused with status 403"));
        when(server.search(any(), startsWith("Observation?"), any()))
                .thenThrow(new FhirReadException(Kind.REFUSED, "refused with status 403"));
        HookRequests request = patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .with("fhirServer", "https://ehr.example/fhir");

        call("toy-patient-view", request);
        assertThat(log.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .contains("Incomplete: Observation: ")
                .contains("asked for: Observation?")
                .contains("fhirServer: https://ehr.example;")
                .contains("therapy-fit.deadline")
                .contains("client open, hookInstance 8b1b3a5e-2b52-4f0c-9c55-1f8b4a1f0e57")
                .doesNotContain("zz-patient");

        assertThatThrownBy(() -> call("toy-patient-view", request.without("prefetch.patient")))
                .isInstanceOf(DataUnavailable.class);
        logger.detachAppender(log);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.startsWith("Incomplete: prefetch.patient: ")
                        && line.contains("asked for: Patient by its id"));
    }

    @Test
    void a_patient_without_any_data_is_evaluated_when_the_client_says_that_there_are_none() {
        CdsResponse response = call(
                "toy-patient-view",
                patientView()
                        .prefetching("patient", Records.patient())
                        .withJson("prefetch.medicationRequest", "null")
                        .withJson("prefetch.observation", "null"));

        assertThat(response.cards().get(0).summary()).isEqualTo("No thirst is on record");
        assertThat(response.cards().get(0).indicator()).isEqualTo("warning");
    }

    @Test
    void an_order_that_is_none_of_ours_gets_no_card_and_nothing_is_read() {
        HookRequests request = orderSelect()
                .with("context.draftOrders", Records.searchSet(Records.order("tea-1", "lemonade")))
                .with("fhirServer", "https://ehr.example/fhir");

        assertThat(call("toy-order-select", request)).isEqualTo(CdsResponse.NOTHING);
        assertThat(call("toy-order-select", orderSelect().withJson("context.selections", "[]")))
                .isEqualTo(CdsResponse.NOTHING);
        verifyNoInteractions(server);
        assertThat(kept).isEmpty();
    }

    @Test
    void data_that_cannot_be_had_are_a_failure_and_never_an_empty_answer() {
        assertThatThrownBy(() -> call("toy-order-select", orderSelect())).isInstanceOf(DataUnavailable.class);
        assertThat(kept).isEmpty();
        assertThat(audited.entry(412).patient()).contains("Patient/zz-patient");
        assertThat(audited.entry(412).userId()).contains("Practitioner/zz-user");
        assertThat(audited.entry(412).decisionId()).isEmpty();
    }

    @Test
    void a_call_that_takes_longer_than_it_may_is_given_up() {
        HookRequests request = patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("t-1"));

        assertThatThrownBy(() -> handle(calls, "toy-patient-view", request.bytes(), Duration.ZERO))
                .isInstanceOf(Unavailable.class)
                .hasMessage("the call took longer than it may");
        assertThat(kept).isEmpty();
    }

    @Test
    void an_answer_that_cannot_be_kept_is_not_given() {
        HookCalls forgetful = calls((answer, call, deadline) -> {
            throw new Unavailable("the database is away", Duration.ofSeconds(1));
        });

        assertThatThrownBy(() -> handle(forgetful, "toy-patient-view", thirsty().bytes()))
                .isInstanceOf(Unavailable.class);
    }

    private static HookRequests thirsty() {
        return patientView()
                .prefetching("patient", Records.patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", Records.thirst("t-1"));
    }

    @Test
    void an_unknown_service_is_told_before_the_body_is_read() {
        assertThatThrownBy(() -> handle("zz-service", new byte[] {'{'}))
                .isInstanceOf(NotFound.class)
                .hasMessageNotContaining("zz-service");
    }

    @Test
    void a_bad_body_is_told() {
        assertThatThrownBy(() -> handle("toy-patient-view", new byte[] {'{'})).isInstanceOf(BadHookRequest.class);
    }

    private CdsResponse call(String service, HookRequests request) {
        return handle(service, request.bytes());
    }

    private CdsResponse handle(String service, byte[] body) {
        return handle(calls, service, body);
    }

    private CdsResponse handle(HookCalls some, String service, byte[] body) {
        return handle(some, service, body, Duration.ofSeconds(10));
    }

    private CdsResponse handle(HookCalls some, String service, byte[] body, Duration time) {
        return some.handle(
                service,
                body,
                Client.open("KR", List.of()),
                AT,
                Deadline.in(time),
                id -> URI.create("https://cds.example/decisions/" + id),
                audited);
    }
}
