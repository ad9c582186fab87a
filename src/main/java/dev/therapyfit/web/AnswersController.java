package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.web.LinkedDecisions.Link;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
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

    AnswersController(
            LinkedDecisions decisions, AnswerPage answers, ExplanationPage explanations, DecisionPage failures) {
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
            @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) @Nullable String languages) {
        return tried(id, expires, signature, Map.of(), languages);
    }

    /** What answers would make of it; nothing is stored. */
    @PostMapping("/decisions/{id}/answer")
    ResponseEntity<String> tried(
            @PathVariable String id,
            @RequestParam(name = "expires", required = false) @Nullable String expires,
            @RequestParam(name = "signature", required = false) @Nullable String signature,
            @RequestParam MultiValueMap<String, String> fields,
            @RequestHeader(name = HttpHeaders.ACCEPT_LANGUAGE, required = false) @Nullable String languages) {
        return tried(id, expires, signature, (Map<String, List<String>>) fields, languages);
    }

    private ResponseEntity<String> tried(
            String id,
            @Nullable String expires,
            @Nullable String signature,
            Map<String, List<String>> fields,
            @Nullable String languages) {
        PageWords words = PageWords.preferredBy(languages);
        Link link = new Link(id, expires, signature);
        return page(words, () -> {
            decisions.find(link);
            return answers.of(link, fields, words);
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
            decisions.find(link);
            return explanations.of(link, part, of, words);
        });
    }

    private ResponseEntity<String> page(PageWords words, Supplier<String> content) {
        try {
            return Pages.html(content.get());
        } catch (CdsFailure failure) {
            return ResponseEntity.status(FailureAdvice.status(failure))
                    .headers(Pages.html("").getHeaders())
                    .body(failures.of(failure, words));
        }
    }
}
