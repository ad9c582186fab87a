package dev.therapyfit.web;

import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.web.LinkedDecisions.Link;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What else can be asked of a decision by whoever has its link: what answers would make of it, and which CQL gave a part. */
@RestController
final class AnswersController {
    private final LinkedDecisions decisions;
    private final AnswerPage answers;
    private final ExplanationPage explanations;
    private final DecisionPage failures;
    private final AppLaunches launches;
    private final CurrentContent current;

    AnswersController(
            LinkedDecisions decisions,
            AnswerPage answers,
            ExplanationPage explanations,
            DecisionPage failures,
            AppLaunches launches,
            CurrentContent current) {
        this.launches = launches;
        this.current = current;
        this.decisions = decisions;
        this.answers = answers;
        this.explanations = explanations;
        this.failures = failures;
    }

    /** The questions. */
    @GetMapping("/decisions/{id}/answer")
    ResponseEntity<String> ask(
            @PathVariable String id,
            @RequestParam(name = "expires", required = false) @Nullable String expires,
            @RequestParam(name = "signature", required = false) @Nullable String signature,
            @CookieValue(name = LaunchController.BROWSER, required = false) @Nullable String browser,
            @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) @Nullable String languages) {
        return page(new Link(id, expires, signature), Map.of(), browser, false, languages);
    }

    /**
     * What answers would make of it; nothing is stored here.
     *
     * @param action {@code record}: they are written into the chart, if an EHR launched this page and allows it
     */
    @PostMapping("/decisions/{id}/answer")
    ResponseEntity<String> tried(
            @PathVariable String id,
            @RequestParam(name = "expires", required = false) @Nullable String expires,
            @RequestParam(name = "signature", required = false) @Nullable String signature,
            @RequestParam(required = false) @Nullable String action,
            @RequestParam MultiValueMap<String, String> fields,
            @CookieValue(name = LaunchController.BROWSER, required = false) @Nullable String browser,
            @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) @Nullable String languages,
            HttpServletRequest request) {
        boolean isRecording = "record".equals(action);
        Link link = new Link(id, expires, signature);
        if (isRecording) {
            launches.access(browser, id)
                    .ifPresent(access -> AuditFilter.of(request).records("Patient/" + access.patient()));
        }
        return page(link, fields, browser, isRecording, languages);
    }

    private ResponseEntity<String> page(
            Link link,
            Map<String, List<String>> fields,
            @Nullable String browser,
            boolean isRecording,
            @Nullable String languages) {
        PageWords words = PageWords.preferredBy(languages);
        return page(words, () -> {
            requireSameContent(decisions.find(link), words);
            return answers.of(link, fields, launches.access(browser, link.id()), isRecording, words);
        });
    }

    /** The CQL that gave a part of the decision, with the values of its parts. */
    @GetMapping("/decisions/{id}/explain")
    ResponseEntity<String> explained(
            @PathVariable String id,
            @RequestParam(name = "expires", required = false) @Nullable String expires,
            @RequestParam(name = "signature", required = false) @Nullable String signature,
            @RequestParam String part,
            @RequestParam String of,
            @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) @Nullable String languages) {
        PageWords words = PageWords.preferredBy(languages);
        Link link = new Link(id, expires, signature);
        return page(words, () -> {
            requireSameContent(decisions.find(link), words);
            return explanations.of(link, part, of, words);
        });
    }

    /** What another content decided, this one neither explains nor decides again. */
    private void requireSameContent(Decision decision, PageWords words) {
        if (!decision.content().sha256().equals(current.get().content().sha256())) {
            throw new NotFound(words.of("answer.other-content"));
        }
    }

    private ResponseEntity<String> page(PageWords words, Supplier<String> content) {
        try {
            return Pages.html(content.get());
        } catch (CdsFailure failure) {
            return failures.answer(failure, words);
        }
    }
}
