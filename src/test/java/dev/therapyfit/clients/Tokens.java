package dev.therapyfit.clients;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Builds the token of a call: a good one to begin with, of which a test changes what it is about. */
public final class Tokens {
    private final JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder();
    private final Instant issued;
    private JWK key;
    private JWSHeader.Builder header;

    private Tokens(String issuer, String audience, JWK key, Instant issued) {
        this.issued = issued;
        this.key = key;
        this.header = headerFor(key);
        claims.issuer(issuer)
                .audience(audience)
                .issueTime(Date.from(issued))
                .expirationTime(Date.from(issued.plus(Duration.ofMinutes(3))))
                .jwtID("zz-" + UUID.randomUUID());
    }

    /** A token for that audience, of that issuer, issued then and valid for three minutes. */
    public static Tokens of(String issuer, String audience, JWK key, Instant issued) {
        return new Tokens(issuer, audience, key, issued);
    }

    /** Sets a claim; null takes it away. */
    public Tokens with(String claim, @Nullable Object value) {
        claims.claim(claim, value);
        return this;
    }

    /** Sets its audience to several. */
    public Tokens withAudiences(String... audiences) {
        claims.audience(Arrays.asList(audiences));
        return this;
    }

    /** Shifts when it was issued and when it expires. */
    public Tokens shifted(Duration by) {
        return lasting(by, by.plus(Duration.ofMinutes(3)));
    }

    /** Sets when it was issued and when it expires, from the time it was made for. */
    public Tokens lasting(Duration from, Duration to) {
        claims.issueTime(Date.from(issued.plus(from))).expirationTime(Date.from(issued.plus(to)));
        return this;
    }

    /** Signs with another key, whose algorithm and id the header then tells. */
    public Tokens signedBy(JWK other) {
        key = other;
        header = headerFor(other);
        return this;
    }

    /** Changes the header. */
    public Tokens header(java.util.function.UnaryOperator<JWSHeader.Builder> change) {
        header = change.apply(header);
        return this;
    }

    /** The token. */
    public String text() {
        try {
            SignedJWT jwt = new SignedJWT(header.build(), claims.build());
            JWSSigner signer = key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner(key.toRSAKey());
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The header {@code Authorization}. */
    public String header() {
        return "Bearer " + text();
    }

    /** The claims as JSON, for tokens that are made by hand. */
    public String claims() {
        return claims.build().toString();
    }

    private static JWSHeader.Builder headerFor(JWK key) {
        return new JWSHeader.Builder(JWSAlgorithm.parse(key.getAlgorithm().getName()))
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID());
    }

    public static ECKey ecKey(String id) {
        return ecKey(id, Curve.P_384, JWSAlgorithm.ES384);
    }

    public static ECKey ecKey(String id, Curve curve, JWSAlgorithm algorithm) {
        try {
            return new ECKeyGenerator(curve)
                    .keyID(id)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(algorithm)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public static RSAKey rsaKey(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits, true)
                    .keyID(id)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS384)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The public halves as a key set. */
    public static String keySet(JWK... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }
}
