package dev.therapyfit.hooks.request;

import java.net.URI;
import java.util.Optional;

/**
 * The FHIR server that the client lets us read.
 *
 * @param base base URL without a trailing slash
 * @param accessToken OAuth 2.0 bearer token, if the client gave one
 * @param scopes what the token allows
 */
public record FhirServer(URI base, Optional<String> accessToken, GrantedScopes scopes) {
    /** A server about whose scopes nothing is said. */
    public FhirServer(URI base, Optional<String> accessToken) {
        this(base, accessToken, GrantedScopes.UNSTATED);
    }

    /** Scheme, host and port: enough to know which server it is, and nothing of what is asked. */
    public String origin() {
        return base.getScheme() + "://" + base.getRawAuthority();
    }

    /** Without the token: this text may be logged. */
    @Override
    public String toString() {
        return "FhirServer[" + base + (accessToken.isPresent() ? ", with a token]" : "]");
    }
}
