package dev.therapyfit.reliability.fuzz;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.ClientRegistry;
import dev.therapyfit.clients.ClientVerifier;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Unauthenticated;
import dev.therapyfit.reliability.mutation.Choices;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Good tokens, changed: the verifier refuses every one but those that say and are signed as a good one. The fuzzer's
 * bytes tell which token is changed and how.
 */
public final class TokenFuzz {
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");
    private static final String ISSUER = "https://ehr.example";
    private static final String CALLED = "https://cds.example/cds-services/therapy-fit-order-sign";
    private static final int RSA_BITS = 2048;

    private static final List<String> HEADERS = List.of(
            "{\"alg\":\"none\"}",
            "{\"alg\":\"HS384\",\"kid\":\"k1\",\"typ\":\"JWT\"}",
            "{\"alg\":\"HS256\",\"kid\":\"k2\",\"typ\":\"JWT\"}",
            "{\"alg\":\"ES384\",\"kid\":\"k2\",\"typ\":\"JWT\"}",
            "{\"alg\":\"RS384\",\"kid\":\"k1\",\"typ\":\"JWT\"}",
            "{\"alg\":\"ES384\",\"kid\":\"k1\",\"typ\":\"JWT\",\"jku\":\"https://zz.example/jwks\"}",
            "{\"alg\":\"ES384\",\"kid\":\"k1\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}}",
            "{\"alg\":\"ES384\",\"kid\":\"k1\",\"crit\":[\"b64\"],\"b64\":false}",
            "{\"alg\":\"ES384\",\"kid\":\"k1\",\"x5c\":[\"zz\"]}",
            "{\"alg\":\"ES384\",\"alg\":\"none\",\"kid\":\"k1\"}",
            "{\"alg\":\"es384\",\"kid\":\"k1\"}",
            "{\"alg\":null,\"kid\":null}",
            "{\"alg\":[\"ES384\"],\"kid\":{}}",
            "{\"enc\":\"A128GCM\",\"alg\":\"dir\"}",
            "{}",
            "[]",
            "\"\"",
            "zz");

    private static final List<String> CLAIMS = List.of(
            "{}",
            "[]",
            "{\"iss\":null}",
            "{\"iss\":[\"" + ISSUER + "\"],\"aud\":\"" + CALLED + "\"}",
            "{\"iss\":\"" + ISSUER + "\",\"aud\":[],\"exp\":1e400,\"iat\":-1}",
            "{\"iss\":\"" + ISSUER + "\",\"aud\":\"" + CALLED
                    + "\",\"exp\":99999999999999999999,\"iat\":0,\"jti\":\"\"}",
            "{\"iss\":\"" + ISSUER + "\",\"aud\":\"" + CALLED + "\",\"exp\":\"1781514060\",\"iat\":\"1781513940\"}",
            "{\"iss\":\"" + ISSUER + "\",\"aud\":{\"a\":\"" + CALLED + "\"},\"exp\":1781514060,\"iat\":1781513940}",
            "{\"iss\":\"" + ISSUER + "\",\"aud\":\"" + CALLED
                    + "\",\"exp\":1781514060,\"iat\":1781513940,\"nbf\":9223372036854775807,\"jti\":\"a\"}",
            "{\"iss\":\"" + ISSUER + "\",\"iss\":\"https://zz.example\"}",
            "zz");

    private final ECKey ec;
    private final RSAKey rsa;
    private final ECKey foreign;
    private final List<String> good;
    private final ClientVerifier verifier;

    private static final class Shared {
        static final TokenFuzz TOKENS = new TokenFuzz();
    }

    private TokenFuzz() {
        try {
            ec = new ECKeyGenerator(Curve.P_384).keyID("k1").generate();
            rsa = new RSAKeyGenerator(RSA_BITS).keyID("k2").generate();
            foreign = new ECKeyGenerator(Curve.P_384).keyID("k1").generate();
            good = List.of(
                    token(JWSAlgorithm.ES384, "k1", new ECDSASigner(ec)),
                    token(JWSAlgorithm.RS384, "k2", new RSASSASigner(rsa)));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        Client client = new Client(
                "clinic",
                Optional.of(URI.create(ISSUER)),
                Set.of(),
                List.of(),
                Optional.of(new JWKSet(List.of(ec.toPublicJWK(), rsa.toPublicJWK())).toString()),
                Client.RECOMMENDED_ALGORITHMS,
                List.of(),
                "US",
                Client.CdsHooksVersion.V2,
                Set.of(),
                List.of(),
                Integer.MAX_VALUE);
        verifier = new ClientVerifier(
                ClientRegistry.of(List.of(client)),
                (issuer, jti, expires, deadline) -> true,
                new OutboundHttp(Duration.ofMillis(1), AllowedNetworks.PUBLIC),
                read -> {
                    throw new AssertionError("a key set is read, but none is registered");
                },
                Duration.ofSeconds(60),
                Duration.ofMinutes(5));
    }

    /** Called by Jazzer before all else: classes are loaded and instrumented before any time is measured. */
    public static void fuzzerInitialize() {
        fuzzerTestOneInput(new byte[0]);
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Shared.TOKENS.check(Choices.from(input), input);
    }

    private void check(Choices choices, byte[] input) {
        String token = choices.of(good);
        String header = changed("Bearer " + token, choices, input);
        boolean accepted;
        try {
            accepted = verifier.verify(header, Set.of(CALLED), AT, Deadline.in(Duration.ofMinutes(1)))
                    .client()
                    .id()
                    .equals("clinic");
        } catch (Unauthenticated | Forbidden refused) {
            accepted = false;
        }
        if (accepted != isGood(header)) {
            throw new AssertionError(accepted ? "a token that is not good is taken" : "a good token is refused");
        }
    }

    /** The same scheme, header and claims to the letter, and a signature of the same bytes. */
    private boolean isGood(String header) {
        if (!header.strip().toLowerCase(java.util.Locale.ROOT).matches("bearer +\\S+") || header.length() > 6_007) {
            return false;
        }
        String given = header.strip().substring("bearer ".length()).strip();
        return good.stream().anyMatch(token -> {
            int end = token.lastIndexOf('.') + 1;
            return given.startsWith(token.substring(0, end))
                    && given.substring(end).matches("[A-Za-z0-9_-]+")
                    && java.util.Arrays.equals(
                            new Base64URL(given.substring(end)).decode(), new Base64URL(token.substring(end)).decode());
        });
    }

    private String changed(String header, Choices choices, byte[] input) {
        String[] parts = header.substring("Bearer ".length()).split("\\.", -1);
        return switch (choices.below(8)) {
            case 0 -> header;
            case 1, 2 -> edited(header, choices);
            case 3 -> "Bearer " + encoded(choices.of(HEADERS)) + "." + parts[1] + "." + parts[2];
            case 4 -> "Bearer " + parts[0] + "." + encoded(choices.of(CLAIMS)) + "." + parts[2];
            case 5 ->
                "Bearer " + encoded(choices.of(HEADERS)) + "." + parts[1] + "."
                        + hmac(encoded(choices.of(HEADERS)) + "." + parts[1]);
            case 6 -> "Bearer " + byForeigner(edited(new Base64URL(parts[1]).decodeToString(), choices));
            default ->
                choices.of(List.of("", "Bearer ", "Basic ", "bearer  "))
                        + new String(input, StandardCharsets.ISO_8859_1);
        };
    }

    /** A few characters changed, added or taken away. */
    private static String edited(String text, Choices choices) {
        StringBuilder edited = new StringBuilder(text);
        int count = 1 + choices.below(3);
        for (int i = 0; i < count && !edited.isEmpty(); i++) {
            int place = choices.below(edited.length());
            char character = (char) (' ' + choices.below(95));
            switch (choices.below(4)) {
                case 0 -> edited.setCharAt(place, character);
                case 1 -> edited.insert(place, character);
                case 2 -> edited.deleteCharAt(place);
                default -> edited.append(choices.of(List.of("=", ".", " ", "A", "\n", ".A")));
            }
        }
        return edited.toString();
    }

    /** The public key as the secret of a symmetric algorithm. */
    private Base64URL hmac(String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA384");
            mac.init(new SecretKeySpec(ec.toPublicKey().getEncoded(), "HmacSHA384"));
            return Base64URL.encode(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signed well, with a key of the same id that is not registered. */
    private String byForeigner(String claims) {
        try {
            JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES384)
                    .type(JOSEObjectType.JWT)
                    .keyID("k1")
                    .build();
            String content = header.toBase64URL() + "." + encoded(claims);
            return content + "." + new ECDSASigner(foreign).sign(header, content.getBytes(StandardCharsets.UTF_8));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Base64URL encoded(String text) {
        return Base64URL.encode(text);
    }

    private static String token(JWSAlgorithm algorithm, String kid, com.nimbusds.jose.JWSSigner signer)
            throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .type(JOSEObjectType.JWT)
                        .keyID(kid)
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(CALLED)
                        .issueTime(Date.from(AT.minusSeconds(60)))
                        .expirationTime(Date.from(AT.plusSeconds(60)))
                        .jwtID("zz-jti")
                        .build());
        token.sign(signer);
        return token.serialize();
    }
}
