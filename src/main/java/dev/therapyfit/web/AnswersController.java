package dev.therapyfit.web;

import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.web.LinkedDecisions.Link;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What else can be asked of a decision by whoever has its link: what answers would make of it, and which CQL gave a part. */
@RestController
final class AnswersController {
    private final LinkedDecisions decisions;
    private final RecentInputs recent;
    private final CurrentContent content;
    private final AnswerPage answers;
    private final ExplanationPage explanations;
    private final DecisionPage failures;
    private final AppLaunches launches;

    AnswersController(
            LinkedDecisions decisions,
            RecentInputs recent,
            CurrentContent content,
            AnswerPage answers,
            ExplanationPage explanations,
            DecisionPage failures,
            AppLaunches launches) {
        this.decisions = decisions;
        this.recent = recent;
        this.content = content;
        this.answers = answers;
        this.explanations = explanations;
        this.failures = failures;
        this.launches = launches;
    }

    /** The questions. */
    @GetMapping("/decisions/{id}/answer")
    ResponseEntity<String> ask(
            Link link,
            @CookieValue(name = LaunchController.BROWSER, required = false) @Nullable String browser,
            PageWords words) {
        return answered(link, Map.of(), browser, false, words);
    }

    /**
     * What answers would make of it; nothing is stored here.
     *
     * @param action {@code record}: they are written into the chart, if an EHR launched this page and allows it
     */
    @PostMapping("/decisions/{id}/answer")
    ResponseEntity<String> tried(
            Link link,
            @RequestParam(required = false) @Nullable String action,
            @RequestParam MultiValueMap<String, String> fields,
            @CookieValue(name = LaunchController.BROWSER, required = false) @Nullable String browser,
            PageWords words,
            HttpServletRequest request) {
        boolean isRecording = "record".equals(action);
        if (isRecording) {
            launches.access(browser, link.id())
                    .ifPresent(access -> AuditFilter.of(request).records("Patient/" + access.patient()));
        }
        return answered(link, fields, browser, isRecording, words);
    }

    private ResponseEntity<String> answered(
            Link link,
            Map<String, List<String>> fields,
            @Nullable String browser,
            boolean isRecording,
            PageWords words) {
        return page(
                link,
                words,
                (pipeline, inputs) -> answers.of(
                        link, pipeline, inputs, fields, launches.access(browser, link.id()), isRecording, words));
    }

    /** The CQL that gave a part of the decision, with the values of its parts. */
    @GetMapping("/decisions/{id}/explain")
    ResponseEntity<String> explained(Link link, @RequestParam String part, @RequestParam String of, PageWords words) {
        return page(
                link, words, (pipeline, inputs) -> explanations.of(link, pipeline.content(), inputs, part, of, words));
    }

    /** A page about what a decision was made from, and the content that made it: another one neither explains nor repeats it. */
    private ResponseEntity<String> page(
            Link link, PageWords words, BiFunction<HookPipeline, DecisionInputs, String> page) {
        return failures.orFailure(words, () -> {
            HookPipeline pipeline = content.pipeline();
            if (!decisions
                    .find(link)
                    .content()
                    .sha256()
                    .equals(pipeline.content().content().sha256())) {
                throw new NotFound(words.of("answer.other-content"));
            }
            DecisionInputs inputs = recent.find(link.id())
                    .orElseThrow(() -> new NotFound(words.of("answer.gone")))
                    .inputs();
            return Pages.html(page.apply(pipeline, inputs));
        });
    }
}
