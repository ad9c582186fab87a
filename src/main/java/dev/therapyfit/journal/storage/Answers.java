package dev.therapyfit.journal.storage;

import dev.therapyfit.hooks.card.Card;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.States;
import dev.therapyfit.journal.Answer;
import dev.therapyfit.journal.AnswerStore;
import dev.therapyfit.journal.audit.AuditedCall;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Tables {@code decision} and {@code card}. */
final class Answers implements AnswerStore {
    private static final int HTTP_OK = 200;

    private final Database database;
    private final Clock clock;
    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    Answers(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public void keep(Answer answer, AuditedCall call, Deadline deadline) {
        database.call(deadline, statements(answer, call));
        call.kept();
    }

    private Function<JdbcClient, Boolean> statements(Answer answer, AuditedCall call) {
        Decision decision = answer.decision();
        List<Card> cards = answer.response().cards();
        String states = json.writeValueAsString(States.of(decision));
        String whole = cards.isEmpty() ? null : json.writeValueAsString(decision);
        return jdbc -> {
            insert(jdbc, answer, states, whole);
            for (int place = 0; place < cards.size(); place++) {
                insert(jdbc, decision.id(), place, cards.get(place));
            }
            Audit.insert(jdbc, call.entry(HTTP_OK));
            return true;
        };
    }

    private void insert(JdbcClient jdbc, Answer answer, String states, @Nullable String whole) {
        Decision decision = answer.decision();
        jdbc.sql("""
                        insert into decision (id, client_id, service_id, hook, hook_instance, evaluated_at, saved_at,
                            content_name, content_version, content_sha256, inputs_sha256, outcome, reason, rule,
                            provisional, concordance, states, whole)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        decision.id(),
                        answer.clientId(),
                        answer.serviceId(),
                        answer.hook(),
                        Text.upTo(255, answer.hookInstance()),
                        decision.evaluatedAt().atOffset(ZoneOffset.UTC),
                        clock.instant().atOffset(ZoneOffset.UTC),
                        decision.content().name(),
                        decision.content().version(),
                        decision.content().sha256(),
                        decision.inputsDigest(),
                        decision.outcome(),
                        decision.reason(),
                        decision.rule(),
                        decision.provisional(),
                        decision.concordance(),
                        states)
                .param(whole)
                .update();
    }

    private static void insert(JdbcClient jdbc, String decisionId, int place, Card card) {
        jdbc.sql("insert into card (uuid, decision_id, place, indicator, suggestions) values (?, ?, ?, ?, ?)")
                .params(
                        card.uuid(),
                        decisionId,
                        place,
                        card.indicator(),
                        card.suggestions().stream().map(Card.Suggestion::uuid).collect(Collectors.joining(" ")))
                .update();
    }

    Optional<Decision> find(String id, Deadline deadline) {
        return database.read(deadline, jdbc -> jdbc.sql("select whole from decision where id = ? and whole is not null")
                        .param(Text.storable(id))
                        .query(String.class)
                        .optional())
                .map(whole -> json.readValue(whole, Decision.class));
    }
}
