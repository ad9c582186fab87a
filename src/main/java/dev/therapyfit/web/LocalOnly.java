package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * In open mode nobody is authenticated, so that only this machine is answered: a connection from elsewhere, a proxy's
 * call on behalf of others, and a page whose name was made to lead here (DNS rebinding) are refused, whatever they ask
 * for.
 */
@Component
@Order(LocalOnly.SECOND)
final class LocalOnly extends OncePerRequestFilter {
    static final int SECOND = SafetyHeaders.FIRST + 1;

    private static final Pattern THIS_MACHINE =
            Pattern.compile("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

    /** Headers by which a proxy tells for whom it calls. */
    private static final List<String> FOR_OTHERS = List.of("forwarded", "via", "x-real-ip");

    private static final String FORWARDED = "x-forwarded-";

    private final TrustSettings trust;
    private final ObjectProvider<HandlerExceptionResolver> failures;

    LocalOnly(
            TrustSettings trust,
            @Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> failures) {
        this.trust = trust;
        this.failures = failures;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!trust.isOpen() || isLocal(request)) {
            chain.doFilter(request, response);
            return;
        }
        Forbidden refusal = new Forbidden(
                "", "nobody is authenticated in open mode: expected a call from this machine, at localhost");
        failures.getObject().resolveException(request, response, null, refusal);
    }

    private static boolean isLocal(HttpServletRequest request) throws IOException {
        List<String> hosts = Collections.list(request.getHeaders(HttpHeaders.HOST));
        return hosts.size() == 1
                && THIS_MACHINE.matcher(hosts.get(0)).matches()
                && THIS_MACHINE.matcher(request.getServerName()).matches()
                && Collections.list(request.getHeaderNames()).stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .noneMatch(name -> name.startsWith(FORWARDED) || FOR_OTHERS.contains(name))
                && InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress();
    }
}
