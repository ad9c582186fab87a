package dev.therapyfit.hooks.decision;

import static dev.therapyfit.cql.fhir.Written.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.GivenResults;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import dev.therapyfit.hooks.decision.Decision.LeftOut;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Stage 4: the content's tuple becomes a decision, or it is said where the tuple is wrong. */
class DecisionMakerTest {
    private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");
    private static final Inputs INPUTS = new Inputs("US", List.of());
    private static final DecisionMaker MAKER = DecisionMaker.of(ToyContent.CONTENT);

    // ---- What a decision holds

    @Test
    void the_toy_content_decides_with_the_datum_behind_each_criterion() {
        PatientRecord record = PatientRecord.builder()
                .add(read(Records.patient()), Origin.PREFETCH)
                .add(read(Records.thirst("t-1")), Origin.FETCHED)
                .add(read(Records.order("tea-1", "tea")), Origin.CONTEXT)
                .build();
        ExpressionResults results = ToyContent.EVALUATOR.evaluate(
                record, List.of("Decision"), new Inputs("JP", List.of("MedicationRequest/tea-1")), AT);

        Decision decision = DecisionMaker.of(ToyContent.CONTENT).decide(results, record, INPUTS, "id-1", AT);

        assertThat(decision.id()).isEqualTo("id-1");
        assertThat(decision.evaluatedAt()).isEqualTo(AT);
        assertThat(decision.content()).isEqualTo(new ContentVersion("Toy", "1.2.3", ToyContent.CONTENT.sha256()));
        assertThat(decision.patient()).isEqualTo("Patient/zz-patient");
        assertThat(decision.order()).contains("MedicationRequest/tea-1");
        assertThat(decision.outcome()).isEqualTo("drink");
        assertThat(decision.reason()).isEqualTo("JP");
        assertThat(decision.rule()).isEqualTo(7);
        assertThat(decision.part("reasons").path(0).path("evidence"))
                .hasToString(
                        "[{\"reference\":\"Observation/t-1\",\"code\":\"thirst\",\"value\":3,\"origin\":\"fetched\"}]");
    }

    @Test
    void the_json_has_the_contract_s_names_and_leaves_absent_data_out() {
        JsonNode json = new JsonMapper().valueToTree(decide(tuple()));

        assertThat(json.propertyNames())
                .containsExactly(
                        "id",
                        "evaluatedAt",
                        "content",
                        "inputsDigest",
                        "patient",
                        "jurisdiction",
                        "outcome",
                        "reason",
                        "rule",
                        "provisional",
                        "concordance",
                        "leftOut",
                        "unread",
                        "dangers",
                        "order",
                        "places",
                        "reasons",
                        "summary");
        assertThat(json.at("/evaluatedAt").asString()).isEqualTo("2026-11-24T10:00:00Z");
        assertThat(json.at("/order").propertyNames()).isEmpty();
        assertThat(json.at("/reasons/0/evidence/0").propertyNames())
                .containsExactly("reference", "code", "value", "origin");
    }

    @Test
    void an_order_without_a_reference_is_no_order() {
        assertThat(decide(tuple()).order()).isEmpty();
    }

    @Test
    void an_evaluation_time_keeps_its_fraction() {
        Instant at = Instant.parse("2026-11-24T10:00:00.123Z");

        assertThat(MAKER.decide(results(tuple()), record().build(), INPUTS, "x", at)
                        .evaluatedAt())
                .isEqualTo(at);
    }

    @Test
    void what_record_and_content_leave_out_is_one_list_sorted_by_reference() {
        Map<String, Object> tuple = tuple();
        tuple.put(
                "leftOut",
                List.of(
                        Map.of("reference", "Observation/z", "reason", "too-old"),
                        Map.of("reference", "Observation/a", "reason", "no-date")));
        PatientRecord record = record().add(read(Records.thirst("m", "zz-other")), Origin.PREFETCH)
                .add(read(Records.order("draft", "tea")), Origin.FETCHED)
                .build();

        assertThat(MAKER.decide(results(tuple), record, INPUTS, "x", AT).leftOut())
                .containsExactly(
                        new LeftOut("MedicationRequest/draft", "draft-outside-context"),
                        new LeftOut("Observation/a", "no-date"),
                        new LeftOut("Observation/m", "other-patient"),
                        new LeftOut("Observation/z", "too-old"));
    }

    // ---- The id that follows from the decision

    @Test
    void the_same_record_and_instant_give_the_same_id_and_another_instant_gives_another() {
        Decision one = MAKER.decide(results(tuple()), record().build(), INPUTS, AT);
        Decision same = MAKER.decide(results(tuple()), record().build(), INPUTS, AT);
        Decision later = MAKER.decide(results(tuple()), record().build(), INPUTS, AT.plusMillis(1));

        assertThat(same).isEqualTo(one);
        assertThat(later.id()).isNotEqualTo(one.id());
        assertThat(UUID.fromString(one.id()).version()).isEqualTo(3);
    }

    // ---- Shapes that are wrong

    @Test
    void no_decision_at_all_is_an_error() {
        assertThatThrownBy(() -> MAKER.decide(GivenResults.of(Map.of()), record().build(), INPUTS, "x", AT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"Decision\" is null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order",
                "outcome",
                "reason",
                "rule",
                "provisional",
                "concordance",
                "summary",
                "reasons",
                "dangers",
                "places"
            })
    void a_field_that_is_missing_is_named(String field) {
        Map<String, Object> tuple = tuple();
        tuple.remove(field);

        assertThat(shapeError(tuple)).hasMessageContaining("Decision").hasMessageContaining(field);
    }

    @Test
    void a_field_too_many_is_an_error() {
        Map<String, Object> tuple = tuple();
        tuple.put("surprise", "zz-secret");

        assertThat(shapeError(tuple)).hasMessageContaining("surprise");
    }

    @Test
    void a_value_of_another_type_is_named_by_its_place_and_not_repeated() {
        for (String field : List.of("rule", "provisional", "reasons", "leftOut", "order", "outcome")) {
            Map<String, Object> tuple = tuple();
            tuple.put(field, "zz-secret");
            assertThat(shapeError(tuple)).hasMessageContaining(field);
        }
        for (String field : List.of("reasons", "dangers", "leftOut", "places")) {
            Map<String, Object> tuple = tuple();
            tuple.put(field, List.of("zz-secret"));
            assertThat(shapeError(tuple)).hasMessageContaining(field);
        }
    }

    @Test
    void an_entry_without_its_evidence_is_named() {
        Map<String, Object> tuple = tuple();
        Map<String, Object> reason = reason("Observation/t-1");
        reason.remove("evidence");
        tuple.put("reasons", List.of(reason));

        assertThat(shapeError(tuple)).hasMessageContaining("reasons").hasMessageContaining("evidence");
    }

    @Test
    void evidence_that_is_not_in_the_record_is_an_error_that_does_not_repeat_it() {
        Map<String, Object> tuple = tuple();
        tuple.put("reasons", List.of(reason("Observation/zz-secret")));

        assertThat(shapeError(tuple)).hasMessageContaining("not in the record");
    }

    @Test
    void the_inputs_digest_changes_with_every_input_and_with_nothing_else() {
        String digest = digest(record(), INPUTS, AT);

        assertThat(digest).matches("[0-9a-f]{64}");
        assertThat(digest(record(), INPUTS, AT)).isEqualTo(digest);
        assertThat(digest(record(), new Inputs("EU", List.of()), AT)).isNotEqualTo(digest);
        assertThat(digest(record(), INPUTS, AT.plusMillis(1))).isNotEqualTo(digest);
        assertThat(digest(record().add(read(Records.thirst("t-2")), Origin.FETCHED), INPUTS, AT))
                .isNotEqualTo(digest);
    }

    @Test
    void naming_every_draft_order_is_the_same_as_naming_none() {
        PatientRecord.Builder orders = record().add(read(Records.order("tea-1", "tea")), Origin.CONTEXT)
                .add(read(Records.order("tea-2", "tea")), Origin.CONTEXT);
        String all = digest(orders, INPUTS, AT);

        assertThat(digest(orders, new Inputs("US", List.of("MedicationRequest/tea-2", "MedicationRequest/tea-1")), AT))
                .isEqualTo(all);
        assertThat(digest(orders, new Inputs("US", List.of("MedicationRequest/tea-2")), AT))
                .isNotEqualTo(all);
    }

    private static String digest(PatientRecord.Builder record, Inputs inputs, Instant at) {
        return MAKER.decide(results(tuple()), record.build(), inputs, "x", at).inputsDigest();
    }

    @Test
    void a_decision_that_is_no_tuple_is_an_error() {
        assertThatThrownBy(() -> MAKER.decide(
                        GivenResults.of(Map.of("Decision", "zz-secret")), record().build(), INPUTS, "x", AT))
                .hasMessageNotContaining("zz-secret")
                .hasMessageContaining("Decision");
    }

    // ---- Helpers

    private static Decision decide(Map<String, Object> tuple) {
        return MAKER.decide(
                results(tuple),
                record().add(read(Records.thirst("t-1")), Origin.PREFETCH).build(),
                INPUTS,
                "x",
                AT);
    }

    private static IllegalStateException shapeError(Map<String, Object> tuple) {
        IllegalStateException failure = catchThrowableOfType(IllegalStateException.class, () -> decide(tuple));
        assertThat(failure).isNotNull();
        assertThat(failure).hasMessageNotContaining("zz-").hasNoCause();
        return failure;
    }

    private static PatientRecord.Builder record() {
        return PatientRecord.builder()
                .add(read(Records.patient()), Origin.PREFETCH)
                .add(read(Records.thirst("t-1")), Origin.PREFETCH);
    }

    private static ExpressionResults results(Map<String, Object> tuple) {
        return GivenResults.of(Map.of("Decision", tuple));
    }

    private static Map<String, Object> tuple() {
        Map<String, Object> tuple = new LinkedHashMap<>();
        tuple.put("order", Map.of());
        tuple.put("outcome", "wait");
        tuple.put("reason", "");
        tuple.put("rule", 1);
        tuple.put("provisional", false);
        tuple.put("concordance", "not-applicable");
        tuple.put("summary", List.of("x"));
        tuple.put("reasons", List.of(reason("Observation/t-1")));
        tuple.put("dangers", List.of());
        tuple.put("places", List.of());
        tuple.put("leftOut", List.of());
        return tuple;
    }

    private static Map<String, Object> reason(String evidence) {
        Map<String, Object> reason = new LinkedHashMap<>();
        reason.put("id", "D1");
        reason.put("title", "Thirst");
        reason.put("state", "given");
        reason.put("why", "x");
        reason.put("drinks", List.of("tea"));
        reason.put("evidence", List.of(evidence));
        return reason;
    }
}
