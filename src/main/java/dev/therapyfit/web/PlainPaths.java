package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Takes paths in one spelling only: what is audited and what a token names is the path as it was sent, and what is shown
 * is what Spring makes of it. No path of ours needs a percent sign, a parameter, an empty segment or dots.
 */
@Component
@Order(PlainPaths.FOURTH)
final class PlainPaths extends OncePerRequestFilter {
    static final int FOURTH = CrossOrigin.THIRD + 1;

    private static final Pattern PLAIN = Pattern.compile("(/(?!\\.\\.?(/|$))[^/;%\\\\]+)*/?");

    private final ObjectProvider<HandlerExceptionResolver> failures;

    PlainPaths(@Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> failures) {
        this.failures = failures;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (PLAIN.matcher(request.getRequestURI()).matches()) {
            chain.doFilter(request, response);
            return;
        }
        BadHookRequest refusal =
                new BadHookRequest("", "the path: expected no percent sign, semicolon, empty segment or dots");
        failures.getObject().resolveException(request, response, null, refusal);
    }
}
