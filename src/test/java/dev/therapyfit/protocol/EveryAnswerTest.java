package dev.therapyfit.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.R4;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/**
 * Every answer to a hook about a case is one that CDS Hooks allows. Every case is asked about at order-select, one of three at
 * another hook too, and with {@code -Dcases.every=1} each at all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryAnswerTest {
    private final Map<String, JsonNode> answers = new ConcurrentSkipListMap<>();
    private final Map<String, Case> cases = new TreeMap<>();

    @BeforeAll
    void ask() {
        Cases.of(Line.CONTENT).forEach(example -> cases.put(example.name(), example));
        cases.values().parallelStream().forEach(example -> hooks(example.name())
                .forEach(hook -> answers.put(hook + " " + example.name(), Line.answer(hook, example))));
        assertThat(answers).hasSizeGreaterThan(1_600);
    }

    private static List<String> hooks(String name) {
        if (Integer.getInteger("cases.every", 3) == 1 || name.startsWith("again-") || name.equals("o9")) {
            return Line.HOOKS;
        }
        return switch (Math.floorMod(name.hashCode(), 6)) {
            case 0 -> List.of("order-select", "order-sign");
            case 1 -> List.of("order-select", "patient-view");
            default -> List.of("order-select");
        };
    }

    @Test
    void nothing_is_null_or_empty_but_the_list_of_cards() {
        answers.forEach((name, answer) -> {
            assertThat(answer.propertyNames()).containsExactly("cards");
            answer.get("cards").forEach(card -> assertNotEmpty(name, card));
        });
        assertThat(answers.values()).anyMatch(answer -> answer.get("cards").isEmpty());
    }

    private static void assertNotEmpty(String name, JsonNode node) {
        assertThat(node.isNull()).as(name).isFalse();
        assertThat(node.isString() && node.stringValue().isBlank()).as(name).isFalse();
        assertThat(node.isContainer() && node.isEmpty()).as(name).isFalse();
        node.forEach(child -> assertNotEmpty(name, child));
    }

    @Test
    void a_card_has_what_is_required_and_allowed() {
        Set<String> indicators = new TreeSet<>();
        Set<String> sources = new TreeSet<>();
        for (JsonNode card : cards()) {
            assertThat(Set.of(
                            "uuid",
                            "summary",
                            "detail",
                            "indicator",
                            "source",
                            "suggestions",
                            "selectionBehavior",
                            "overrideReasons",
                            "links",
                            "extension"))
                    .containsAll(card.propertyNames());
            indicators.add(card.get("indicator").stringValue());
            String summary = card.get("summary").stringValue();
            assertThat(summary.length()).as("UTF-16 units").isLessThan(140);
            assertThat(summary.codePointCount(0, summary.length())).isLessThan(140);
            assertThat(summary).doesNotContain("\n");
            assertAbsolute(card.at("/source/url"));
            assertThat(card.at("/source/label").stringValue()).isNotBlank();
            sources.add(card.get("source").toString());
            card.path("links").forEach(link -> {
                assertAbsolute(link.get("url"));
                assertThat(link.get("type").stringValue()).isEqualTo("absolute");
                assertThat(link.get("label").stringValue()).isNotBlank();
                // cds-resp-3; and nothing opens by itself
                assertThat(link.propertyNames()).containsExactlyInAnyOrder("label", "url", "type");
            });
            // cds-resp-4
            assertThat(card.get("overrideReasons")).allSatisfy(reason -> assertThat(reason.propertyNames())
                    .containsExactlyInAnyOrder("code", "system", "display"));
        }
        assertThat(indicators).containsExactly("critical", "info", "warning");
        assertThat(sources).as("a source that is not about a patient").hasSize(1);
    }

    private static void assertAbsolute(JsonNode url) {
        assertThat(URI.create(url.stringValue()))
                .hasScheme("https")
                .hasNoUserInfo()
                .hasNoPort();
    }

    @Test
    void suggestions_say_how_many_may_be_chosen_and_none_is_recommended() {
        int suggestions = 0;
        for (JsonNode card : cards()) {
            // cds-resp-6, and the other way round
            assertThat(card.has("selectionBehavior")).isEqualTo(card.has("suggestions"));
            assertThat(List.of("any", "at-most-one"))
                    .contains(card.path("selectionBehavior").asString("any"));
            for (JsonNode suggestion : card.path("suggestions")) {
                suggestions++;
                // cds-resp-1 and cds-resp-7: neither isRecommended nor actionSelectionBehavior
                assertThat(suggestion.propertyNames()).containsExactlyInAnyOrder("label", "uuid", "actions");
                for (JsonNode action : suggestion.get("actions")) {
                    // cds-resp-5
                    assertThat(action.get("description").stringValue()).isNotBlank();
                    // cds-resp-2
                    boolean delete = action.get("type").stringValue().equals("delete");
                    assertThat(action.has("resourceId")).isEqualTo(delete);
                    assertThat(action.has("resource")).isEqualTo(!delete);
                }
            }
        }
        assertThat(suggestions).isGreaterThan(500);
    }

    @Test
    void ids_are_unique() {
        Set<String> ids = new HashSet<>();
        List<String> all = new ArrayList<>();
        for (JsonNode card : cards()) {
            all.add(card.get("uuid").stringValue());
            card.path("suggestions")
                    .forEach(suggestion -> all.add(suggestion.get("uuid").stringValue()));
        }
        ids.addAll(all);
        assertThat(ids).hasSameSizeAs(all);
    }

    @Test
    void what_would_be_deleted_is_a_draft_order_of_the_call() {
        answers.forEach((name, answer) -> {
            Case example = cases.get(name.substring(name.indexOf(' ') + 1));
            List<String> drafts = example == null
                    ? List.of()
                    : example.resources().stream()
                            .filter(PatientRecord::isDraftOrder)
                            .map(Resource::reference)
                            .toList();
            answer.findValuesAsString("resourceId")
                    .forEach(reference -> assertThat(drafts).as(name).contains(reference));
        });
    }

    @Test
    void an_order_that_is_signed_again_gets_its_card_and_is_not_removed() {
        JsonNode stopped = answer("order-sign again-stopped-since").at("/cards/0");
        assertThat(stopped.get("indicator").stringValue()).isEqualTo("critical");
        assertThat(stopped.get("detail").stringValue())
                .contains("The order that is signed again (MSC) differs from this.")
                .doesNotContain("draft order");
        assertThat(stopped.findValuesAsString("type")).doesNotContain("delete");

        JsonNode other = answer("order-sign again-differs").at("/cards/0");
        assertThat(other.get("indicator").stringValue()).isEqualTo("warning");
        assertThat(other.has("suggestions")).isFalse();
        assertThat(answer("order-sign o9").at("/cards/0").findValuesAsString("type"))
                .as("the same as a draft")
                .contains("delete");
    }

    @Test
    void a_draft_beside_an_order_that_is_signed_again_is_not_removed_either() {
        JsonNode both = answer("order-select again-beside-draft").at("/cards/0");

        assertThat(both.get("detail").stringValue()).contains("The order (MSC) agrees");
        assertThat(both.findValuesAsString("type")).doesNotContain("delete");
    }

    @Test
    void an_order_that_ends_by_being_signed_again_is_none() {
        for (String name : List.of("again-ended", "again-entered-in-error")) {
            assertThat(answer("order-sign " + name).get("cards")).as(name).isEmpty();
        }
    }

    private JsonNode answer(String name) {
        return Objects.requireNonNull(answers.get(name), name);
    }

    @Test
    void the_extension_tells_a_machine_the_decision_and_nothing_of_the_patient() {
        for (JsonNode card : cards()) {
            assertThat(card.get("extension").propertyNames()).containsExactly("dev.therapyfit.decision");
            JsonNode decision = card.at("/extension/dev.therapyfit.decision");
            assertThat(Set.of(
                            "id", "outcome", "reason", "rule", "provisional", "unread", "content", "version", "sha256"))
                    .containsAll(decision.propertyNames());
            assertThat(card.at("/links/0/url").stringValue())
                    .endsWith("/" + decision.get("id").stringValue());
            assertThat(decision.get("sha256").stringValue()).isEqualTo(Line.CONTENT.sha256());
        }
    }

    /** The validator is slow, so a shape is validated once: the same resource with other ids in its references. */
    @Test
    void what_would_be_created_is_valid_r4() {
        Map<String, String> shapes = new TreeMap<>();
        cards().forEach(card -> card.findValues("resource")
                .forEach(resource -> shapes.putIfAbsent(
                        resource.toString().replaceAll("(\"reference\":\"[A-Za-z]+/)[^\"]*", "$1x"),
                        resource.toString())));

        assertThat(shapes).hasSizeGreaterThan(10);
        for (String json : shapes.values()) {
            assertThat(R4.errors(json)).as(json).isEmpty();
        }
        assertThat(R4.errors("{\"resourceType\":\"Goal\"}"))
                .as("the validator validates")
                .isNotEmpty();
    }

    private List<JsonNode> cards() {
        List<JsonNode> cards = new ArrayList<>();
        answers.values().forEach(answer -> answer.get("cards").forEach(cards::add));
        assertThat(cards).hasSizeGreaterThan(1_200);
        return cards;
    }
}
