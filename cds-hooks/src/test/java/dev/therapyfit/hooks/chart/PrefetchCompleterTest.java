package dev.therapyfit.hooks.chart;

import static dev.therapyfit.cql.fhir.Written.all;
import static dev.therapyfit.cql.fhir.Written.read;
import static dev.therapyfit.cql.fhir.Written.written;
import static dev.therapyfit.hooks.HookRequests.orderSelect;
import static dev.therapyfit.hooks.HookRequests.orderSign;
import static dev.therapyfit.hooks.HookRequests.patientView;
import static dev.therapyfit.hooks.Records.PATIENT_ID;
import static dev.therapyfit.hooks.Records.patient;
import static dev.therapyfit.hooks.Records.searchSet;
import static dev.therapyfit.hooks.Records.thirst;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.ArgumentMatchers.startsWith;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import dev.therapyfit.cql.record.Excluded;
import dev.therapyfit.cql.record.Fact;
import dev.therapyfit.cql.record.Incomplete;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.HookRequests;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.chart.FhirReadException.Kind;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.MedicationRequest.MedicationRequestStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stage 2: what is taken from the call, what is read, and what ends the call. */
@Timeout(30)
class PrefetchCompleterTest {
    private static final List<PrefetchTemplate> TEMPLATES =
            PrefetchTemplate.of(ToyContent.EVALUATOR.dataRequirements(), List.of());
    private static final PrefetchTemplate REFERENCED =
            new PrefetchTemplate("medication", "Medication", "", "", List.of(), "", 0, "context.zz", false);
    private static final Set<String> MEDICATION = Set.of("Medication");
    private static final LocalDate TODAY = LocalDate.parse("2026-06-15");

    private final FhirDataSource server = mock(FhirDataSource.class);
    private final ExecutorService executor = Executors.newFixedThreadPool(4);
    private final PrefetchCompleter completer = new PrefetchCompleter(server, ReadBulkheads.on(executor));

    @BeforeEach
    void the_server_knows_the_patient_and_one_datum() {
        when(server.read(any(), eq("Patient/" + PATIENT_ID), any())).thenReturn(read(patient()));
        when(server.search(any(), startsWith("Observation?"), any())).thenReturn(all(thirst("fetched")));
        when(server.search(any(), startsWith("MedicationRequest?"), any())).thenReturn(List.of());
    }

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    // ---- What was sent

    @Test
    void data_that_were_sent_are_used_and_nothing_is_read() {
        PatientRecord record = complete(allSent());

        verifyNoInteractions(server);
        assertThat(origin(record, "Patient/zz-patient")).isEqualTo(Origin.PREFETCH);
        assertThat(origin(record, "Observation/sent")).isEqualTo(Origin.PREFETCH);
    }

    @Test
    void draft_orders_are_part_of_the_record_and_win_over_the_same_order_elsewhere() {
        PatientRecord record = complete(orderSelect()
                .prefetching("patient", patient())
                .prefetchingFound("observation")
                .prefetchingFound("medicationRequest", Records.order("tea-1", "cocoa")));

        assertThat(origin(record, "MedicationRequest/tea-1")).isEqualTo(Origin.CONTEXT);
        assertThat(written(record.retrieve("MedicationRequest").get(0), MedicationRequest.class)
                        .getMedicationCodeableConcept()
                        .getCodingFirstRep()
                        .getCode())
                .isEqualTo("tea");
    }

    @Test
    void the_order_of_entries_does_not_matter() {
        PatientRecord one = complete(sent(thirst("a"), thirst("b"), thirst("c")));
        PatientRecord other = complete(sent(thirst("c"), thirst("a"), thirst("b")));

        assertThat(other.facts())
                .extracting(Fact::reference)
                .isEqualTo(one.facts().stream().map(Fact::reference).toList());
        assertThat(other.retrieve("Observation"))
                .extracting(resource -> resource.id().orElseThrow())
                .containsExactly("a", "b", "c");
    }

    @Test
    void null_under_a_search_key_is_no_data_and_not_read_again() {
        PatientRecord record = complete(allSent().withJson("prefetch.observation", "null"));

        verifyNoInteractions(server);
        assertThat(record.retrieve("Observation")).isEmpty();
    }

    @Test
    void null_under_the_patient_key_is_read_because_there_is_no_decision_without_a_patient() {
        PatientRecord record = complete(withServer(allSent()).withJson("prefetch.patient", "null"));

        assertThat(origin(record, "Patient/zz-patient")).isEqualTo(Origin.FETCHED);
        assertUnavailable(allSent().withJson("prefetch.patient", "null"), "prefetch.patient");
    }

    @Test
    void a_fact_about_another_patient_is_left_out_and_told_and_its_type_is_unread() {
        PatientRecord record = complete(sent(thirst("mine"), thirst("other", "zz-other")));

        assertThat(record.excluded()).containsExactly(new Excluded("Observation/other", "other-patient"));
        assertThat(record.retrieve("Observation")).hasSize(1);
        assertUnread(record, "Observation", "another patient");
    }

    @Test
    void the_same_id_on_another_server_is_another_patient() {
        Observation here = thirst("here");
        here.getSubject().setReference("https://EHR.example:443/fhir/Patient/" + PATIENT_ID);
        Observation elsewhere = thirst("elsewhere");
        elsewhere.getSubject().setReference("https://other.example/fhir/Patient/" + PATIENT_ID);

        assertThat(complete(withServer(sent(here, elsewhere))).excluded())
                .containsExactly(new Excluded("Observation/elsewhere", "other-patient"));
    }

    // ---- What was sent and is refused

    @Test
    void another_patient_under_the_patient_key_is_refused() {
        assertRefused(allSent().prefetching("patient", patient("zz-other")), "prefetch.patient.id");
        assertRefused(allSent().without("prefetch.patient.id"), "prefetch.patient.id");
    }

    @Test
    void another_patient_among_other_data_is_refused() {
        assertRefused(sent(thirst("a"), patient("zz-other")), "prefetch.observation.entry[1].resource");
        assertRefused(
                orderSelect()
                        .with("context.draftOrders", searchSet(Records.order("tea-1", "tea"), patient("zz-other"))),
                "context.draftOrders.entry[1].resource");
    }

    @Test
    void the_patient_among_other_data_does_not_replace_the_one_that_was_asked_for() {
        PatientRecord record = complete(allSent()
                .prefetching("patient", patient().setActive(true))
                .prefetchingFound("observation", patient(), thirst("a"))
                .prefetchingFound("medicationRequest", patient()));

        assertThat(record.patient().hasText("active", "true")).isTrue();
    }

    @Test
    void a_patient_among_the_draft_orders_does_not_replace_the_one_that_was_asked_for() {
        PatientRecord record = complete(orderSelect()
                .with("context.draftOrders", searchSet(patient(), Records.order("tea-1", "tea")))
                .prefetching("patient", patient().setActive(true))
                .prefetchingFound("observation")
                .prefetchingFound("medicationRequest"));

        assertThat(record.patient().hasText("active", "true")).isTrue();
    }

    @Test
    void a_draft_order_for_another_patient_is_refused() {
        assertRefused(
                orderSelect().with("context.draftOrders.entry.0.resource.subject.reference", "Patient/zz-other"),
                "context.draftOrders.entry[0].resource.subject");
    }

    @Test
    void a_resource_of_the_wrong_kind_is_refused() {
        assertRefused(allSent().prefetching("patient", searchSet(patient())), "prefetch.patient");
        assertRefused(allSent().prefetching("patient", thirst("t")), "prefetch.patient");
    }

    @ParameterizedTest
    @ValueSource(strings = {"implicitRules", "modifierExtension"})
    void what_changes_the_meaning_of_the_patient_is_refused_by_its_name(String element) {
        Patient patient = patient();
        if (element.equals("implicitRules")) {
            patient.setImplicitRules("https://toy.example/zz-rules");
        } else {
            patient.addModifierExtension()
                    .setUrl("https://toy.example/zz-modifier")
                    .setValue(new BooleanType(true));
        }

        assertRefused(allSent().prefetching("patient", patient), "prefetch.patient." + element);
    }

    @Test
    void a_resource_instead_of_a_bundle_is_kept_and_its_type_is_read_anew() {
        HookRequests request = allSent().prefetching("observation", thirst("t"));

        PatientRecord unread = complete(request);
        assertUnread(unread, "Observation", "no Bundle");
        assertThat(unread.find("Observation/t")).isPresent();
        assertThat(complete(withServer(request)).incomplete()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"zz\"", "17", "true", "[]", "{}", "{\"resourceType\": \"Foo\"}", "{\"entry\": []}"})
    void a_value_that_is_no_resource_costs_its_type_and_is_read_anew(String value) {
        HookRequests request = allSent().withJson("prefetch.observation", value);

        assertUnread(complete(request), "Observation", "a resource of FHIR R4, and there is no fhirServer");
        PatientRecord read = complete(withServer(request));
        assertThat(read.incomplete()).isEmpty();
        assertThat(origin(read, "Observation/fetched")).isEqualTo(Origin.FETCHED);
    }

    /** The element, what stands there, and what the reason names. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "total | '1' | total",
                "total | -1 | total",
                "type | 'searchsets' | type",
                "timestamp | '2026-06-01T09:00:00' | timestamp",
                "meta | {'lastUpdated': '2026-06-01'} | meta.lastUpdated",
                "id | 5 | id",
                "signature | 'x' | signature",
                "foo | 1 | foo",
                "modifierExtension | [{'url': 'https://toy.example/x', 'valueCode': 'y'}] | modifierExtension",
                "implicitRules | 'https://toy.example/x' | implicit rules",
                "issues | {'resourceType': 'OperationOutcome', 'issue': [{'severity': 'error', 'code': 'timeout'}]} | (timeout)",
                "entry.0.search | {'mode': 'x'} | entry[0].search.mode",
                "entry.0.search | {'mode': 'match', 'score': '0.5'} | entry[0].search.score",
                "entry.0.search | 'match' | entry[0].search",
                "entry.0.fullUrl | 5 | entry[0].fullUrl",
                "entry.0.request | {'method': 'FETCH', 'url': 'x'} | entry[0].request.method",
                "entry.0.response | {'status': 200} | entry[0].response.status",
                "entry.0.response | {'status': '200', 'lastModified': 'x'} | entry[0].response.lastModified",
                "entry.0.modifierExtension | [{'url': 'https://toy.example/x', 'valueCode': 'y'}] | modifier extension",
                "entry.1 | 'x' | entry[1]",
                "entry.1 | null | entry[1]"
            })
    void what_cannot_be_read_around_the_resources_of_a_bundle_costs_its_type_and_is_read_anew(
            String element, String value, String named) {
        HookRequests request = allSent().withJson("prefetch.observation." + element, value.replace('\'', '"'));

        PatientRecord unread = complete(request);
        assertUnread(unread, "Observation", named);
        assertThat(unread.find("Observation/sent")).as("what could be read").isPresent();
        PatientRecord read = complete(withServer(request));
        assertThat(read.incomplete()).isEmpty();
        assertThat(origin(read, "Observation/fetched")).isEqualTo(Origin.FETCHED);
    }

    @Test
    void an_entry_in_place_of_an_array_of_them_is_read_and_costs_its_type() {
        HookRequests request = allSent()
                .withJson(
                        "prefetch.observation.entry",
                        "{\"resource\": " + ToyContent.FHIR.newJsonParser().encodeResourceToString(thirst("t")) + "}");

        PatientRecord record = complete(request);
        assertUnread(record, "Observation", "entry");
        assertThat(record.find("Observation/t")).isPresent();
    }

    @Test
    void issues_of_another_version_that_tell_of_no_error_cost_nothing() {
        assertThat(complete(allSent()
                                .withJson(
                                        "prefetch.observation.issues",
                                        "{\"resourceType\": \"OperationOutcome\", \"issue\": [{\"severity\": \"information\","
                                                + " \"code\": \"informational\"}]}"))
                        .incomplete())
                .isEmpty();
    }

    @Test
    void the_reason_says_what_was_wrong_with_what_was_sent() {
        OperationOutcome heldBack = outcome(IssueSeverity.WARNING);
        heldBack.getIssueFirstRep().setCode(IssueType.SUPPRESSED);

        assertUnread(
                complete(allSent().prefetching("observation", searchSet(thirst("a"), heldBack))),
                "Observation",
                "what was sent is not all: it tells of an error (suppressed), and there is no fhirServer to read");
        assertUnread(
                complete(allSent().prefetching("observation", heldBack)),
                "Observation",
                "an OperationOutcome was sent in place of it, and there is no fhirServer to read");
    }

    @Test
    void a_draft_order_for_a_group_is_refused() {
        assertRefused(
                orderSelect().with("context.draftOrders.entry.0.resource.subject.reference", "Group/" + PATIENT_ID),
                "context.draftOrders.entry[0].resource.subject");
    }

    @Test
    void a_bundle_of_other_types_than_asked_for_is_no_answer_to_the_search() {
        HookRequests request = allSent().prefetchingFound("observation", Records.order("tea-1", "tea"));

        assertUnread(complete(request), "Observation", "other types");
        assertThat(complete(withServer(request)).incomplete()).isEmpty();
    }

    @Test
    void an_outcome_in_a_bundle_instead_of_the_patient_is_no_patient() {
        HookRequests request = allSent().prefetchingFound("patient", outcome(IssueSeverity.ERROR));

        assertUnavailable(request, "prefetch.patient");
        assertThat(origin(complete(withServer(request)), "Patient/zz-patient")).isEqualTo(Origin.FETCHED);
    }

    // ---- What is read

    @Test
    void an_answer_of_other_types_than_asked_for_is_no_answer() {
        when(server.search(any(), startsWith("Observation?"), any())).thenReturn(all(Records.order("tea-1", "tea")));

        assertUnread(complete(withServer(patientView())), "Observation", "other types");
    }

    @Test
    void missing_data_are_read_from_the_fhir_server() {
        PatientRecord record = complete(withServer(patientView()));

        assertThat(origin(record, "Patient/zz-patient")).isEqualTo(Origin.FETCHED);
        assertThat(origin(record, "Observation/fetched")).isEqualTo(Origin.FETCHED);
        verify(server).search(any(), eq(TEMPLATES.get(2).query(PATIENT_ID, TODAY)), any());
    }

    @Test
    void only_missing_data_are_read() {
        complete(withServer(patientView()).prefetching("patient", patient()).prefetchingFound("medicationRequest"));

        verify(server).search(any(), startsWith("Observation?"), any());
        verify(server, never()).search(any(), startsWith("MedicationRequest?"), any());
        verify(server, never()).read(any(), anyString(), any());
    }

    @Test
    void everything_is_read_at_the_same_time() {
        CountDownLatch allRunning = new CountDownLatch(3);
        when(server.read(any(), anyString(), any())).thenAnswer(call -> meet(allRunning, read(patient())));
        when(server.search(any(), anyString(), any())).thenAnswer(call -> meet(allRunning, List.of()));

        complete(withServer(patientView()));

        assertThat(allRunning.getCount()).isZero();
    }

    private static <T> T meet(CountDownLatch others, T answer) throws InterruptedException {
        others.countDown();
        if (!others.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the reads run one after the other");
        }
        return answer;
    }

    @Test
    void pages_after_a_bundle_that_was_sent_are_read() {
        Bundle first = searchSet(thirst("first"));
        first.addLink().setRelation(Bundle.LINK_NEXT).setUrl("https://ehr.example/fhir?page=2");
        when(server.following(any(), any(), any())).thenReturn(all(thirst("second")));

        PatientRecord record = complete(withServer(allSent()).prefetching("observation", first));

        assertThat(origin(record, "Observation/first")).isEqualTo(Origin.PREFETCH);
        assertThat(origin(record, "Observation/second")).isEqualTo(Origin.FETCHED);
    }

    @Test
    void without_a_fhir_server_the_pages_after_the_first_are_unread_and_the_first_is_kept() {
        Bundle first = searchSet(thirst("first"));
        first.addLink().setRelation(Bundle.LINK_NEXT).setUrl("https://ehr.example/fhir?page=2");

        PatientRecord record = complete(allSent().prefetching("observation", first));

        assertThat(record.retrieve("Observation")).hasSize(1);
        assertUnread(record, "Observation", "no fhirServer");
    }

    @Test
    void a_page_that_cannot_be_read_leaves_the_type_unread_and_what_came_before_it_is_kept() {
        Bundle first = searchSet(thirst("first"));
        first.addLink().setRelation(Bundle.LINK_NEXT).setUrl("https://ehr.example/fhir?page=2");
        when(server.following(any(), any(), any()))
                .thenThrow(new FhirReadException(Kind.FAILED, "status 500", all(thirst("second"))));

        PatientRecord record = complete(withServer(allSent()).prefetching("observation", first));

        assertThat(record.retrieve("Observation"))
                .extracting(resource -> resource.id().orElseThrow())
                .containsExactly("first", "second");
        assertUnread(record, "Observation", "status 500");
    }

    @Test
    void a_bundle_that_tells_of_an_error_is_not_complete_and_is_read_anew() {
        Bundle withError = searchSet(thirst("sent"), outcome(IssueSeverity.ERROR));

        PatientRecord read = complete(withServer(allSent()).prefetching("observation", withError));
        assertThat(read.incomplete()).isEmpty();
        assertThat(origin(read, "Observation/fetched")).isEqualTo(Origin.FETCHED);

        PatientRecord unread = complete(allSent().prefetching("observation", withError));
        assertThat(unread.retrieve("Observation")).hasSize(1);
        assertUnread(unread, "Observation", "no fhirServer");
    }

    @ParameterizedTest
    @EnumSource(
            value = IssueSeverity.class,
            names = {"INFORMATION", "WARNING"})
    void a_bundle_that_tells_of_less_than_an_error_is_complete(IssueSeverity severity) {
        PatientRecord record =
                complete(allSent().prefetching("observation", searchSet(thirst("sent"), outcome(severity))));

        assertThat(record.incomplete()).isEmpty();
        assertThat(record.retrieve("Observation")).hasSize(1);
        verifyNoInteractions(server);
    }

    @ParameterizedTest
    @MethodSource("partial")
    void a_bundle_that_shows_that_something_is_missing_is_read_anew(Bundle bundle) {
        PatientRecord unread = complete(allSent().prefetching("observation", bundle));
        assertUnread(unread, "Observation", "no fhirServer");

        PatientRecord read = complete(withServer(allSent()).prefetching("observation", bundle));
        assertThat(read.incomplete()).isEmpty();
        assertThat(origin(read, "Observation/fetched")).isEqualTo(Origin.FETCHED);
    }

    static Stream<Bundle> partial() {
        Bundle refused = searchSet(thirst("sent"));
        refused.addEntry().getResponse().setStatus("403 Forbidden");
        Bundle failed = searchSet(thirst("sent"));
        failed.addEntry().getResponse().setStatus("200").setOutcome(outcome(IssueSeverity.ERROR));
        Bundle empty = searchSet(thirst("sent"));
        empty.addEntry().setFullUrl("https://ehr.example/fhir/Observation/2");
        Bundle counted = searchSet(thirst("sent")).setTotal(2);
        Bundle included = searchSet(thirst("sent"), Records.order("tea-1", "tea"));
        included.getEntry().get(1).getSearch().setMode(SearchEntryMode.INCLUDE);
        Bundle page = searchSet(thirst("sent"));
        page.addLink().setRelation(Bundle.LINK_NEXT).setUrl("https://ehr.example/fhir?page=2");
        OperationOutcome tooMuch = outcome(IssueSeverity.WARNING);
        tooMuch.getIssueFirstRep().setCode(IssueType.INCOMPLETE);
        return Stream.of(
                refused,
                failed,
                empty,
                counted,
                included.setTotal(2),
                searchSet(page),
                searchSet(thirst("a"), tooMuch));
    }

    @Test
    void an_outcome_instead_of_data_is_no_data() {
        HookRequests request = allSent().prefetching("observation", outcome(IssueSeverity.ERROR));

        assertUnread(complete(request), "Observation", "no fhirServer");
        assertThat(origin(complete(withServer(request)), "Observation/fetched")).isEqualTo(Origin.FETCHED);
    }

    private static OperationOutcome outcome(IssueSeverity severity) {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue().setSeverity(severity).setCode(IssueType.PROCESSING);
        return outcome;
    }

    @Test
    void keys_that_nobody_asked_for_are_passed_over() {
        PatientRecord record = complete(allSent().prefetchingFound("zz-key", thirst("zz-uninvited")));

        assertThat(record.find("Observation/zz-uninvited")).isEmpty();
    }

    @Test
    void a_patient_that_comes_along_with_a_search_is_not_taken_for_the_patient() {
        when(server.search(any(), startsWith("Observation?"), any())).thenReturn(all(patient("zz-other"), thirst("t")));

        assertThat(complete(withServer(patientView())).patient().id()).hasValue(PATIENT_ID);
    }

    @Test
    void another_patient_than_the_one_asked_for_is_no_answer() {
        when(server.read(any(), anyString(), any())).thenReturn(read(patient("zz-other")));
        assertUnavailable(withServer(patientView()), "prefetch.patient");

        when(server.read(any(), anyString(), any())).thenReturn(read(thirst(PATIENT_ID)));
        assertUnavailable(withServer(patientView()), "prefetch.patient");
    }

    // ---- What cannot be read

    @Test
    void without_a_fhir_server_and_without_the_patient_the_call_ends() {
        DataUnavailable failure = assertUnavailable(patientView(), "prefetch.patient");

        assertThat(failure.problems()).extracting(Problem::diagnostics).allMatch(text -> text.contains("fhirServer"));
        verifyNoInteractions(server);
    }

    @Test
    void without_a_fhir_server_every_type_that_was_not_sent_is_unread() {
        PatientRecord record = complete(patientView().prefetching("patient", patient()));

        assertThat(record.incomplete())
                .extracting(Incomplete::type)
                .containsExactly("MedicationRequest", "Observation");
        assertThat(record.incomplete())
                .extracting(Incomplete::reason)
                .containsOnly("not in the request, and there is no fhirServer to read");
    }

    @Test
    void a_patient_that_does_not_exist_is_told_of_the_context() {
        when(server.read(any(), anyString(), any())).thenThrow(new FhirReadException(Kind.NOT_FOUND, "not found"));

        assertUnavailable(withServer(patientView()), "context.patientId");
    }

    @ParameterizedTest
    @EnumSource(names = "NOT_ALLOWED", mode = EnumSource.Mode.EXCLUDE)
    void a_search_that_fails_leaves_its_type_unread_with_the_reason(Kind kind) {
        when(server.search(any(), startsWith("Observation?"), any()))
                .thenThrow(new FhirReadException(kind, "for a reason"));

        PatientRecord record = complete(withServer(patientView()));

        assertUnread(record, "Observation", "for a reason");
        assertThat(record.retrieve("Observation")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = "NOT_ALLOWED", mode = EnumSource.Mode.EXCLUDE)
    void a_patient_who_cannot_be_read_ends_the_call(Kind kind) {
        when(server.read(any(), anyString(), any())).thenThrow(new FhirReadException(kind, "for a reason"));

        assertUnavailable(withServer(patientView()), kind == Kind.NOT_FOUND ? "context.patientId" : "prefetch.patient");
    }

    @Test
    void a_server_that_must_not_be_asked_is_refused_and_not_only_missed() {
        when(server.search(any(), startsWith("Observation?"), any()))
                .thenThrow(new FhirReadException(Kind.NOT_ALLOWED, "not asked"));

        Forbidden failure = catchThrowableOfType(Forbidden.class, () -> complete(withServer(patientView())));
        assertThat(failure.problems()).extracting(Problem::expression).containsExactly("fhirServer");
    }

    @Test
    void every_read_that_fails_is_named() {
        when(server.search(any(), anyString(), any())).thenThrow(new FhirReadException(Kind.REFUSED, "refused"));

        assertThat(complete(withServer(patientView())).incomplete())
                .extracting(Incomplete::type)
                .containsExactly("MedicationRequest", "Observation");
    }

    @Test
    void a_server_that_does_not_answer_in_time_leaves_its_type_unread() {
        CountDownLatch never = new CountDownLatch(1);
        when(server.search(any(), startsWith("Observation?"), any())).thenAnswer(call -> {
            never.await();
            return List.of();
        });

        PatientRecord record = complete(withServer(patientView()), TEMPLATES, Duration.ofMillis(300));

        assertUnread(record, "Observation", "in time");
        never.countDown();
    }

    // ---- What the granted scopes leave out

    @Test
    void a_type_outside_the_granted_scopes_is_not_asked_for() {
        PatientRecord record = complete(scoped("patient/Patient.read user/Observation.rs"));

        assertUnread(record, "MedicationRequest", "not within the granted scopes");
        assertThat(origin(record, "Observation/fetched")).isEqualTo(Origin.FETCHED);
        verify(server, never()).search(any(), startsWith("MedicationRequest?"), any());
    }

    @Test
    void a_type_that_a_scope_grants_in_part_is_read_and_still_unread() {
        PatientRecord record = complete(scoped("patient/*.read patient/Observation.rs?category=laboratory"));
        assertThat(record.incomplete()).isEmpty();

        PatientRecord part = complete(scoped("patient/Patient.r patient/MedicationRequest.s "
                + "patient/Observation.rs?category=laboratory patient/Observation.rs?category=survey"));
        assertUnread(part, "Observation", "in part");
        assertThat(part.retrieve("Observation")).hasSize(1);
    }

    @Test
    void a_patient_outside_the_granted_scopes_ends_the_call_before_anything_is_read() {
        assertUnavailable(scoped("user/Observation.read user/MedicationRequest.read"), "prefetch.patient");
        verifyNoInteractions(server);
    }

    private static HookRequests scoped(String scope) {
        return scoped(patientView(), scope);
    }

    private static HookRequests scoped(HookRequests request, String scope) {
        return withServer(request).withJson("fhirAuthorization", """
                {"access_token": "zz-token", "token_type": "Bearer", "expires_in": 300, "subject": "zz-client"}
                """).with("fhirAuthorization.scope", scope);
    }

    @Test
    void a_defect_of_the_client_is_not_taken_for_missing_data() {
        when(server.search(any(), anyString(), any())).thenThrow(new IllegalStateException("defect"));

        assertThatThrownBy(() -> complete(withServer(patientView()))).hasRootCauseMessage("defect");
    }

    // ---- Medications

    @Test
    void a_medication_that_an_order_refers_to_is_read() {
        when(server.read(any(), eq("Medication/m-1"), any())).thenReturn(read(Records.medication("m-1", "tea")));

        PatientRecord record = complete(withServer(ordering("Medication/m-1")));

        assertThat(origin(record, "Medication/m-1")).isEqualTo(Origin.FETCHED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://ehr.example/fhir/Medication/m-1", "Medication/m-1/_history/2"})
    void a_medication_of_the_same_server_may_be_named_in_full(String reference) {
        when(server.read(any(), eq("Medication/m-1"), any())).thenReturn(read(Records.medication("m-1", "tea")));

        assertThat(complete(withServer(ordering(reference))).find("Medication/m-1"))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.example/fhir/Medication/m-1",
                "https://ehr.example/fhir2/Medication/m-1",
                "#nothing-contained",
                "urn:uuid:0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1"
            })
    void a_medication_elsewhere_is_not_taken_for_one_of_the_same_id_here(String reference) {
        when(server.read(any(), startsWith("Medication/"), any())).thenReturn(read(Records.medication("m-1", "tea")));

        assertProductUnknown(withServer(ordering(reference)), "entry[0]", "another place");
        verify(server, never()).read(any(), startsWith("Medication/"), any());
    }

    @Test
    void another_medication_than_the_one_asked_for_is_no_answer() {
        when(server.read(any(), eq("Medication/m-1"), any())).thenReturn(read(Records.medication("m-2", "lemonade")));
        assertProductUnknown(withServer(ordering("Medication/m-1")), "entry[0]", "another medication");

        when(server.read(any(), eq("Medication/m-1"), any())).thenReturn(read(thirst("m-1")));
        assertProductUnknown(withServer(ordering("Medication/m-1")), "entry[0]", "another medication");
    }

    @Test
    void a_medication_that_is_named_by_an_identifier_cannot_be_read() {
        MedicationRequest order = Records.order("tea-1", "tea");
        order.setMedication(new Reference().setIdentifier(new Identifier().setValue("zz-identifier")));

        assertProductUnknown(
                withServer(orderSelect().with("context.draftOrders", searchSet(order))), "entry[0]", "identifier");
        assertProductUnknown(orderSelect().with("context.draftOrders", searchSet(order)), "entry[0]", "no fhirServer");
    }

    @Test
    void the_products_of_a_great_many_orders_are_not_all_read() {
        when(server.read(any(), startsWith("Medication/"), any()))
                .thenAnswer(call -> read(
                        Records.medication(call.<String>getArgument(1).substring("Medication/".length()), "lemonade")));
        Resource[] orders = IntStream.range(0, 60)
                .mapToObj(i -> Records.orderOf("o-" + i, "Medication/m-" + i))
                .toArray(Resource[]::new);

        OrderedProducts products = products(withServer(orderSign().with("context.draftOrders", searchSet(orders))));

        assertThat(products.fetched()).hasSize(50);
        assertThat(products.missing()).hasSize(10).allSatisfy(problem -> assertThat(problem.diagnostics())
                .contains("more than 50"));
    }

    @Test
    void a_medication_that_came_with_the_order_is_not_read() {
        MedicationRequest contained = Records.orderOf("tea-1", "#m");
        contained.addContained(Records.medication("m", "tea"));
        complete(withServer(orderSelect().with("context.draftOrders", searchSet(contained))));
        complete(withServer(orderSelect()
                .with(
                        "context.draftOrders",
                        searchSet(Records.orderOf("tea-1", "Medication/m-1"), Records.medication("m-1", "tea")))));

        verify(server, never()).read(any(), startsWith("Medication/"), any());
    }

    @Test
    void a_medication_that_cannot_be_read_is_named_by_its_order() {
        when(server.read(any(), startsWith("Medication/"), any()))
                .thenThrow(new FhirReadException(Kind.NOT_FOUND, "not found"));

        assertProductUnknown(withServer(ordering("Medication/m-1")), "entry[0]", "not found");
        assertProductUnknown(ordering("Medication/m-1"), "entry[0]", "no fhirServer");
    }

    @Test
    void the_medication_of_an_order_that_was_not_selected_may_stay_unread() {
        when(server.read(any(), startsWith("Medication/"), any()))
                .thenThrow(new FhirReadException(Kind.REFUSED, "refused with status 403"));
        Bundle drafts = searchSet(Records.order("tea-1", "tea"), Records.orderOf("other", "Medication/m-1"));
        HookRequests selecting = withServer(orderSelect().with("context.draftOrders", drafts));
        HookRequests signing = withServer(orderSign().with("context.draftOrders", drafts));

        assertThat(products(selecting).missing()).isEmpty();
        assertUnread(complete(selecting), "Medication", "403");
        assertProductUnknown(signing, "entry[1]", "403");
        assertUnread(complete(signing), "Medication", "403");
    }

    @Test
    void nothing_of_the_patient_is_read_to_find_out_what_is_ordered() {
        when(server.read(any(), eq("Medication/m-1"), any())).thenReturn(read(Records.medication("m-1", "tea")));

        assertThat(products(withServer(ordering("Medication/m-1"))).fetched()).hasSize(1);
        verify(server, never()).search(any(), any(), any());
        verify(server, never()).read(any(), startsWith("Patient/"), any());
    }

    private OrderedProducts products(HookRequests request) {
        return completer.products(decoded(request), TEMPLATES, Deadline.in(Duration.ofSeconds(20)));
    }

    private void assertProductUnknown(HookRequests request, String entry, String why) {
        DataUnavailable failure = catchThrowableOfType(
                DataUnavailable.class, () -> products(request).requireAll());
        assertThat(failure).isNotNull();
        assertThat(failure.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.expression())
                    .isEqualTo("context.draftOrders." + entry + ".resource.medicationReference");
            assertThat(problem.diagnostics()).startsWith("needed: ").contains(why);
        });
        assertThat(request.values()).noneMatch(String.valueOf(failure.getMessage())::contains);
    }

    @Test
    void a_medication_that_was_sent_under_its_own_key_is_not_read() {
        HookRequests request = withServer(ordering("Medication/m-1"))
                .prefetchingFound("medication", Records.medication("m-1", "tea"), patient("zz-other"));

        PatientRecord record = complete(
                request,
                Stream.concat(TEMPLATES.stream(), Stream.of(REFERENCED)).toList(),
                Duration.ofSeconds(20));

        assertThat(origin(record, "Medication/m-1")).isEqualTo(Origin.PREFETCH);
        verify(server, never()).read(any(), startsWith("Medication/"), any());
        verify(server, never()).search(any(), startsWith("Medication?"), any());
    }

    @Test
    void an_order_that_says_what_it_is_by_text_only_needs_no_medication() {
        MedicationRequest order = Records.order("tea-1", "tea");
        order.setMedication(new Reference().setDisplay("tea"));

        complete(withServer(orderSelect().with("context.draftOrders", searchSet(order))));

        verify(server, never()).read(any(), startsWith("Medication/"), any());
    }

    // ---- What the chart refers to

    @Test
    void the_products_of_the_chart_are_read_at_once_and_only_those_that_are_not_there() {
        when(server.search(any(), eq("Medication?_id=m-1,m-2"), any()))
                .thenReturn(all(Records.medication("m-1", "tea"), Records.medication("m-2", "tea")));

        PatientRecord record = complete(withServer(chartOf(
                drunk("a", "Medication/m-1"),
                drunk("b", "https://ehr.example/fhir/Medication/m-2"),
                drunk("c", "Medication/m-2"),
                drunk("d", "Medication/sent"),
                Records.medication("sent", "tea"))));

        assertThat(origin(record, "Medication/m-1")).isEqualTo(Origin.FETCHED);
        assertThat(origin(record, "Medication/m-2")).isEqualTo(Origin.FETCHED);
        assertThat(record.incomplete()).isEmpty();
        verify(server, times(1)).search(any(), startsWith("Medication?"), any());
    }

    @Test
    void products_that_were_sent_under_their_own_key_are_not_read() {
        HookRequests request = chartOf(drunk("a", "Medication/m-1"), drunk("b", "Medication/m-2"))
                .prefetchingFound("medication", Records.medication("m-1", "tea"));
        when(server.search(any(), eq("Medication?_id=m-2"), any())).thenReturn(all(Records.medication("m-2", "tea")));
        List<PrefetchTemplate> templates =
                Stream.concat(TEMPLATES.stream(), Stream.of(REFERENCED)).toList();

        assertUnread(complete(request, templates, Duration.ofSeconds(20)), "MedicationRequest", "no fhirServer");
        PatientRecord read = complete(withServer(request), templates, Duration.ofSeconds(20));
        assertThat(origin(read, "Medication/m-1")).isEqualTo(Origin.PREFETCH);
        assertThat(origin(read, "Medication/m-2")).isEqualTo(Origin.FETCHED);
        assertThat(read.incomplete()).isEmpty();
        verify(server, times(1)).search(any(), startsWith("Medication?"), any());
    }

    @Test
    void products_of_data_that_were_read_are_read_too() {
        when(server.search(any(), startsWith("MedicationRequest?"), any()))
                .thenReturn(all(drunk("a", "Medication/m-1")));
        when(server.search(any(), eq("Medication?_id=m-1"), any()))
                .thenReturn(all(Records.medication("m-1", "tea"), patient("zz-other")));

        PatientRecord record = complete(withServer(patientView()));

        assertThat(record.find("Medication/m-1")).isPresent();
        assertThat(record.incomplete()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Medication/gone", "https://other.example/fhir/Medication/m-1", "Medication/m-1&_count=1"})
    void what_refers_to_a_product_that_cannot_be_found_is_unread(String reference) {
        when(server.search(any(), startsWith("Medication?"), any())).thenReturn(List.of());

        assertUnread(complete(withServer(chartOf(drunk("a", reference)))), "MedicationRequest", "Medication");
        verify(server, never()).search(any(), contains("_count"), any());
    }

    @Test
    void products_that_cannot_be_read_leave_unread_what_refers_to_them() {
        when(server.search(any(), startsWith("Medication?"), any()))
                .thenThrow(new FhirReadException(Kind.REFUSED, "refused with status 403"));

        assertUnread(complete(withServer(chartOf(drunk("a", "Medication/m-1")))), "MedicationRequest", "403");
        assertUnread(complete(chartOf(drunk("a", "Medication/m-1"))), "MedicationRequest", "no fhirServer");
        assertUnread(
                complete(scoped(chartOf(drunk("a", "Medication/m-1")), "patient/Observation.rs patient/Medication.r")),
                "MedicationRequest",
                "scopes");
    }

    @Test
    void data_that_do_not_count_are_not_followed() {
        MedicationRequest withdrawn = drunk("a", "Medication/m-1");
        withdrawn.setStatus(MedicationRequestStatus.ENTEREDINERROR);
        MedicationRequest elsewhere = drunk("b", "Medication/m-2");
        elsewhere.setStatus(MedicationRequestStatus.DRAFT);
        MedicationRequest contained = drunk("c", "#m");
        contained.addContained(Records.medication("m", "tea"));

        assertThat(complete(withServer(chartOf(withdrawn, elsewhere, contained)))
                        .incomplete())
                .isEmpty();
        verify(server, never()).search(any(), startsWith("Medication?"), any());
    }

    @Test
    void many_products_are_read_some_at_a_time_and_too_many_not_to_the_end() {
        when(server.search(any(), startsWith("Medication?"), any()))
                .thenAnswer(call -> Stream.of(((String) call.getArgument(1))
                                .replace("Medication?_id=", "")
                                .split(","))
                        .map(id -> read(Records.medication(id, "tea")))
                        .toList());

        PatientRecord some = complete(withServer(chartOf(drunkMany(200))));
        verify(server, times(8)).search(any(), startsWith("Medication?"), any());
        PatientRecord many = complete(withServer(chartOf(drunkMany(201))));

        assertThat(some.retrieve("Medication")).hasSize(200);
        assertThat(some.incomplete()).isEmpty();
        assertThat(many.incomplete()).extracting(Incomplete::type).containsExactly("MedicationRequest");
    }

    private static HookRequests chartOf(Resource... medicationRequests) {
        return patientView()
                .prefetching("patient", patient())
                .prefetchingFound("observation")
                .prefetchingFound("medicationRequest", medicationRequests);
    }

    private static MedicationRequest drunk(String id, String medication) {
        MedicationRequest request = Records.orderOf(id, medication);
        request.setStatus(MedicationRequestStatus.ACTIVE);
        return request;
    }

    private static Resource[] drunkMany(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> drunk("r-" + i, "Medication/m-" + i))
                .toArray(Resource[]::new);
    }

    // ---- Helpers

    private static HookRequests allSent() {
        return sent(thirst("sent"));
    }

    private static HookRequests sent(Resource... observations) {
        return patientView()
                .prefetching("patient", patient())
                .prefetchingFound("medicationRequest")
                .prefetchingFound("observation", observations);
    }

    private static HookRequests ordering(String medication) {
        return orderSelect().with("context.draftOrders", searchSet(Records.orderOf("tea-1", medication)));
    }

    private static HookRequests withServer(HookRequests request) {
        return request.with("fhirServer", "https://ehr.example/fhir");
    }

    private static HookRequest decoded(HookRequests request) {
        Hook hook = Stream.of(Hook.values())
                .filter(one -> request.toString().contains('"' + one.code() + '"'))
                .findFirst()
                .orElseThrow();
        return new HookRequestDecoder()
                .decode(request.bytes(), hook, Set.of("patient", "medicationRequest", "observation", "medication"));
    }

    private PatientRecord complete(HookRequests request) {
        return complete(request, TEMPLATES, Duration.ofSeconds(20));
    }

    private PatientRecord complete(HookRequests request, List<PrefetchTemplate> templates, Duration time) {
        HookRequest decoded = decoded(request);
        Deadline deadline = Deadline.in(time);
        OrderedProducts products = completer.products(decoded, templates, deadline);
        return completer.complete(decoded, products, templates, MEDICATION, TODAY, deadline);
    }

    private static void assertUnread(PatientRecord record, String type, String reason) {
        assertThat(record.incomplete()).singleElement().satisfies(unread -> {
            assertThat(unread.type()).isEqualTo(type);
            assertThat(unread.reason()).contains(reason);
        });
    }

    private static Origin origin(PatientRecord record, String reference) {
        return record.find(reference).orElseThrow().origin();
    }

    private void assertRefused(HookRequests request, String field) {
        BadHookRequest failure = catchThrowableOfType(BadHookRequest.class, () -> complete(request));
        assertThat(failure).isNotNull();
        assertThat(failure.problems()).extracting(Problem::expression).containsExactly(field);
        assertThat(request.values()).noneMatch(String.valueOf(failure.getMessage())::contains);
        verifyNoInteractions(server);
    }

    private DataUnavailable assertUnavailable(HookRequests request, String... fields) {
        DataUnavailable failure = catchThrowableOfType(DataUnavailable.class, () -> complete(request));
        assertThat(failure).isNotNull();
        assertThat(failure.problems()).extracting(Problem::expression).containsExactlyInAnyOrder(fields);
        assertThat(request.values()).noneMatch(String.valueOf(failure.getMessage())::contains);
        return failure;
    }
}
