package dev.therapyfit.journal.storage;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.States;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditedCall;
import dev.therapyfit.journal.feedback.Feedback;
import dev.therapyfit.journal.feedback.Feedback.Coding;
import dev.therapyfit.journal.feedback.Feedback.Outcome;
import dev.therapyfit.journal.feedback.Feedback.OverrideReason;
import dev.therapyfit.journal.feedback.FeedbackStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Table {@code feedback}. */
final class FeedbackEntries implements FeedbackStore {
    private static final int HTTP_OK = 200;

    private final Database database;
    private final Clock clock;
    private final JsonMapper json = new JsonMapper();

    FeedbackEntries(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A card that feedback may be about. */
    private record Given(String decisionId, List<String> suggestions) {}

    @Override
    public Optional<Refusal> keep(CardHolder from, List<Feedback> feedback, AuditedCall call, Deadline deadline) {
        Optional<Refusal> refusal;
        try {
            refusal = tryToKeep(from, feedback, call, deadline);
        } catch (DataIntegrityViolationException e) {
            // A card was erased after it was found: this time it is not found.
            refusal = tryToKeep(from, feedback, call, deadline);
        }
        if (refusal.isEmpty()) {
            call.kept();
        }
        return refusal;
    }

    private Optional<Refusal> tryToKeep(CardHolder from, List<Feedback> feedback, AuditedCall call, Deadline deadline) {
        return database.call(deadline, jdbc -> {
            Map<String, Optional<Given>> cards = new HashMap<>();
            for (int index = 0; index < feedback.size(); index++) {
                Feedback entry = feedback.get(index);
                Optional<Given> card = cards.computeIfAbsent(entry.card(), uuid -> card(jdbc, from, uuid));
                if (card.isEmpty()) {
                    return Optional.of(new Refusal(index, Wrong.CARD));
                }
                Optional<Integer> foreign =
                        foreign(entry.acceptedSuggestions(), card.get().suggestions());
                if (foreign.isPresent()) {
                    return Optional.of(new Refusal(index, Wrong.SUGGESTION, foreign.get()));
                }
            }
            feedback.forEach(entry -> insert(jdbc, entry));
            audit(jdbc, call.entry(HTTP_OK), cards);
            return Optional.empty();
        });
    }

    private static Optional<Given> card(JdbcClient jdbc, CardHolder from, String uuid) {
        return jdbc.sql("""
                        select c.decision_id, c.suggestions from card c join decision d on d.id = c.decision_id
                        where c.uuid = ? and d.client_id = ? and d.service_id = ?""")
                .params(Text.storable(uuid), from.clientId(), from.serviceId())
                .query((row, number) -> new Given(row.getString("decision_id"), words(row.getString("suggestions"))))
                .optional();
    }

    private static Optional<Integer> foreign(List<String> accepted, List<String> suggestions) {
        for (int i = 0; i < accepted.size(); i++) {
            if (!suggestions.contains(accepted.get(i))) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    private void insert(JdbcClient jdbc, Feedback entry) {
        Optional<Coding> reason = entry.overrideReason().flatMap(OverrideReason::reason);
        jdbc.sql("""
                        insert into feedback (digest, card_uuid, outcome, suggestions, reason_system, reason_code,
                            reason_display, user_comment, outcome_at, received_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        on conflict do nothing""")
                .param(digest(entry))
                .param(entry.card())
                .param(entry.outcome().code())
                .param(String.join(" ", new TreeSet<>(entry.acceptedSuggestions())))
                .param(stored(reason.map(Coding::system)))
                .param(stored(reason.map(Coding::code)))
                .param(stored(reason.flatMap(Coding::display)))
                .param(stored(entry.overrideReason().flatMap(OverrideReason::userComment)))
                .param(entry.outcomeTimestamp().atOffset(ZoneOffset.UTC))
                .param(clock.instant().atOffset(ZoneOffset.UTC))
                .update();
    }

    private static @Nullable String stored(Optional<String> text) {
        return text.map(Text::storable).orElse(null);
    }

    /** The same entry, sent again, has the same digest; a second thought has another. */
    private static String digest(Feedback entry) {
        List<String> parts = new ArrayList<>(List.of(
                entry.card(),
                entry.outcome().code(),
                entry.outcomeTimestamp().toString(),
                String.join(" ", new TreeSet<>(entry.acceptedSuggestions()))));
        entry.overrideReason().ifPresent(why -> {
            why.reason().ifPresent(coding -> {
                parts.add("reason");
                parts.add(coding.system());
                parts.add(coding.code());
                parts.add(coding.display().orElse(""));
            });
            why.userComment().ifPresent(comment -> {
                parts.add("comment");
                parts.add(comment);
            });
        });
        return Text.sha256(parts);
    }

    /** One entry for each decision, with the patient and the hook call that it was about. */
    private static void audit(JdbcClient jdbc, AuditEntry call, Map<String, Optional<Given>> cards) {
        Set<String> decisions = new TreeSet<>();
        cards.values().forEach(card -> card.ifPresent(given -> decisions.add(given.decisionId())));
        for (String id : decisions) {
            Optional<AuditEntry> about = jdbc.sql("""
                            select hook, hook_instance, patient from audit
                            where decision_id = ? and kind = ? order by id limit 1""")
                    .params(id, AuditEntry.Kind.HOOK.code())
                    .query((row, number) -> new AuditEntry(
                            call.at(),
                            call.kind(),
                            call.clientId(),
                            call.tenant(),
                            call.address(),
                            call.userId(),
                            call.serviceId(),
                            Optional.ofNullable(row.getString("hook")),
                            Optional.ofNullable(row.getString("hook_instance")),
                            Optional.ofNullable(row.getString("patient")),
                            Optional.of(id),
                            call.status(),
                            call.calls()))
                    .optional();
            Audit.insert(jdbc, about.orElse(call));
        }
    }

    @Override
    public List<Reviewed> review(Instant from, Instant to) {
        return database.read(jdbc -> jdbc.sql("""
                        select f.*, c.indicator, d.service_id, d.content_version, d.outcome as decided, d.reason, d.states
                        from feedback f join card c on c.uuid = f.card_uuid join decision d on d.id = c.decision_id
                        where f.received_at >= ? and f.received_at < ?
                        order by f.received_at, f.place""")
                .params(from.atOffset(ZoneOffset.UTC), to.atOffset(ZoneOffset.UTC))
                .query((row, number) -> reviewed(row))
                .list());
    }

    private Reviewed reviewed(ResultSet row) throws SQLException {
        String outcome = row.getString("outcome");
        Optional<String> system = Optional.ofNullable(row.getString("reason_system"));
        Optional<String> comment = Optional.ofNullable(row.getString("user_comment"));
        String code = row.getString("reason_code");
        String display = row.getString("reason_display");
        Optional<Coding> reason = system.map(given -> new Coding(given, code, Optional.ofNullable(display)));
        return new Reviewed(
                new Feedback(
                        row.getString("card_uuid"),
                        Arrays.stream(Outcome.values())
                                .filter(known -> known.code().equals(outcome))
                                .findFirst()
                                .orElseThrow(),
                        words(row.getString("suggestions")),
                        reason.isEmpty() && comment.isEmpty()
                                ? Optional.empty()
                                : Optional.of(new OverrideReason(reason, comment)),
                        row.getObject("outcome_at", OffsetDateTime.class).toInstant()),
                row.getString("service_id"),
                row.getString("content_version"),
                row.getString("indicator"),
                row.getString("decided"),
                row.getString("reason"),
                json.readValue(row.getString("states"), States.class));
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
}
