package dev.therapyfit.clients;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.therapyfit.hooks.failure.CdsFailure.Unauthenticated;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A JSON Web Token of which nothing is believed yet (RFC 7515, RFC 7519). */
final class SignedToken {
    /** Asymmetric algorithms with keys that a key set can hold; {@code none} and the symmetric ones are never taken. */
    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512,
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512);

    private static final int SMALLEST_RSA_KEY = 2048;

    /** Compact serialization: base64url without padding. The parser would take other characters for the same bits. */
    private static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    private final SignedJWT jwt;
    private final JWSHeader header;
    private final JWTClaimsSet claims;

    private SignedToken(SignedJWT jwt, JWTClaimsSet claims) {
        this.jwt = jwt;
        this.header = jwt.getHeader();
        this.claims = claims;
    }

    /**
     * Reads a token.
     *
     * @throws Unauthenticated if it is none, or says in its header what this service does not take
     */
    static SignedToken parse(String text) {
        SignedToken token;
        try {
            if (!COMPACT.matcher(text).matches()) {
                throw new ParseException("no compact serialization", 0);
            }
            SignedJWT jwt = SignedJWT.parse(text);
            token = new SignedToken(jwt, jwt.getJWTClaimsSet());
        } catch (ParseException | RuntimeException e) {
            // what the parser says holds parts of the token, and it has failures that it does not declare
            throw new Unauthenticated("expected a signed JSON Web Token (JWS compact serialization)");
        }
        token.requireHeader();
        return token;
    }

    private void requireHeader() {
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            throw new Unauthenticated("alg: expected an asymmetric algorithm such as ES384 or RS384");
        }
        if (header.getType() != null && !JOSEObjectType.JWT.equals(header.getType())) {
            throw new Unauthenticated("typ: expected JWT");
        }
        if (header.getKeyID() == null || header.getKeyID().isEmpty()) {
            throw new Unauthenticated("kid: required: expected the id of the key that signed the token");
        }
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            throw new Unauthenticated("crit: expected none, since no extension is supported");
        }
        if (header.getJWK() != null || header.getX509CertURL() != null || header.getX509CertChain() != null) {
            throw new Unauthenticated("expected no key in the token: keys come from what is registered");
        }
    }

    JWTClaimsSet claims() {
        return claims;
    }

    String algorithm() {
        return header.getAlgorithm().getName();
    }

    Optional<URI> keySetUrl() {
        return Optional.ofNullable(header.getJWKURL());
    }

    /** Picks the keys that can have signed it: of that id, for that algorithm, for signing, public. */
    JWKMatcher keys() {
        JWKMatcher.Builder matcher = new JWKMatcher.Builder(JWKMatcher.forJWSHeader(header)).publicOnly(true);
        if (JWSAlgorithm.Family.EC.contains(header.getAlgorithm())) {
            matcher.curves(Curve.forJWSAlgorithm(header.getAlgorithm()));
        } else {
            matcher.minKeySize(SMALLEST_RSA_KEY);
        }
        return matcher.build();
    }

    /** True if one of the keys has signed it. */
    boolean isSignedBy(List<JWK> keys) {
        for (JWK key : keys) {
            if (isSignedBy(key)) {
                return true;
            }
        }
        return false;
    }

    private boolean isSignedBy(@Nullable JWK key) {
        try {
            return key instanceof AsymmetricJWK pair
                    && jwt.verify(new DefaultJWSVerifierFactory().createJWSVerifier(header, pair.toPublicKey()));
        } catch (JOSEException | RuntimeException e) {
            return false; // a key or signature that cannot be used has not signed it
        }
    }
}
