package dev.therapyfit.journal.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.journal.audit.AuditEntry.Kind;
import java.time.Instant;
import java.util.Optional;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditEventsTest {
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00.123Z");

    private static AuditEntry entry(String user, int status) {
        return new AuditEntry(
                AT,
                Kind.HOOK,
                Optional.of("ehr"),
                Optional.of("ward-7"),
                Optional.of("192.0.2.7"),
                Optional.of(user),
                Optional.of("toy-order-select"),
                Optional.of("order-select"),
                Optional.of("instance-1"),
                Optional.of("Patient/p1"),
                Optional.of("decision-1"),
                status,
                1);
    }

    @Test
    void who_asked_what_when_about_whom_is_told() {
        AuditEvent event = AuditEvents.of(entry("Practitioner/d1", 200));

        assertThat(event.getRecorded().toInstant()).isEqualTo(AT);
        assertThat(event.getType().getCode()).isEqualTo("rest");
        assertThat(event.getSubtype())
                .extracting(coding -> coding.getCode())
                .containsExactly("operation", "hook", "order-select");
        assertThat(event.getAction()).isEqualTo(AuditEventAction.E);
        assertThat(event.getOutcome()).isEqualTo(AuditEventOutcome._0);
        assertThat(event.getAgent()).hasSize(2);
        assertThat(event.getAgent().get(0).getWho().getReference()).isEqualTo("Practitioner/d1");
        assertThat(event.getAgent().get(0).getRequestor()).isTrue();
        assertThat(event.getAgent().get(1).getWho().getIdentifier().getValue()).isEqualTo("ehr");
        assertThat(event.getAgent().get(1).getAltId()).isEqualTo("ward-7");
        assertThat(event.getAgent().get(1).getRequestor()).isFalse();
        assertThat(event.getAgent().get(1).getNetwork().getAddress()).isEqualTo("192.0.2.7");
        assertThat(event.getAgent().get(1).getNetwork().getType().toCode()).isEqualTo("2");
        assertThat(event.getEntity().get(0).getWhat().getReference()).isEqualTo("Patient/p1");
        assertThat(event.getEntity().get(1).getName()).isEqualTo("toy-order-select");
        assertThat(event.getEntity().get(1).getDetailFirstRep().getValue().primitiveValue())
                .isEqualTo("instance-1");
        assertThat(event.getEntity().get(2).getWhat().getIdentifier().getValue())
                .isEqualTo("decision-1");
    }

    @ParameterizedTest
    @CsvSource({"200, 0", "400, 4", "412, 4", "429, 4", "500, 8", "503, 8"})
    void the_status_tells_how_grave_a_failure_was(int status, String outcome) {
        assertThat(AuditEvents.of(entry("Practitioner/d1", status)).getOutcome().toCode())
                .isEqualTo(outcome);
    }

    @Test
    void a_user_that_is_no_reference_is_told_as_an_identifier() {
        AuditEvent event = AuditEvents.of(entry("javascript:alert(1)", 200));

        assertThat(event.getAgent().get(0).getWho().hasReference()).isFalse();
        assertThat(event.getAgent().get(0).getWho().getIdentifier().getValue()).isEqualTo("javascript:alert(1)");
    }

    @Test
    void a_call_that_was_refused_before_anything_was_known_has_an_agent_all_the_same() {
        AuditEvent event = AuditEvents.of(
                AuditedCall.of(AT, Kind.HOOK, "toy").from("192.0.2.7").entry(401));

        assertThat(event.getAgent()).singleElement().satisfies(agent -> {
            assertThat(agent.getNetwork().getAddress()).isEqualTo("192.0.2.7");
            assertThat(agent.getRequestor()).isTrue();
            assertThat(agent.getName()).isEqualTo("unknown");
        });
        assertThat(event.getSource().getObserver().getDisplay()).isEqualTo("Therapy Fit");
    }

    @Test
    void refused_calls_that_are_alike_are_told_with_their_number() {
        AuditEvent event = AuditEvents.of(AuditEntry.ofMany(AT, Kind.HOOK, Optional.empty(), 401, 1234));

        assertThat(event.getOutcomeDesc()).isEqualTo("HTTP status 401, 1234 calls");
        assertThat(event.getAgentFirstRep().hasNetwork()).isFalse();
    }
}
