package dev.therapyfit.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {
    private static final String CARD = "{'cards':[{'uuid':'1','summary':'words','indicator':'info','detail':'words',"
            + "'source':{'label':'x'},'links':[{'label':'a','url':'https://x.example/a','type':'absolute'}]}]}";
    private static final String OUTCOME = "{'resourceType':'OperationOutcome','issue':[{'severity':'error',"
            + "'code':'invalid','diagnostics':'expected a string'}]}";

    @Test
    void a_whole_card_and_no_card_are_answers() {
        assertThat(Answers.problem(json(CARD))).isEmpty();
        assertThat(Answers.problem(json("{'cards':[]}"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'detail':'words'>'detail':''",
                "'detail':'words'>'detail':null",
                "'detail':'words'>'suggestions':[]",
                "'uuid':'1',>",
                "'summary':'words',>",
                "'info'>'loud'",
                "'source':{'label':'x'}>'source':{'label':1}",
                "'https://x.example/a'>'a'",
                "'cards'>'card'",
                "}]}]}>}]}"
            })
    void a_card_that_lacks_something_is_none(String change) {
        String[] parts = change.split(">", -1);
        assertThat(Answers.problem(json(CARD.replace(parts[0], parts[1])))).isPresent();
    }

    @Test
    void a_summary_has_less_than_140_characters() {
        assertThat(Answers.problem(json(CARD.replace("'summary':'words'", "'summary':'" + "x".repeat(139) + "'"))))
                .isEmpty();
        assertThat(Answers.problem(json(CARD.replace("'summary':'words'", "'summary':'" + "x".repeat(140) + "'"))))
                .isPresent();
    }

    @ParameterizedTest
    @CsvSource({"400, true", "412, true", "500, false", "502, false", "302, false", "503, false", "429, false"})
    void a_refusal_has_one_of_the_defined_statuses(int status, boolean fine) {
        assertThat(Answers.problem(status, Optional.empty(), json(OUTCOME), "zz-")
                        .isEmpty())
                .isEqualTo(fine);
    }

    @Test
    void a_refusal_for_now_says_when_to_come_again() {
        assertThat(Answers.problem(503, Optional.of("1"), json(OUTCOME), "zz-")).isEmpty();
    }

    @Test
    void a_refusal_is_an_operation_outcome_that_repeats_nothing() {
        assertThat(Answers.problem(400, Optional.empty(), "<html>", "zz-")).isPresent();
        assertThat(Answers.problem(400, Optional.empty(), "{\"status\":400}", "zz-"))
                .isPresent();
        assertThat(Answers.problem(400, Optional.empty(), json(OUTCOME.replace("a string", "zz-name")), "zz-"))
                .isPresent();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
