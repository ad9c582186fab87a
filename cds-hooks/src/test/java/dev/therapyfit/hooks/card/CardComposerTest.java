package dev.therapyfit.hooks.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.cql.evaluation.GivenResults;
import dev.therapyfit.cql.fhir.Written;
import dev.therapyfit.hooks.Records;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.card.Card.Action;
import dev.therapyfit.hooks.card.Card.DecisionSummary;
import dev.therapyfit.hooks.card.Card.Extension;
import dev.therapyfit.hooks.card.Card.Link;
import dev.therapyfit.hooks.card.Card.OverrideReason;
import dev.therapyfit.hooks.card.Card.Source;
import dev.therapyfit.hooks.card.Card.Topic;
import dev.therapyfit.hooks.card.CardComposer.Material;
import dev.therapyfit.hooks.card.CardTemplate.ActionTemplate;
import dev.therapyfit.hooks.card.CardTemplate.LinkTemplate;
import dev.therapyfit.hooks.card.CardTemplate.SuggestionTemplate;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import dev.therapyfit.hooks.decision.Decision.NotRead;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Stage 5: templates and results become cards. */
class CardComposerTest {
    private static final URI DECISION = URI.create("https://cds.example/decisions/d-1");
    private static final Decision DECIDED = new Decision(
            "d-1",
            Instant.EPOCH,
            new ContentVersion("Toy", "1.2.3", "0123456789abcdef"),
            "digest",
            "Patient/zz",
            "US",
            "drink",
            "thirst",
            7,
            true,
            "not-applicable",
            List.of(),
            List.of(new NotRead("Goal", "no answer")),
            Map.of());

    private final AtomicInteger ids = new AtomicInteger();
    private final CardComposer composer = new CardComposer(() -> "id-" + ids.incrementAndGet());
    private final Map<String, Object> results = new HashMap<>(Map.of(
            "Shows",
            true,
            "Summary",
            "A summary",
            "Priority",
            "routine",
            "Detail",
            "**Detail**",
            "Label",
            "Do it",
            "Description",
            "Does it",
            "Resource",
            Written.read(Records.order("tea-1", "tea")),
            "Id",
            "MedicationRequest/tea-1"));

    @Test
    void a_card_is_filled_with_what_the_expressions_give() {
        Card card = only(template());

        assertThat(card)
                .isEqualTo(new Card(
                        "id-1",
                        "A summary",
                        "info",
                        "**Detail**",
                        new Source("The book", "https://toy.example/book"),
                        List.of(),
                        null,
                        List.of(new OverrideReason("other", ToyContent.THINGS, "Other")),
                        List.of(
                                new Link("Why", "https://cds.example/decisions/d-1", "absolute"),
                                new Link("Chapter", "https://toy.example/1", "absolute")),
                        new Extension(new DecisionSummary(
                                "d-1",
                                "drink",
                                "thirst",
                                7,
                                true,
                                List.of("Goal"),
                                "Toy",
                                "1.2.3",
                                "0123456789abcdef"))));
    }

    @Test
    void the_json_has_no_empty_fields() {
        Card card = only(new CardTemplate(
                List.of(),
                "Summary",
                "Priority",
                Optional.empty(),
                new Source("The book", null),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "any",
                List.of()));

        assertThat(new JsonMapper().writeValueAsString(new CdsResponse(List.of(card))))
                .isEqualTo("{\"cards\":[{\"uuid\":\"id-1\",\"summary\":\"A summary\",\"indicator\":\"info\","
                        + "\"source\":{\"label\":\"The book\"},\"extension\":{\"dev.therapyfit.decision\":"
                        + "{\"id\":\"d-1\",\"outcome\":\"drink\",\"reason\":\"thirst\",\"rule\":7,\"provisional\":true,\"unread\":[\"Goal\"],"
                        + "\"content\":\"Toy\",\"version\":\"1.2.3\",\"sha256\":\"0123456789abcdef\"}}}]}");
        assertThat(new JsonMapper().writeValueAsString(CdsResponse.NOTHING)).isEqualTo("{\"cards\":[]}");
    }

    // ---- Conditions

    @Test
    void a_card_shows_only_if_every_condition_is_true() {
        results.put("False", false);

        assertThat(compose(template(List.of("Shows", "False")))).isEmpty();
        assertThat(compose(template(List.of("Shows", "Null")))).isEmpty();
        assertThat(compose(template(List.of("Shows", "Shows")))).hasSize(1);
        assertThat(compose(template(List.of()))).hasSize(1);
    }

    @Test
    void nothing_of_a_card_that_does_not_show_is_needed() {
        results.remove("Summary");
        results.put("Shows", false);

        assertThat(compose(template())).isEmpty();
    }

    @Test
    void cards_keep_the_order_of_the_content() {
        results.put("Other", "Another");
        CardTemplate other = new CardTemplate(
                List.of(),
                "Other",
                "Priority",
                Optional.empty(),
                new Source("x", null),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "any",
                List.of());

        assertThat(composer.compose(List.of(other, template()), material(false)).cards())
                .extracting(Card::summary)
                .containsExactly("Another", "A summary");
    }

    @Test
    void a_condition_that_is_no_boolean_is_an_error() {
        results.put("Shows", "true");

        assertThatThrownBy(() -> compose(template()))
                .hasMessageContaining("Shows")
                .hasMessageContaining("Boolean");
    }

    // ---- Texts

    @ParameterizedTest
    @ValueSource(strings = {"Summary", "Priority", "Detail"})
    void a_text_that_is_missing_or_blank_is_an_error_that_names_its_expression(String expression) {
        for (Object value : List.of("", " \n")) {
            results.put(expression, value);
            assertThatThrownBy(() -> compose(template())).hasMessageContaining("\"" + expression + "\"");
        }
        results.put(expression, 17);
        assertThatThrownBy(() -> compose(template())).hasMessageContaining("\"" + expression + "\"");
        results.remove(expression);
        assertThatThrownBy(() -> compose(template())).hasMessageContaining("\"" + expression + "\"");
    }

    @Test
    void a_summary_has_less_than_140_characters() {
        results.put("Summary", "x".repeat(139));
        assertThat(only(template()).summary()).isEqualTo("x".repeat(139));

        results.put("Summary", "x".repeat(140));
        assertThat(only(template()).summary()).isEqualTo("x".repeat(138) + "…");
    }

    @Test
    void a_summary_is_never_cut_within_a_character() {
        results.put("Summary", "🍵".repeat(69));
        assertThat(only(template()).summary()).isEqualTo("🍵".repeat(69));

        for (String before : List.of("", "x")) {
            results.put("Summary", before + "🍵".repeat(100));
            String cut = only(template()).summary();
            assertThat(cut).startsWith(before + "🍵").endsWith("🍵…").hasSizeLessThan(140);
            assertThat(cut.codePoints()).noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
        }
    }

    @ParameterizedTest
    @CsvSource({"routine, info", "urgent, warning", "asap, warning", "stat, critical"})
    void a_priority_is_an_indicator(String priority, String indicator) {
        results.put("Priority", priority);

        assertThat(only(template()).indicator()).isEqualTo(indicator);
    }

    @Test
    void another_priority_is_an_error() {
        results.put("Priority", "zz-priority");

        assertThatThrownBy(() -> compose(template()))
                .hasMessageContaining("priority")
                .hasMessageNotContaining("zz-priority");
    }

    // ---- Suggestions

    @Test
    void suggestions_create_update_and_delete() {
        CardTemplate template = suggesting(
                List.of(),
                new ActionTemplate("create", "Description", Optional.of("Resource"), Optional.empty()),
                new ActionTemplate("update", "Description", Optional.of("Resource"), Optional.empty()),
                new ActionTemplate("delete", "Description", Optional.empty(), Optional.of("Id")));

        Card card = only(template);

        assertThat(card.selectionBehavior()).isEqualTo("at-most-one");
        assertThat(card.suggestions()).singleElement().satisfies(suggestion -> {
            assertThat(suggestion.label()).isEqualTo("Do it");
            assertThat(suggestion.uuid()).isNotBlank().isNotEqualTo(card.uuid());
            assertThat(suggestion.actions()).extracting(Action::type).containsExactly("create", "update", "delete");
        });
        JsonMapper json = new JsonMapper();
        JsonNode actions = json.readTree(json.writeValueAsString(card)).at("/suggestions/0/actions");
        assertThat(actions.get(0).propertyNames()).containsExactly("type", "description", "resource");
        assertThat(actions.at("/1/resource/resourceType").asString()).isEqualTo("MedicationRequest");
        assertThat(actions.at("/1/resource/id").asString()).isEqualTo("tea-1");
        assertThat(actions.at("/1/resource/medicationCodeableConcept/coding/0/code")
                        .asString())
                .isEqualTo("tea");
        assertThat(actions.get(2).propertyNames()).containsExactly("type", "description", "resourceId");
        assertThat(actions.at("/2/resourceId").asString()).isEqualTo("MedicationRequest/tea-1");
    }

    @Test
    void a_suggestion_whose_condition_is_not_true_is_left_out_with_the_selection_behavior() {
        results.put("False", false);
        results.remove("Label");

        Card card = only(suggesting(List.of("False")));

        assertThat(card.suggestions()).isEmpty();
        assertThat(card.selectionBehavior()).isNull();
    }

    @Test
    void a_resource_that_is_missing_is_an_error_that_names_its_expression() {
        results.remove("Resource");

        assertThatThrownBy(() -> compose(suggesting(
                        List.of(),
                        new ActionTemplate("create", "Description", Optional.of("Resource"), Optional.empty()))))
                .hasMessageContaining("\"Resource\"");
    }

    @Test
    void a_suggestion_of_single_actions_is_shown_to_clients_that_know_what_it_means() {
        CardTemplate template = template(
                List.of("Shows"),
                List.of(new SuggestionTemplate(
                        List.of(),
                        "Label",
                        List.of(new ActionTemplate("delete", "Description", Optional.empty(), Optional.of("Id"))),
                        Optional.of("any"))));

        assertThat(composer.compose(List.of(template), material(true))
                        .cards()
                        .get(0)
                        .suggestions())
                .singleElement()
                .satisfies(suggestion ->
                        assertThat(suggestion.actionSelectionBehavior()).isEqualTo("any"));
        assertThat(composer.compose(List.of(template), material(false))
                        .cards()
                        .get(0)
                        .suggestions())
                .isEmpty();
    }

    @Test
    void an_app_is_told_what_its_expression_gives() {
        results.put("App Context", "{\"stage\":4}");
        CardTemplate template = new CardTemplate(
                List.of(),
                "Summary",
                "Priority",
                Optional.empty(),
                new Source("x", null, "https://toy.example/x.png", new Topic("urn:t", "tea", null)),
                List.of(new LinkTemplate(
                        new Link("App", "https://toy.example/launch", "smart"), Optional.of("App Context"))),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                "any",
                List.of());

        assertThat(only(template).links())
                .containsExactly(new Link("App", "https://toy.example/launch", "smart", "{\"stage\":4}", null));
        assertThat(new JsonMapper().writeValueAsString(only(template)))
                .contains("\"topic\":{\"system\":\"urn:t\",\"code\":\"tea\"}", "\"appContext\":")
                .doesNotContain("autolaunchable", "display");
    }

    // ---- Helpers

    private Card only(CardTemplate template) {
        List<Card> cards = compose(template);
        assertThat(cards).hasSize(1);
        return cards.get(0);
    }

    private List<Card> compose(CardTemplate template) {
        return composer.compose(List.of(template), material(false)).cards();
    }

    @Test
    void an_ehr_that_launches_this_service_gets_a_link_that_tells_it_the_decision() {
        URI signed = URI.create("https://cds.example/base/decisions/d-1?expires=1&signature=s");
        Material material = new Material(GivenResults.of(results), DECIDED, signed, false, true);

        assertThat(composer.compose(List.of(template()), material)
                        .cards()
                        .get(0)
                        .links())
                .contains(new Link(
                        "Answer", "https://cds.example/base/launch", "smart", "d-1?expires=1&signature=s", null));
        assertThat(composer.compose(List.of(template()), material(false))
                        .cards()
                        .get(0)
                        .links())
                .noneMatch(link -> link.type().equals("smart"));
    }

    private Material material(boolean actionSelection) {
        return new Material(GivenResults.of(results), DECIDED, DECISION, actionSelection, false);
    }

    private static CardTemplate template() {
        return template(List.of("Shows"));
    }

    private static CardTemplate template(List<String> condition) {
        return template(condition, List.of());
    }

    private static CardTemplate suggesting(List<String> condition, ActionTemplate... actions) {
        return template(List.of("Shows"), List.of(new SuggestionTemplate(condition, "Label", List.of(actions))));
    }

    private static CardTemplate template(List<String> condition, List<SuggestionTemplate> suggestions) {
        return new CardTemplate(
                condition,
                "Summary",
                "Priority",
                Optional.of("Detail"),
                new Source("The book", "https://toy.example/book"),
                List.of(new LinkTemplate(new Link("Chapter", "https://toy.example/1", "absolute"))),
                Optional.of("Why"),
                Optional.of("Answer"),
                List.of(new OverrideReason("other", ToyContent.THINGS, "Other")),
                "at-most-one",
                suggestions);
    }
}
