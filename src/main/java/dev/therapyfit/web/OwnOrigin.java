package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;

/** Keeps what writes from the pages of others, those among them that may call hooks too. */
public final class OwnOrigin {
    private OwnOrigin() {}

    /**
     * Lets a call pass that comes from our own page, or from no page at all.
     *
     * @throws Forbidden if it comes from another page
     */
    public static void require(HttpServletRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        String host = request.getHeader(HttpHeaders.HOST);
        if (origin != null && !origin.replaceFirst("^https?://", "").equals(host)) {
            throw new Forbidden(HttpHeaders.ORIGIN, "expected a page of this service");
        }
    }
}
