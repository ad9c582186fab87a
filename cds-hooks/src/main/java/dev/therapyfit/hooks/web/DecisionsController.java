package dev.therapyfit.hooks.web;

import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionStore;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** The decision behind a card: a page for a browser, JSON for everybody else. */
@RestController
final class DecisionsController {
    private static final ClassPathResource PAGE = new ClassPathResource("static/decision.html");

    /** The page loads its own script and style and reads its own decision, nothing else. */
    private static final String PAGE_MAY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";

    private final DecisionStore decisions;

    DecisionsController(DecisionStore decisions) {
        this.decisions = decisions;
    }

    @GetMapping("/decisions/{id}")
    ResponseEntity<Object> decision(
            @PathVariable String id, @RequestHeader(name = HttpHeaders.ACCEPT, defaultValue = "*/*") String accept) {
        Decision decision = decisions
                .find(id)
                .orElseThrow(() -> new NotFound("no such decision: it is of another run, or kept no longer"));
        boolean page = prefersPage(accept);
        return ResponseEntity.ok()
                .contentType(
                        page ? new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8) : MediaType.APPLICATION_JSON)
                .cacheControl(CacheControl.noStore())
                .varyBy(HttpHeaders.ACCEPT)
                .header("Content-Security-Policy", PAGE_MAY)
                .body(page ? PAGE : decision);
    }

    /**
     * True if the client names HTML, and does not name JSON before it or with more weight. An unreadable header names
     * nothing. The page reads the JSON from the same URL.
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
