package dev.therapyfit.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** What every answer tells a browser: to believe its media type, to show it in no frame, to tell nobody where it was. */
@Component
@Order(SafetyHeaders.FIRST)
final class SafetyHeaders extends OncePerRequestFilter {
    /** Before every other filter of ours. */
    static final int FIRST = -200;

    static final String REFERRER = "Referrer-Policy";
    static final String POLICY = "Content-Security-Policy";

    /** The policy of every answer, and a part of that of a page with one of its own. */
    static final String IN_NO_FRAME = "frame-ancestors 'none'";

    /** A page loads its own script and style, nothing else. */
    static final String OF_A_PAGE =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; " + IN_NO_FRAME;

    /** A year, in seconds. */
    private static final String TLS_ONLY = "max-age=31536000";

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader(REFERRER, "no-referrer");
        response.setHeader(POLICY, IN_NO_FRAME);
        if (request.isSecure()) {
            response.setHeader("Strict-Transport-Security", TLS_ONLY);
        }
        chain.doFilter(request, response);
    }
}
