package dev.therapyfit.journal.storage;

import dev.therapyfit.hooks.card.Card;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import dev.therapyfit.journal.Answer;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditedCall;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers to keep. */
final class Answered {
    static final Instant AT = Instant.parse("2026-06-15T09:00:00.123Z");

    private static final Map<String, JsonNode> PARTS = Map.of(
            "reasons",
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build()
                    .readTree("""
                            [
                              {"id": "M1", "state": "met", "why": "thirst is on record", "evidence": [
                                {"reference": "Observation/t-1", "code": "thirst", "value": 7.10, "unit": "mm",
                                 "date": "2026-06-01", "origin": "prefetch"}]},
                              {"id": "M2", "state": "unknown", "why": "nothing is on record", "evidence": []}
                            ]
                            """));

    private Answered() {}

    static Decision decision(String id) {
        return new Decision(
                id,
                AT,
                new ContentVersion("Toy", "1.2.3", "a".repeat(64)),
                "d".repeat(64),
                "Patient/zz-patient",
                "US",
                "drink",
                "thirst",
                3,
                true,
                "agrees",
                List.of(),
                List.of(new Decision.NotRead("Goal", "refused with status 403")),
                PARTS);
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
