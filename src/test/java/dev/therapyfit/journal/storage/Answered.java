package dev.therapyfit.journal.storage;

import dev.therapyfit.hooks.card.Card;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.Decision.Axis;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import dev.therapyfit.hooks.decision.Decision.Criterion;
import dev.therapyfit.hooks.decision.Decision.Gate;
import dev.therapyfit.hooks.decision.Decision.Order;
import dev.therapyfit.hooks.decision.Decision.Preference;
import dev.therapyfit.hooks.decision.Evidence;
import dev.therapyfit.journal.Answer;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditedCall;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Answers to keep. */
final class Answered {
    static final Instant AT = Instant.parse("2026-06-15T09:00:00.123Z");

    private Answered() {}

    static Decision decision(String id) {
        return new Decision(
                id,
                AT,
                new ContentVersion("Toy", "1.2.3", "a".repeat(64)),
                "d".repeat(64),
                "Patient/zz-patient",
                new Order("MedicationRequest/tea-1", "hot"),
                "drink",
                "thirst",
                3,
                true,
                List.of("M2"),
                "agrees",
                List.of(
                        new Criterion(
                                "M1",
                                "hot",
                                "met",
                                "thirst is on record",
                                List.of("A-1"),
                                List.of(new Evidence(
                                        "Observation/t-1",
                                        "thirst",
                                        new BigDecimal("7.10"),
                                        "mm",
                                        "2026-06-01",
                                        "prefetch"))),
                        new Criterion("M2", "hot", "unknown", "nothing is on record", List.of(), List.of())),
                new Preference("unknown", "nothing is on record", List.of()),
                List.of(new Axis("T1", false, "nothing is on record", List.of())),
                List.of(new Gate("H1", "Too hot", "clear", "hard", List.of("hot"), "measured", List.of())),
                List.of(),
                List.of(),
                List.of(),
                List.of(new Decision.NotRead("Goal", "refused with status 403")),
                List.of(),
                List.of());
    }

    /** An answer of client {@code ehr} and service {@code toy} with one card and its suggestions. */
    static Answer answer(String id, String... suggestions) {
        Card card = new Card(
                id + "-card",
                "A hot drink fits",
                "info",
                null,
                new Card.Source("Toy", null),
                Stream.of(suggestions)
                        .map(uuid -> new Card.Suggestion("Drink", uuid, List.of()))
                        .toList(),
                null,
                List.of(),
                List.of(),
                new Card.Extension(new Card.DecisionSummary(
                        id, "drink", "thirst", 3, true, List.of(), "Toy", "1.2.3", "a".repeat(64))));
        return new Answer("ehr", "toy", "order-select", "instance-" + id, decision(id), new CdsResponse(List.of(card)));
    }

    /** An answer without a card. */
    static Answer silent(String id) {
        return new Answer("ehr", "toy", "order-sign", "instance-" + id, decision(id), CdsResponse.NOTHING);
    }

    static AuditedCall call(AuditEntry.Kind kind) {
        AuditedCall call = AuditedCall.of(AT, kind, "toy");
        call.by("ehr", java.util.Optional.of("ward"));
        return call;
    }

    /** The audit of the hook call that gave an answer. */
    static AuditedCall hookCall(String id) {
        AuditedCall call = call(AuditEntry.Kind.HOOK);
        call.asked("order-select", "instance-" + id, "Practitioner/p", "Patient/zz-patient");
        call.decided(id);
        return call;
    }
}
