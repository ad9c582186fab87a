package dev.therapyfit.web;

import dev.therapyfit.clients.AuthenticatedClient;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditEntry.Kind;
import dev.therapyfit.journal.audit.AuditTrail;
import dev.therapyfit.journal.audit.AuditedCall;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Audits every hook call, feedback and look at a decision, whatever becomes of it. It stands before everything else, so
 * that a call that is refused early is audited with what was known. It goes by the path as it was sent, of which {@link
 * PlainPaths} lets no second spelling through. Discovery tells nothing of anybody and is not audited. Of calls that are
 * refused alike before anything of them is read, some are audited singly in a minute and the rest in one entry, so that
 * nobody can fill the database.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class AuditFilter extends OncePerRequestFilter {
    private static final String CALL = AuditedCall.class.getName();
    private static final String PASSED = AuditFilter.class.getName() + ".passed";
    private static final Pattern SERVICE = Pattern.compile("/cds-services/([^/]+)(/feedback)?/?");
    private static final Set<String> SHOWING = Set.of("GET", "HEAD", "POST");
    private static final Pattern DECISION = Pattern.compile("/decisions/([^/]+)(?:/(?:answer|explain))?/?");

    private final AuditTrail trail;
    private final Clock clock;
    private final Throttle<Refused> refusals;
    private final CallMetrics metrics;
    private final CurrentContent content;

    /** Refused calls that are alike. */
    private record Refused(Kind kind, Optional<String> clientId, int status) {}

    AuditFilter(AuditTrail trail, Clock timeOfDay, WebSettings settings, CallMetrics metrics, CurrentContent content) {
        this.metrics = metrics;
        this.content = content;
        this.trail = trail;
        this.clock = timeOfDay;
        this.refusals = new Throttle<>(settings.refusalsPerMinute());
    }

    /** What is audited of this request. */
    static AuditedCall of(HttpServletRequest request) {
        return (AuditedCall) request.getAttribute(CALL);
    }

    /** True if this request came through this filter, and so through the others after it. */
    static boolean hasSeen(HttpServletRequest request) {
        return request.getAttribute(PASSED) != null;
    }

    /** Who called, once that is known. */
    static void authenticated(HttpServletRequest request, AuthenticatedClient authenticated) {
        LogContext.client(authenticated.client().id());
        if (request.getAttribute(CALL) instanceof AuditedCall call) {
            call.by(authenticated.client().id(), authenticated.tenant());
        }
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long start = System.nanoTime();
        request.setAttribute(PASSED, true);
        response.setHeader(LogContext.HEADER, LogContext.begin(request.getHeader(LogContext.HEADER)));
        Optional<AuditedCall> call = call(request);
        call.ifPresent(audited -> request.setAttribute(CALL, audited));
        try {
            chain.doFilter(request, response);
        } finally {
            Optional<AuditEntry> ended = call.map(audited -> audited.entry(response.getStatus()));
            ended.ifPresent(entry -> metrics.ended(entry, isKnown(entry), Duration.ofNanos(System.nanoTime() - start)));
            LogContext.end();
            ended.filter(entry -> !call.orElseThrow().isKept())
                    .filter(entry -> !isRefusedUnread(entry)
                            || refusals.isLetThrough(new Refused(entry.kind(), entry.clientId(), entry.status())))
                    .ifPresent(trail::add);
        }
    }

    private boolean isKnown(AuditEntry entry) {
        return entry.serviceId().flatMap(id -> content.get().catalog().find(id)).isPresent();
    }

    /** Refused before it was known whom it is about, which costs whoever calls nothing. */
    private static boolean isRefusedUnread(AuditEntry entry) {
        return entry.status() >= HttpStatus.BAD_REQUEST.value()
                && entry.userId().isEmpty();
    }

    /** Tells how many more were refused alike in the last minute. */
    @Scheduled(initialDelay = 1, fixedRate = 1, timeUnit = TimeUnit.MINUTES)
    void tellTheRest() {
        refusals.next()
                .forEach((refused, calls) -> trail.add(AuditEntry.ofMany(
                        clock.instant(), refused.kind(), refused.clientId(), refused.status(), calls)));
    }

    @Override
    public void destroy() {
        tellTheRest();
    }

    private Optional<AuditedCall> call(HttpServletRequest request) {
        String path = request.getRequestURI().substring(request.getContextPath().length());
        Matcher service = SERVICE.matcher(path);
        if (request.getMethod().equals("POST") && service.matches()) {
            Kind kind = service.group(2) == null ? Kind.HOOK : Kind.FEEDBACK;
            return Optional.of(
                    AuditedCall.of(clock.instant(), kind, service.group(1)).from(request.getRemoteAddr()));
        }
        Matcher decision = DECISION.matcher(path);
        if (SHOWING.contains(request.getMethod()) && decision.matches()) {
            return Optional.of(
                    AuditedCall.view(clock.instant(), decision.group(1)).from(request.getRemoteAddr()));
        }
        return Optional.empty();
    }
}
