package dev.therapyfit.hooks.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.question.Answers.NotAnAnswer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What answers become is held against the structured data capture guide (SDC) of FHIR. */
class AnswersTest {
    private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-11-24");
    private static final String FILE = "input/resources/questionnaire/thirst.json";
    private static final String URL = "https://toy.example/Questionnaire/thirst";

    private static final String THIRST = """
            {"resourceType": "Questionnaire", "id": "thirst", "url": "%s", "title": "Thirst", "status": "draft",
             "extension": [
              {"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-observationExtract",
               "valueBoolean": true},
              {"url": "https://therapyfit.dev/fhir/StructureDefinition/answered-by", "valueCode": "patient"}],
             "item": [
              {"linkId": "help", "type": "display", "text": "Ask for it."},
              {"linkId": "how", "type": "choice", "text": "How thirsty are you?",
               "code": [{"system": "https://toy.example", "code": "thirst"}],
               "answerOption": [
                {"valueCoding": {"system": "https://toy.example", "code": "very", "display": "Very thirsty"}},
                {"valueCoding": {"system": "https://toy.example", "code": "little", "display": "A little"}}]},
              {"linkId": "glasses", "type": "decimal", "text": "How many glasses?",
               "code": [{"system": "https://toy.example", "code": "glasses"}],
               "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/minValue", "valueDecimal": 0},
                {"url": "http://hl7.org/fhir/StructureDefinition/maxValue", "valueDecimal": 10}]},
              {"linkId": "day", "type": "date", "text": "When?",
               "definition": "http://hl7.org/fhir/StructureDefinition/Observation#Observation.effective"}]}
            """.formatted(URL);

    private static final String WISH = """
            {"resourceType": "Questionnaire", "id": "wish", "url": "https://toy.example/Questionnaire/wish",
             "title": "Wish", "status": "draft",
             "extension": [
              {"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-itemExtractionContext",
               "valueCode": "Goal"}],
             "item": [
              {"linkId": "status", "type": "string", "initial": [{"valueString": "active"}],
               "definition": "http://hl7.org/fhir/StructureDefinition/Goal#Goal.lifecycleStatus",
               "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true}]},
              {"linkId": "what", "type": "choice", "repeats": true, "text": "What do you want?",
               "definition": "http://hl7.org/fhir/StructureDefinition/Goal#Goal.description",
               "answerOption": [
                {"valueCoding": {"system": "https://toy.example", "code": "tea"}},
                {"valueCoding": {"system": "https://toy.example", "code": "water"}}]}]}
            """;

    private static Questionnaire questionnaire(String json, String url) {
        return Questionnaires.of(ToyContent.and(FILE, json)).find(url).orElseThrow();
    }

    private static Answers answers(Map<String, List<String>> fields) {
        return Answers.of(questionnaire(THIRST, URL), fields, TODAY);
    }

    @Test
    void each_answer_becomes_an_observation_with_the_code_of_its_question() {
        List<Resource> resources = answers(Map.of("thirst.how", List.of("very"), "thirst.glasses", List.of("2,5")))
                .resources("Patient/p1", AT);

        assertThat(resources.stream().map(Json::of)).containsExactly("""
                        {"resourceType":"Observation","status":"final",\
                        "code":{"coding":[{"system":"https://toy.example","code":"thirst"}]},\
                        "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-24T10:00:00Z",\
                        "issued":"2026-11-24T10:00:00Z",\
                        "performer":[{"reference":"Patient/p1"}],\
                        "valueCodeableConcept":{"coding":[{"system":"https://toy.example","code":"very",\
                        "display":"Very thirsty"}]}}""", """
                        {"resourceType":"Observation","status":"final",\
                        "code":{"coding":[{"system":"https://toy.example","code":"glasses"}]},\
                        "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-24T10:00:00Z",\
                        "issued":"2026-11-24T10:00:00Z",\
                        "performer":[{"reference":"Patient/p1"}],\
                        "valueQuantity":{"value":2.5,"unit":"{score}","system":"http://unitsofmeasure.org",\
                        "code":"{score}"}}""");
    }

    @Test
    void each_of_several_choices_becomes_a_resource_with_the_values_that_are_not_asked_for() {
        Answers answers = Answers.of(
                questionnaire(WISH, "https://toy.example/Questionnaire/wish"),
                Map.of("wish.what", List.of("tea", "water", "tea")),
                TODAY);

        assertThat(answers.resources("Patient/p1", AT).stream().map(Json::of)).containsExactly("""
                        {"resourceType":"Goal","lifecycleStatus":"active",\
                        "description":{"coding":[{"system":"https://toy.example","code":"tea"}]},\
                        "subject":{"reference":"Patient/p1"}}""", """
                        {"resourceType":"Goal","lifecycleStatus":"active",\
                        "description":{"coding":[{"system":"https://toy.example","code":"water"}]},\
                        "subject":{"reference":"Patient/p1"}}""");
    }

    @Test
    void the_response_says_what_was_asked_and_who_answered() {
        assertThat(Json.of(answers(Map.of("thirst.how", List.of("little"))).response("Patient/p1", AT)))
                .isEqualTo("""
                        {"resourceType":"QuestionnaireResponse","questionnaire":"%s","status":"completed",\
                        "subject":{"reference":"Patient/p1"},"authored":"2026-11-24T10:00:00Z",\
                        "source":{"reference":"Patient/p1"},\
                        "item":[{"linkId":"how","text":"How thirsty are you?",\
                        "answer":[{"valueCoding":{"system":"https://toy.example","code":"little",\
                        "display":"A little"}}]}]}""".formatted(URL));
    }

    @Test
    void what_was_found_earlier_is_of_its_day() {
        Answers answers = answers(Map.of("thirst.glasses", List.of("2"), "thirst.day", List.of("2026-11-20")));

        assertThat(Json.of(answers.resources("Patient/p1", AT).get(0)))
                .contains("\"effectiveDateTime\":\"2026-11-20\"", "\"issued\":\"2026-11-24T10:00:00Z\"");
        assertThat(Json.of(answers.response("Patient/p1", AT))).contains("\"valueDate\":\"2026-11-20\"");
        assertThatThrownBy(() -> answers(Map.of("thirst.day", List.of("2026-11-25"))))
                .isInstanceOf(NotAnAnswer.class)
                .hasMessage("When? Expected a day such as 2026-01-31, not after 2026-11-24.");
    }

    @Test
    void a_question_without_an_answer_was_not_answered() {
        Answers none = answers(Map.of("thirst.how", List.of(""), "thirst.glasses", List.of(" ")));

        assertThat(none.isEmpty()).isTrue();
        assertThat(none.resources("Patient/p1", AT)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "10.1", "two", "NaN", "1e9", "1e-999999999", "1234567890123", "1.000,5"})
    void a_number_outside_of_its_bounds_is_no_answer(String number) {
        assertThatThrownBy(() -> answers(Map.of("thirst.glasses", List.of(number))))
                .isInstanceOf(NotAnAnswer.class)
                .hasMessage("How many glasses? Expected a number from 0 to 10.");
    }

    @Test
    void a_code_that_is_not_offered_is_no_answer() {
        assertThatThrownBy(() -> answers(Map.of("thirst.how", List.of("quite"))))
                .isInstanceOf(NotAnAnswer.class)
                .hasMessage("How thirsty are you? Expected one of its answers.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"type\": \"choice\"|\"type\": \"text\"|type: expected choice, decimal or display",
                "\"answerOption\"|\"answerValueSet\": \"https://toy.example\", \"_answerOption\"|not a FHIR R4 resource",
                "sdc-questionnaire-observationExtract|other|which say what answers become",
                "\"code\": [{\"system\": \"https://toy.example\", \"code\": \"thirst\"}],||expected the code",
                "\"title\": \"Thirst\",||expected a title",
            })
    void what_cannot_be_asked_is_a_problem_with_its_place(String text, String other, String problem) {
        assertThatThrownBy(
                        () -> Questionnaires.of(ToyContent.and(FILE, THIRST.replace(text, other == null ? "" : other))))
                .isInstanceOfSatisfying(
                        ContentException.class, e -> assertThat(e.problems()).anySatisfy(one -> {
                            assertThat(one).extracting(ContentProblem::file).isEqualTo(FILE);
                            assertThat(one.message()).contains(problem);
                        }));
    }

    @Test
    void an_element_that_the_resource_does_not_have_is_a_problem() {
        assertThatThrownBy(
                        () -> Questionnaires.of(ToyContent.and(FILE, WISH.replace("#Goal.description", "#Goal.wish"))))
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("definition: expected http://hl7.org/fhir/StructureDefinition/Goal#Goal.");
    }
}
