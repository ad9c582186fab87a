package dev.therapyfit.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.question.Answers;
import dev.therapyfit.hooks.question.Questionnaire;
import dev.therapyfit.hooks.question.Questionnaire.Item;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The content's questions about its own cases: what can be answered is understood by the rules, and settles something. */
class QuestionsTest {
    private static final Content CONTENT = PackagedContent.readWithCases();
    private static final LoadedContent LOADED = LoadedContent.of(CONTENT, CqlEvaluator.compile(CONTENT));
    private static final JsonMapper JSON = new JsonMapper();
    private static final LocalDate TODAY = LocalDate.parse("2026-06-15");

    /** Left out on purpose: above this ratio no ARDS is staged, and what is not the patient's own word does not count. */
    private static final Set<String> NOT_TRIED = Set.of("pao2-fio2");

    private static JsonNode decided(Case about, PatientRecord record) {
        Decision decision = LOADED.decisions()
                .decide(LOADED.evaluator(), new DecisionInputs(record, about.inputs(), about.at()), "id");
        return JSON.valueToTree(decision);
    }

    private static List<String> values(Item item) {
        return item.options().isEmpty()
                ? List.of(
                        item.least().map(BigDecimal::toPlainString).orElse("1"),
                        item.most().map(BigDecimal::toPlainString).orElse("1"))
                : item.options().stream().map(Questionnaire.Option::code).toList();
    }

    private static List<Resource> resources(Questionnaire asked, Item item, String value, Case about) {
        return Answers.of(asked, Map.of(item.field(asked), List.of(value)), TODAY)
                .resources(about.record().patient().reference(), about.at());
    }

    @Test
    void every_question_is_one_of_the_content_and_every_answer_counts() {
        Set<String> tried = new HashSet<>();
        List<String> leftOut = new ArrayList<>();
        for (Case about : Cases.of(CONTENT)) {
            JsonNode before = decided(about, about.record());
            for (JsonNode question : before.path("questions")) {
                Questionnaire asked = LOADED.questionnaires()
                        .find(question.path("questionnaire").asString())
                        .orElseThrow(() -> new AssertionError(about.name() + " asks " + question));
                boolean isNew = tried.add(asked.id() + question.path("decisive").asBoolean());
                if (!isNew || NOT_TRIED.contains(asked.id())) {
                    continue;
                }
                for (Item item : asked.items()) {
                    for (String value : values(item)) {
                        PatientRecord answered = about.record().with(resources(asked, item, value, about));
                        Set<String> own = new HashSet<>();
                        answered.facts().forEach(fact -> own.add(fact.reference()));
                        about.record().facts().forEach(fact -> own.remove(fact.reference()));
                        decided(about, answered).path("leftOut").forEach(out -> {
                            if (own.contains(out.path("reference").asString())) {
                                leftOut.add(about.name() + ": " + asked.id() + " " + value + ": "
                                        + out.path("reason").asString());
                            }
                        });
                    }
                }
            }
        }
        assertThat(leftOut).isEmpty();
        assertThat(tried).hasSizeGreaterThan(40);
    }

    @Test
    void an_answer_that_is_needed_settles_a_criterion_or_an_axis_or_changes_the_outcome() {
        Map<String, Integer> asked = new HashMap<>();
        List<String> idle = new ArrayList<>();
        for (Case about : Cases.of(CONTENT)) {
            JsonNode before = decided(about, about.record());
            for (JsonNode question : before.path("questions")) {
                if (!question.path("decisive").asBoolean()) {
                    continue;
                }
                Questionnaire one = LOADED.questionnaires()
                        .find(question.path("questionnaire").asString())
                        .orElseThrow();
                if (asked.merge(one.id(), 1, Integer::sum) > 5) {
                    continue; // five patients for each question
                }
                boolean settles = one.items().stream()
                        .flatMap(item -> values(item).stream()
                                .map(value -> about.record().with(resources(one, item, value, about))))
                        .map(record -> decided(about, record))
                        .anyMatch(after -> !states(before).equals(states(after))
                                || !before.path("outcome").equals(after.path("outcome")));
                if (!settles) {
                    idle.add(about.name() + ": " + one.id());
                }
            }
        }
        assertThat(idle).isEmpty();
        assertThat(asked.keySet()).contains("kellgren-lawrence-grade", "therapeutic-objective", "therapy-preference");
    }

    private static List<String> states(JsonNode decision) {
        List<String> states = new ArrayList<>();
        for (String part : List.of("criteria", "axes")) {
            decision.path(part)
                    .forEach(entry -> states.add(
                            entry.path("id").asString() + entry.path("state").asString()));
        }
        return states;
    }
}
