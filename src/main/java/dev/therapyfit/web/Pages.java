package dev.therapyfit.web;

import java.nio.charset.StandardCharsets;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** How a page is answered. */
public final class Pages {
    static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

    private Pages() {}

    /** A page that nobody else may show, nor keep. Its forms and its script ask us alone. */
    public static ResponseEntity<String> html(String page) {
        return ResponseEntity.ok()
                .contentType(HTML)
                .cacheControl(CacheControl.noStore())
                .varyBy(HttpHeaders.ACCEPT_LANGUAGE)
                .header(SafetyHeaders.POLICY, SafetyHeaders.OF_A_PAGE + "; form-action 'self'; connect-src 'self'")
                .header(SafetyHeaders.REFERRER, "same-origin")
                .body(page);
    }
}
