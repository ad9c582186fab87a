package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.Unauthenticated;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Keeps what is for operators from clients: at the port of the service every endpoint but health needs the operator's token.
 * A port of its own ({@code management.server.port}) has no filters, and is kept by its network. In open mode only this machine
 * calls.
 */
@Component
@Order(OperatorOnly.FIFTH)
final class OperatorOnly extends OncePerRequestFilter {
    static final int FIFTH = PlainPaths.FOURTH + 1;

    private static final String BEARER = "Bearer ";

    private final TrustSettings trust;
    private final String endpoints;
    private final String health;
    private final boolean isElsewhere;
    private final ObjectProvider<HandlerExceptionResolver> failures;

    OperatorOnly(
            TrustSettings trust,
            WebEndpointProperties endpoints,
            Environment environment,
            @Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> failures) {
        this.trust = trust;
        this.endpoints = endpoints.getBasePath();
        this.health = this.endpoints + "/" + endpoints.getPathMapping().getOrDefault("health", "health");
        this.isElsewhere = ManagementPortType.get(environment) != ManagementPortType.SAME;
        this.failures = failures;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        boolean isForOperators = !isElsewhere && isBelow(endpoints, path) && !isBelow(health, path);
        if (!isForOperators || trust.isOpen() || isOperator(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            chain.doFilter(request, response);
            return;
        }
        Unauthenticated refusal = new Unauthenticated(
                "for operators: expected the token of therapy-fit.trust.operator-token, or a call at management.server.port");
        failures.getObject().resolveException(request, response, null, refusal);
    }

    private static boolean isBelow(String parent, String path) {
        return path.equals(parent) || path.startsWith(parent + "/");
    }

    private boolean isOperator(@Nullable String authorization) {
        return authorization != null
                && authorization.startsWith(BEARER)
                && trust.operatorToken()
                        .filter(token ->
                                MessageDigest.isEqual(bytes(token), bytes(authorization.substring(BEARER.length()))))
                        .isPresent();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
