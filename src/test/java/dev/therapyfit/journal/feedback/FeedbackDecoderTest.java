package dev.therapyfit.journal.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.journal.feedback.Feedback.Coding;
import dev.therapyfit.journal.feedback.Feedback.Outcome;
import dev.therapyfit.journal.feedback.Feedback.OverrideReason;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedbackDecoderTest {
    private static final String ACCEPTED = """
            {"card": "zz-card", "outcome": "accepted", "acceptedSuggestions": [{"id": "zz-1"}],
             "outcomeTimestamp": "2026-06-15T09:00:00Z"}""";

    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");

    private static List<Feedback> decode(String body) {
        return new FeedbackDecoder(Clock.fixed(NOW, ZoneOffset.UTC)).decode(body.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Feedback> decodeEntry(String entry) {
        return decode("{\"feedback\": [" + ACCEPTED + ", " + entry + "]}");
    }

    @Test
    void an_accepted_suggestion_is_read() {
        assertThat(decode("{\"feedback\": [" + ACCEPTED + "]}"))
                .containsExactly(new Feedback(
                        "zz-card",
                        Outcome.ACCEPTED,
                        List.of("zz-1"),
                        Optional.empty(),
                        Instant.parse("2026-06-15T09:00:00Z")));
    }

    @Test
    void a_uuid_means_the_same_in_either_case_and_another_text_does_not() {
        Feedback feedback = decodeEntry("""
                {"card": "0C1F4CFA-6F3C-4F0A-8A53-9D4FF3F6D0A1", "outcome": "accepted",
                 "acceptedSuggestions": [{"id": "0C1F4CFA-6F3C-4f0a-8a53-9D4FF3F6D0A2"}, {"id": "Another-ID"}],
                 "outcomeTimestamp": "2026-06-15T09:00:00Z"}""").get(1);

        assertThat(feedback.card()).isEqualTo("0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a1");
        assertThat(feedback.acceptedSuggestions())
                .containsExactly("0c1f4cfa-6f3c-4f0a-8a53-9d4ff3f6d0a2", "Another-ID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:00Z", "2020-12-16T10:00:00Z", "2026-06-16T12:00:00Z"})
    void the_clock_of_a_client_may_be_wrong_and_feedback_may_be_late(String time) {
        assertThat(decodeEntry(ACCEPTED.replace("2026-06-15T09:00:00Z", time)))
                .last()
                .extracting(Feedback::outcomeTimestamp)
                .isEqualTo(Instant.parse(time));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0001-01-01T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "2026-06-16T12:00:00.001Z",
                "9999-12-31T23:59:59Z"
            })
    void a_time_that_is_far_in_the_future_or_long_ago_is_refused(String time) {
        assertThatThrownBy(() -> decodeEntry(ACCEPTED.replace("2026-06-15T09:00:00Z", time)))
                .isInstanceOf(BadHookRequest.class)
                .hasMessageContaining("feedback[1].outcomeTimestamp: expected the time at which the user did it");
    }

    @Test
    void an_override_is_read_with_reason_and_comment() {
        Feedback feedback = decodeEntry("""
                {"card": "c", "outcome": "overridden", "acceptedSuggestions": [], "unknown": {"more": 1},
                 "overrideReason": {"reason": {"code": "x", "system": "https://ehr.example/own", "display": "Our own"},
                                    "userComment": "zz told me"},
                 "outcomeTimestamp": "2026-06-15T09:00:00.123456789Z"}""").get(1);

        assertThat(feedback.outcome()).isEqualTo(Outcome.OVERRIDDEN);
        assertThat(feedback.overrideReason())
                .contains(new OverrideReason(
                        Optional.of(new Coding("https://ehr.example/own", "x", Optional.of("Our own"))),
                        Optional.of("zz told me")));
        assertThat(feedback.outcomeTimestamp()).isEqualTo(Instant.parse("2026-06-15T09:00:00.123456789Z"));
        assertThat(feedback.toString()).doesNotContain("zz");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'acceptedSuggestions': null, 'overrideReason': null}",
                "{'overrideReason': {'userComment': 'cold'}}",
                "{'overrideReason': {'reason': {'code': 'x', 'system': 's'}, 'userComment': null}}",
            })
    void an_override_may_give_no_reason_a_coded_one_or_words(String more) {
        String fields = more.replace('\'', '"').substring(1);
        String entry = "{\"card\": \"c\", \"outcome\": \"overridden\", \"outcomeTimestamp\": \"2026-06-15T09:00:00Z\""
                + (fields.equals("}") ? "" : ", ") + fields;

        assertThat(decodeEntry(entry)).hasSize(2);
    }

    /** Epic's tutorial writes the name of the field in the plural, and its own reasons into an extension. */
    @Test
    void an_override_in_the_words_of_epic_is_read() {
        String entry = "{\"card\": \"c\", \"outcome\": \"overridden\", \"outcomeTimestamp\": \"2026-06-15T09:00:00Z\","
                + " \"overrideReasons\": %s}";

        assertThat(decodeEntry(entry.formatted("{\"reason\": {\"code\": \"x\", \"system\": \"s\"}}"))
                        .get(1)
                        .overrideReason())
                .contains(new OverrideReason(Optional.of(new Coding("s", "x", Optional.empty())), Optional.empty()));
        assertThat(decodeEntry(entry.formatted("{\"extension\": {\"com.epic.x\": \"45\"}, \"userComment\": \"cold\"}"))
                        .get(1)
                        .overrideReason())
                .contains(new OverrideReason(Optional.empty(), Optional.of("cold")));
        assertThat(decodeEntry(entry.formatted("{\"extension\": {\"com.epic.x\": \"45\"}}"))
                        .get(1)
                        .overrideReason())
                .isEmpty();
        assertRefused("{\"feedback\": [" + entry.formatted("{}") + "]}", "feedback[0].overrideReasons");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-06-15t09:00:00z",
                "2026-06-15T09:00:00.5Z",
                "2026-06-15T09:00:00+00:00",
                "2016-12-31T23:59:60Z"
            })
    void a_time_in_utc_is_read_in_every_form_of_rfc_3339(String time) {
        assertThat(decodeEntry(ACCEPTED.replace("2026-06-15T09:00:00Z", time))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-06-15T09:00:00",
                "2026-06-15T11:00:00+02:00",
                "2026-06-15",
                "2026-13-15T09:00:00Z",
                "2026-02-30T09:00:00Z",
                "2026-06-15T24:01:00Z",
                "+12026-06-15T09:00:00Z",
                "2026-06-15 09:00:00Z",
                "2026-06-15T09:00:00.1234567890Z",
            })
    void another_time_is_refused(String time) {
        assertRefused(
                "{\"feedback\": [" + ACCEPTED.replace("2026-06-15T09:00:00Z", time) + "]}",
                "feedback[0].outcomeTimestamp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'feedback': null}", "{'feedback': {}}", "{'feedback': []}"})
    void a_body_without_feedback_is_refused(String body) {
        assertRefused(body.replace('\'', '"'), "feedback");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "zz", "{'feedback': [], 'feedback': []}", "{} {}"})
    void a_body_that_is_no_object_is_refused(String body) {
        assertRefused(body.replace('\'', '"'), "");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "`'zz'`                                                   | feedback[1]",
                "`{'outcome': 'accepted'}`                                | feedback[1].card",
                "`{'card': 7}`                                            | feedback[1].card",
                "`{'card': ' '}`                                          | feedback[1].card",
                "`{'card': 'c'}`                                          | feedback[1].outcome",
                "`{'card': 'c', 'outcome': 'zz-ignored'}`                 | feedback[1].outcome",
                "`{'card': 'c', 'outcome': 'Accepted'}`                   | feedback[1].outcome",
                "`{'card': 'c', 'outcome': 'accepted'}`                   | feedback[1].acceptedSuggestions",
                "`{'card': 'c', 'outcome': 'accepted', 'acceptedSuggestions': []}` | feedback[1].acceptedSuggestions",
                "`{'card': 'c', 'outcome': 'accepted', 'acceptedSuggestions': {}}` | feedback[1].acceptedSuggestions",
                "`{'card': 'c', 'outcome': 'accepted', 'acceptedSuggestions': ['zz']}` | feedback[1].acceptedSuggestions[0]",
                "`{'card': 'c', 'outcome': 'accepted', 'acceptedSuggestions': [{'id': 'a'}, {}]}` | feedback[1].acceptedSuggestions[1].id",
                "`{'card': 'c', 'outcome': 'overridden', 'overrideReason': 'zz'}` | feedback[1].overrideReason",
                "`{'card': 'c', 'outcome': 'overridden', 'overrideReason': {}}` | feedback[1].overrideReason",
                "`{'card': 'c', 'outcome': 'overridden', 'overrideReason': {'reason': 'zz'}}` | feedback[1].overrideReason.reason",
                "`{'card': 'c', 'outcome': 'overridden', 'overrideReason': {'reason': {'code': 'x'}}}` | feedback[1].overrideReason.reason.system",
                "`{'card': 'c', 'outcome': 'overridden', 'overrideReason': {'reason': {'system': 's'}}}` | feedback[1].overrideReason.reason.code",
                "`{'card': 'c', 'outcome': 'overridden', 'overrideReason': {'userComment': ['zz']}}` | feedback[1].overrideReason.userComment",
                "`{'card': 'c', 'outcome': 'overridden'}`                 | feedback[1].outcomeTimestamp",
                "`{'card': 'c', 'outcome': 'overridden', 'outcomeTimestamp': 7}` | feedback[1].outcomeTimestamp",
            })
    void a_field_that_is_missing_or_wrong_is_named(String entry, String field) {
        assertRefused("{\"feedback\": [" + ACCEPTED + ", " + entry.replace('\'', '"') + "]}", field);
    }

    @Test
    void a_comment_has_a_longest_length_in_characters() {
        String entry = "{\"card\": \"c\", \"outcome\": \"overridden\", \"outcomeTimestamp\": \"2026-06-15T09:00:00Z\","
                + " \"overrideReason\": {\"userComment\": \"%s\"}}";
        String longest = "\uD83D\uDE00".repeat(4_000);

        assertThat(decodeEntry(entry.formatted(longest))).hasSize(2);
        assertThatThrownBy(() -> decodeEntry(entry.formatted(longest + "x")))
                .hasMessageContaining("feedback[1].overrideReason.userComment")
                .hasMessageContaining("4000");
    }

    @Test
    void a_call_has_a_greatest_number_of_entries() {
        String thousand = String.join(",", java.util.Collections.nCopies(1_000, ACCEPTED));

        assertThat(decode("{\"feedback\": [" + thousand + "]}")).hasSize(1_000);
        assertRefused("{\"feedback\": [" + thousand + "," + ACCEPTED + "]}", "feedback");
    }

    private static void assertRefused(String body, String field) {
        assertThatThrownBy(() -> decode(body)).isInstanceOfSatisfying(BadHookRequest.class, refused -> {
            assertThat(refused.problems()).hasSize(1);
            assertThat(refused.problems().get(0).expression()).isEqualTo(field);
            assertThat(refused.getMessage()).contains("expected").doesNotContain("zz");
        });
    }
}
