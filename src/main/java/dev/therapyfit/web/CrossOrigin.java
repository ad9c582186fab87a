package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import java.io.IOException;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;
import org.springframework.web.filter.CorsFilter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Browsers of which pages may call (CORS): those of registered clients, or in open mode those of the settings, and our own. A call
 * from another page is refused and not only kept from being read. Cookies and the like are never asked for.
 */
@Component
@Order(CrossOrigin.THIRD)
final class CrossOrigin extends CorsFilter {
    static final int THIRD = LocalOnly.SECOND + 1;

    private static final long AN_HOUR = 3600;

    CrossOrigin(TrustSettings trust, WebSettings settings) {
        super(request -> allowed(trust, settings));
        setCorsProcessor(new Refusing());
    }

    private static CorsConfiguration allowed(TrustSettings trust, WebSettings settings) {
        CorsConfiguration allowed = new CorsConfiguration();
        if (trust.isOpen()) {
            allowed.setAllowedOriginPatterns(trust.anybody().origins());
        } else {
            allowed.setAllowedOrigins(trust.clients().all().stream()
                    .flatMap(client -> client.origins().stream())
                    .distinct()
                    .toList());
        }
        settings.origin().ifPresent(allowed::addAllowedOrigin);
        allowed.setAllowedMethods(List.of("GET", "POST"));
        allowed.addAllowedHeader(CorsConfiguration.ALL);
        allowed.setAllowCredentials(false);
        allowed.setMaxAge(AN_HOUR);
        return allowed;
    }

    /** Refuses as every other refusal: with an OperationOutcome. */
    private static final class Refusing extends DefaultCorsProcessor {
        private final JsonMapper json = new JsonMapper();

        @Override
        protected void rejectRequest(ServerHttpResponse response) throws IOException {
            response.setStatusCode(HttpStatus.FORBIDDEN);
            response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
            response.getBody()
                    .write(json.writeValueAsBytes(OperationOutcomeBody.of(
                            "forbidden",
                            List.of(new Problem(
                                    "Origin", "expected an origin, method and headers that are allowed")))));
        }
    }
}
