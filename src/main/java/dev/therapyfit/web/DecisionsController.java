package dev.therapyfit.web;

import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.web.LinkedDecisions.Link;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The decision behind a card, for whoever has its link: a page for a browser, JSON for everybody else. */
@RestController
final class DecisionsController {
    private final LinkedDecisions decisions;
    private final DecisionPage pages;

    DecisionsController(LinkedDecisions decisions, DecisionPage pages) {
        this.decisions = decisions;
        this.pages = pages;
    }

    /**
     * The decision of a link.
     *
     * @param format {@code json}: JSON, whatever the client prefers
     */
    @GetMapping("/decisions/{id}")
    ResponseEntity<Object> decision(
            Link link,
            @RequestParam(name = "format", required = false) @Nullable String format,
            @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = "*/*") String accept,
            PageWords words) {
        boolean page = !"json".equals(format) && prefersPage(accept);
        Object body;
        HttpStatus status = HttpStatus.OK;
        try {
            Decision decision = decisions.find(link);
            body = page ? pages.of(decision, words, link) : decision;
        } catch (CdsFailure failure) {
            if (!page) {
                throw failure;
            }
            body = pages.of(failure, words);
            status = FailureAdvice.status(failure);
        }
        return ResponseEntity.status(status)
                .contentType(page ? Pages.HTML : MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .varyBy(HttpHeaders.ACCEPT, HttpHeaders.ACCEPT_LANGUAGE)
                .header(SafetyHeaders.POLICY, SafetyHeaders.OF_A_PAGE)
                .body(body);
    }

    /**
     * True if the client names HTML, and does not name JSON before it or with more weight. An unreadable header names
     * nothing.
     */
    private static boolean prefersPage(String accept) {
        try {
            List<MediaType> accepted = MediaType.parseMediaTypes(accept);
            return accepted.stream()
                    .filter(type -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML)
                            || type.equalsTypeAndSubtype(MediaType.APPLICATION_JSON))
                    .min(Comparator.comparingDouble(type -> -type.getQualityValue()))
                    .filter(type -> type.equalsTypeAndSubtype(MediaType.TEXT_HTML))
                    .isPresent();
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }
}
