package dev.therapyfit.web;

import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.question.Answers;
import dev.therapyfit.hooks.question.Questionnaire;
import dev.therapyfit.hooks.question.Questionnaire.Item;
import dev.therapyfit.hooks.question.Questionnaire.Option;
import dev.therapyfit.web.AnswerPage.Asked;
import dev.therapyfit.web.DecisionView.Possible;
import dev.therapyfit.web.DecisionView.Question;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** What the outcome would be for each answer to the questions that a decision needs answered: decided anew for each. */
@Component
final class PossibleAnswers {
    private final WebSettings settings;

    PossibleAnswers(WebSettings settings) {
        this.settings = settings;
    }

    /** The needed questions whose answers can be chosen. None if there is no time for them. */
    List<Question> of(HookPipeline pipeline, DecisionInputs inputs, Decision decision) {
        Deadline deadline = Deadline.in(settings.deadline());
        List<Question> questions = new ArrayList<>();
        try {
            for (Asked asked : AnswerPage.asked(pipeline, decision)) {
                Questionnaire of = asked.questionnaire();
                of.items().stream()
                        .filter(item -> asked.isNeeded() && !item.options().isEmpty())
                        .forEach(item -> questions.add(
                                new Question(item.text(), possible(pipeline, inputs, decision, of, item, deadline))));
            }
        } catch (CdsFailure e) {
            return List.of();
        }
        return questions;
    }

    /** Outcomes, each with the answers that lead to it. */
    private List<Possible> possible(
            HookPipeline pipeline,
            DecisionInputs inputs,
            Decision decision,
            Questionnaire questionnaire,
            Item item,
            Deadline deadline) {
        LocalDate today = settings.today();
        String patient = inputs.record().patient().reference();
        Map<String, List<String>> byOutcome = new LinkedHashMap<>();
        for (Option option : item.options()) {
            Answers answer =
                    Answers.of(questionnaire, Map.of(item.field(questionnaire), List.of(option.code())), today);
            Decision after =
                    pipeline.decide(inputs.with(answer.resources(patient, inputs.at())), decision.id(), deadline);
            byOutcome
                    .computeIfAbsent(after.outcomeWithReason(), outcome -> new ArrayList<>())
                    .add(option.display());
        }
        return byOutcome.entrySet().stream()
                .map(one ->
                        new Possible(one.getValue(), one.getKey(), one.getKey().equals(decision.outcomeWithReason())))
                .toList();
    }
}
