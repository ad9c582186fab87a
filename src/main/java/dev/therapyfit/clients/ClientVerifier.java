package dev.therapyfit.clients;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Unauthenticated;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says which registered client calls, by the JSON Web Token of its call (CDS Hooks, "Trusting CDS Clients"). What can be
 * checked without a key is checked first; whether the token was used before is a step of its own, the last one, since it
 * writes. Messages say what was expected and repeat nothing of the token. Safe to use from many threads.
 */
public final class ClientVerifier {
    /** Longest token, in characters; those of real systems have about a thousand. */
    private static final int LONGEST_TOKEN = 6_000;

    private static final int LONGEST_ID = 256;
    private static final int LARGEST_KEY_SET = 1 << 20;
    private static final int MOST_GIVEN_KEY_SETS = 1_000;

    /** RFC 6750: the scheme, whatever its case, spaces, and the token. */
    private static final Pattern BEARER = Pattern.compile("(?i:Bearer) +([A-Za-z0-9._~+/-]+=*)");

    private final ClientRegistry clients;
    private final UsedTokens usedTokens;
    private final Duration clockSkew;
    private final Duration longestLifetime;
    private final KeySets keySets;
    private final LoadingCache<String, JWKSet> givenKeySets =
            Caffeine.newBuilder().maximumSize(MOST_GIVEN_KEY_SETS).build(JWKSet::parse);

    /**
     * @param clients who may call
     * @param usedTokens remembers tokens
     * @param http reads key sets
     * @param keySetReads runs those reads
     * @param clockSkew how far the clients' clocks may be from ours
     * @param longestLifetime longest time from {@code iat} to {@code exp}
     */
    public ClientVerifier(
            ClientRegistry clients,
            UsedTokens usedTokens,
            OutboundHttp http,
            Executor keySetReads,
            Duration clockSkew,
            Duration longestLifetime) {
        this(
                clients,
                usedTokens,
                new KeySets((url, deadline) -> http.get(url, LARGEST_KEY_SET, deadline), keySetReads),
                clockSkew,
                longestLifetime);
    }

    ClientVerifier(
            ClientRegistry clients,
            UsedTokens usedTokens,
            KeySets keySets,
            Duration clockSkew,
            Duration longestLifetime) {
        this.clients = clients;
        this.usedTokens = usedTokens;
        this.keySets = keySets;
        this.clockSkew = clockSkew;
        this.longestLifetime = longestLifetime;
    }

    /** Begins to read the key sets of all clients, so that their first calls need not wait for them. */
    public void readAhead(Instant at) {
        clients.all().stream()
                .flatMap(client -> client.keySetUrls().stream())
                .forEach(url -> keySets.readAhead(url, at));
    }

    /**
     * Finds out who calls. Whoever lets the call in has to {@link #use} its token.
     *
     * @param authorization the header {@code Authorization}
     * @param called URLs that the token may name as its audience: the one that was called
     * @param at time of the call
     * @param deadline when the call's answer is wanted no longer
     * @throws Unauthenticated if there is no token, or not a good one
     * @throws Forbidden if the client is known and the token names an organization that is not its own
     * @throws Unavailable if the client's keys cannot be read now
     */
    public AuthenticatedClient verify(
            @Nullable String authorization, Set<String> called, Instant at, Deadline deadline) {
        SignedToken token = SignedToken.parse(bearer(authorization));
        JWTClaimsSet claims = token.claims();
        String issuer = claims.getIssuer();
        Client client = clients.byIssuer(issuer == null ? "" : issuer, tenant(claims))
                .orElseThrow(() -> new Unauthenticated("iss: expected the issuer of a registered client, and its tenant"
                        + " where several clients have that issuer"));
        if (!client.algorithms().contains(token.algorithm())) {
            throw new Unauthenticated("alg: expected an algorithm that is registered for this client");
        }
        requireAudience(claims, called);
        Instant expires = requireTimes(claims, at);
        String jti = claims.getJWTID();
        if (jti == null || jti.isBlank() || jti.length() > LONGEST_ID) {
            throw new Unauthenticated("jti: required: expected an id of at most " + LONGEST_ID + " characters");
        }
        if (!token.isSignedBy(keys(client, token, at, deadline))) {
            throw new Unauthenticated("expected a signature by one of the client's keys, which kid names");
        }
        requireTenant(client, claims);
        return new AuthenticatedClient(
                client,
                tenant(claims),
                Optional.of(new AuthenticatedClient.Token(issuer, jti, expires.plus(clockSkew))));
    }

    /**
     * Uses the token of a call.
     *
     * @param deadline when the answer is wanted no longer
     * @throws Unauthenticated if it was used before
     * @throws Unavailable if that cannot be told now
     */
    public void use(AuthenticatedClient.Token token, Deadline deadline) {
        if (!usedTokens.firstUse(token.issuer(), token.jti(), token.expires(), deadline)) {
            throw new Unauthenticated("jti: expected a token that was not used before");
        }
    }

    private static String bearer(@Nullable String authorization) {
        if (authorization == null || authorization.isBlank()) {
            throw Unauthenticated.withoutToken();
        }
        var matcher = BEARER.matcher(authorization.strip());
        if (authorization.length() > LONGEST_TOKEN + "Bearer ".length() || !matcher.matches()) {
            throw new Unauthenticated(
                    "Authorization: expected Bearer and a token of at most " + LONGEST_TOKEN + " characters");
        }
        return matcher.group(1);
    }

    private static void requireAudience(JWTClaimsSet claims, Set<String> called) {
        List<String> audience = claims.getAudience();
        if (audience == null || audience.stream().noneMatch(called::contains)) {
            throw new Unauthenticated("aud: expected the URL that was called");
        }
    }

    /** When it expires. */
    private Instant requireTimes(JWTClaimsSet claims, Instant at) {
        Date expires = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        if (expires == null || issued == null) {
            throw new Unauthenticated((expires == null ? "exp" : "iat") + ": required: expected seconds since 1970");
        }
        Instant from = issued.toInstant();
        Instant to = expires.toInstant();
        if (!to.plus(clockSkew).isAfter(at)) {
            throw new Unauthenticated("exp: expected a time to come");
        }
        if (from.minus(clockSkew).isAfter(at)) {
            throw new Unauthenticated("iat: expected a time that has passed");
        }
        Date notBefore = claims.getNotBeforeTime();
        if (notBefore != null && notBefore.toInstant().minus(clockSkew).isAfter(at)) {
            throw new Unauthenticated("nbf: expected a time that has passed");
        }
        if (!to.isAfter(from) || Duration.between(from, to).compareTo(longestLifetime) > 0) {
            throw new Unauthenticated(
                    "exp: expected after iat, by at most " + longestLifetime.toSeconds() + " seconds");
        }
        return to;
    }

    /**
     * From where it is registered that they come: the token chooses between places, and names none of its own. Where a key
     * set was given, a {@code jku} that is not registered is ignored.
     */
    private List<JWK> keys(Client client, SignedToken token, Instant at, Deadline deadline) {
        Optional<String> jku = token.keySetUrl().map(URI::toString);
        Optional<URI> named = client.keySetUrls().stream()
                .filter(registered -> jku.filter(registered.toString()::equals).isPresent())
                .findFirst();
        if (named.isEmpty() && client.keySet().isPresent()) {
            return givenKeySets.get(client.keySet().get()).filter(token.keys()).getKeys();
        }
        if (named.isEmpty() && jku.isPresent()) {
            throw new Unauthenticated("jku: expected a URL that is registered for this client");
        }
        return named.or(() -> client.keySetUrls().stream().findFirst())
                .map(url -> keySets.matching(url, token.keys(), at, deadline))
                .orElse(List.of());
    }

    private static Optional<String> tenant(JWTClaimsSet claims) {
        return claims.getClaim("tenant") instanceof String tenant && tenant.length() <= LONGEST_ID
                ? Optional.of(tenant)
                : Optional.empty();
    }

    private static void requireTenant(Client client, JWTClaimsSet claims) {
        if (!client.tenants().isEmpty()
                && tenant(claims).filter(client.tenants()::contains).isEmpty()) {
            throw new Forbidden("tenant", "expected an organization that is registered for this client");
        }
    }
}
