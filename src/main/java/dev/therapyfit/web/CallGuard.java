package dev.therapyfit.web;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.therapyfit.clients.AuthenticatedClient;
import dev.therapyfit.clients.Client;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.TooManyCalls;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Admits calls before anything of their body is read: first by the concurrency limit, then by who calls, then by the quota and
 * the rate of that client. A controller that takes a {@link Call} cannot be reached in
 * another way.
 */
@Component
final class CallGuard implements HandlerInterceptor, HandlerMethodArgumentResolver {
    private static final String FEEDBACK = "/feedback";
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final int MOST_CLIENTS = 10_000;

    private final WebSettings settings;
    private final TrustSettings trust;
    private final Semaphore concurrency;
    private final Map<String, Semaphore> quotas = new ConcurrentHashMap<>();
    private final LoadingCache<Rate, Limiter> rates =
            Caffeine.newBuilder().maximumSize(MOST_CLIENTS).build(Limiter::of);

    /** What a client may. */
    private record Rate(String client, int callsPerMinute) {}

    /** Counts the calls of a client, minute by minute from its first one. */
    private record Limiter(RateLimiter limiter, long start) {
        private static final Duration MINUTE = Duration.ofMinutes(1);

        static Limiter of(Rate rate) {
            RateLimiterConfig config = RateLimiterConfig.custom()
                    .limitForPeriod(rate.callsPerMinute())
                    .limitRefreshPeriod(MINUTE)
                    .timeoutDuration(Duration.ZERO)
                    .build();
            return new Limiter(RateLimiter.of(rate.client(), config), System.nanoTime());
        }

        boolean mayCall() {
            return limiter.getMetrics().getAvailablePermissions() > 0;
        }

        boolean called() {
            return limiter.acquirePermission();
        }

        Duration untilNextMinute() {
            return MINUTE.minusNanos((System.nanoTime() - start) % MINUTE.toNanos());
        }
    }

    CallGuard(WebSettings settings, TrustSettings trust) {
        this.settings = settings;
        this.trust = trust;
        this.concurrency = new Semaphore(trust.concurrentCalls());
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        Deadline deadline = Deadline.in(settings.deadline());
        response.setHeader(HttpHeaders.CACHE_CONTROL, CacheControl.noStore().getHeaderValue());
        if (!concurrency.tryAcquire()) {
            throw new Unavailable("too many calls at the same time: expected fewer", SOON);
        }
        boolean admitted = false;
        try {
            AuthenticatedClient authenticated = authenticate(request, deadline);
            AuditFilter.authenticated(request, authenticated);
            requireOrigin(authenticated.client(), request);
            ContentEncodings.requireKnown(request);
            useToken(authenticated, deadline);
            new Call(authenticated.client(), deadline).admit(request);
            admitted = true;
        } finally {
            if (!admitted) {
                concurrency.release();
            }
        }
        return true;
    }

    /**
     * Takes a place of the client's quota, and uses the call's token and one of its calls a minute. A call that gets no
     * place, or comes too often, uses no token, so that it costs the database nothing; one that repeats a token counts as
     * none of the client's calls.
     */
    private void useToken(AuthenticatedClient authenticated, Deadline deadline) {
        Client client = authenticated.client();
        Semaphore quota = quota(client);
        if (!quota.tryAcquire()) {
            throw new TooManyCalls("fewer at the same time", SOON);
        }
        boolean admitted = false;
        try {
            requireRate(client, Limiter::mayCall);
            authenticated
                    .token()
                    .ifPresent(token -> trust.verifier().orElseThrow().use(token, deadline));
            requireRate(client, Limiter::called);
            admitted = true;
        } finally {
            if (!admitted) {
                quota.release();
            }
        }
    }

    /** The quota of a client; in open mode all call as one. */
    private Semaphore quota(Client client) {
        return quotas.computeIfAbsent(client.id(), id -> new Semaphore(trust.concurrentCallsPerClient()));
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        quota(Call.of(request).orElseThrow().client()).release();
        concurrency.release();
    }

    private AuthenticatedClient authenticate(HttpServletRequest request, Deadline deadline) {
        if (trust.isOpen()) {
            return AuthenticatedClient.of(trust.anybody());
        }
        List<String> authorizations = Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION));
        if (authorizations.size() > 1) {
            throw new BadHookRequest("Authorization", "given more than once: expected one header");
        }
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (authorizations.isEmpty() && trust.publicDiscovery() && bare(path).equals(CdsServicesController.PATH)) {
            return AuthenticatedClient.of(trust.anybody());
        }
        return trust.verifier()
                .orElseThrow()
                .verify(
                        authorizations.isEmpty() ? null : authorizations.get(0),
                        called(path),
                        trust.clock().instant(),
                        deadline);
    }

    /**
     * What a token may name as its audience: the URL that was called, with or without a slash that the call added at its
     * end, and below the URL that is configured, never below one that the call tells. Of feedback the service's URL too,
     * since CDS Hooks speaks of "the CDS Service endpoint being invoked".
     */
    private Set<String> called(String path) {
        URI base = settings.publicUrl();
        if (base == null) {
            throw new IllegalStateException("clients are authenticated without a public URL");
        }
        String url = bare(base.toString()) + bare(path);
        Set<String> called = new LinkedHashSet<>(List.of(url, bare(base.toString()) + path));
        if (url.endsWith(FEEDBACK)) {
            called.add(url.substring(0, url.length() - FEEDBACK.length()));
        }
        return called;
    }

    /** Without the slash at the end that some clients add. */
    private static String bare(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /** A browser that shows pages of one client must not call as another. */
    private void requireOrigin(Client client, HttpServletRequest request) {
        if (client.isOpen() || !CorsUtils.isCorsRequest(request)) {
            return;
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (!client.origins().contains(origin)
                && !settings.origin().filter(origin::equals).isPresent()) {
            throw new Forbidden("Origin", "expected an origin that is registered for this client");
        }
    }

    private void requireRate(Client client, Predicate<Limiter> mayCall) {
        if (client.isOpen()) {
            return;
        }
        Limiter limiter = rates.get(new Rate(client.id(), client.callsPerMinute()));
        if (!mayCall.test(limiter)) {
            throw new TooManyCalls("fewer a minute", limiter.untilNextMinute());
        }
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Call.class;
    }

    @Override
    public Object resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binder) {
        HttpServletRequest call = Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class));
        return Call.of(call).orElseThrow(() -> new IllegalStateException("a call came past the guard"));
    }
}
