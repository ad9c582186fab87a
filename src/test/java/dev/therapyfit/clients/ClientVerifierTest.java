package dev.therapyfit.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.therapyfit.clients.Client.CdsHooksVersion;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.failure.CdsFailure.Unauthenticated;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of a token. {@code AttackIT} has the attacks; here are the algorithms, the bounds and any garbage. */
class ClientVerifierTest {
    private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");
    private static final String ISSUER = "https://ehr.example/";
    private static final String CALLED = "https://cds.example/cds-services/zz";
    private static final Duration SKEW = Duration.ofSeconds(60);
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final Set<String> used = new HashSet<>();
    private final List<Deadline> waits = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "ES384", "ES512"})
    void every_elliptic_curve_that_is_registered_is_taken(String algorithm) {
        JWSAlgorithm name = JWSAlgorithm.parse(algorithm);
        ECKey key = Tokens.ecKey("k", Curve.forJWSAlgorithm(name).iterator().next(), name);

        assertThat(verify(token(key), client(key, algorithm)).id()).isEqualTo("hospital");
        assertRefused(token(key), client(key, "RS384"), "alg: expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
    void every_rsa_algorithm_that_is_registered_is_taken(String algorithm) {
        RSAKey key = new RSAKey.Builder(Tokens.rsaKey("k", 2048))
                .algorithm(JWSAlgorithm.parse(algorithm))
                .build();

        assertThat(verify(token(key), client(key, algorithm)).id()).isEqualTo("hospital");
    }

    @Test
    void a_key_for_another_use_or_algorithm_has_signed_nothing() {
        ECKey key = Tokens.ecKey("k");
        ECKey forEncryption = new ECKey.Builder(key)
                .keyUse(com.nimbusds.jose.jwk.KeyUse.ENCRYPTION)
                .build();
        assertRefused(token(key), client(forEncryption, "ES384"), "expected a signature");

        RSAKey rsa = Tokens.rsaKey("k", 2048);
        RSAKey forAnother =
                new RSAKey.Builder(rsa).algorithm(JWSAlgorithm.PS384).build();
        assertRefused(token(rsa), client(forAnother, "RS384"), "expected a signature");
        RSAKey forAny = new RSAKey.Builder(rsa).algorithm(null).keyUse(null).build();
        assertThat(verify(token(rsa), client(forAny, "RS384")).id()).isEqualTo("hospital");
    }

    @Test
    void the_time_of_a_token_is_bound_on_both_sides() {
        ECKey key = Tokens.ecKey("k");
        Client client = client(key, "ES384");

        assertThat(verify(token(key).lasting(SKEW, SKEW.plus(LIFETIME)), client).id())
                .isEqualTo("hospital");
        assertRefused(token(key).lasting(SKEW.plusSeconds(1), LIFETIME), client, "iat: expected");
        assertThat(verify(
                                token(key)
                                        .lasting(
                                                SKEW.negated().minus(LIFETIME).plusSeconds(1),
                                                SKEW.negated().plusSeconds(1)),
                                client)
                        .id())
                .isEqualTo("hospital");
        assertRefused(token(key).lasting(LIFETIME.negated(), SKEW.negated()), client, "exp: expected");
        assertRefused(token(key).lasting(Duration.ZERO, LIFETIME.plusSeconds(1)), client, "at most 300 seconds");
    }

    @Test
    void a_token_is_remembered_until_it_can_be_used_no_longer() {
        ECKey key = Tokens.ecKey("k");
        verify(token(key).with("jti", "zz-1").lasting(Duration.ZERO, Duration.ofSeconds(100)), client(key, "ES384"));

        assertThat(used).containsExactly(ISSUER + " zz-1 " + AT.plusSeconds(160));
    }

    @Test
    void it_is_remembered_within_the_time_of_the_call() {
        ECKey key = Tokens.ecKey("k");
        Deadline ofCall = soon();

        ClientVerifier verifier = verifier(client(key, "ES384"), "");
        AuthenticatedClient caller = verifier.verify(token(key).header(), Set.of(CALLED), AT, ofCall);
        verifier.use(caller.token().orElseThrow(), ofCall);

        assertThat(waits).containsExactly(ofCall);
    }

    @Test
    void nothing_is_remembered_of_a_token_that_is_refused() {
        ECKey key = Tokens.ecKey("k");
        assertRefused(token(Tokens.ecKey("k")), client(key, "ES384"), "expected a signature");
        assertRefused(token(key).with("aud", "https://other.example"), client(key, "ES384"), "aud: expected");
        assertThat(used).isEmpty();
    }

    @Test
    void a_token_without_jku_is_checked_with_the_keys_that_were_given() {
        ECKey key = Tokens.ecKey("k");
        ECKey fetched = Tokens.ecKey("k");
        Client both = client(Optional.of(Tokens.keySet(key)), List.of(URI.create("https://ehr.example/jwks")), "ES384");
        ClientVerifier verifier = verifier(both, Tokens.keySet(fetched));

        assertThat(verifier.verify(token(key).header(), Set.of(CALLED), AT, soon())
                        .client()
                        .id())
                .isEqualTo("hospital");
        Tokens pointing = token(fetched).header(header -> header.jwkURL(URI.create("https://ehr.example/jwks")));
        assertThat(verifier.verify(pointing.header(), Set.of(CALLED), AT, soon())
                        .client()
                        .id())
                .isEqualTo("hospital");
        Tokens wrong = token(key).header(header -> header.jwkURL(URI.create("https://ehr.example/jwks")));
        assertThatThrownBy(() -> verifier.verify(wrong.header(), Set.of(CALLED), AT, soon()))
                .isInstanceOf(Unauthenticated.class);
    }

    @Test
    void any_change_of_a_token_is_refused_and_nothing_of_it_is_repeated() {
        ECKey key = Tokens.ecKey("k");
        ClientVerifier verifier = verifier(client(key, "ES384"), "");
        String good = token(key).header();
        Random random = new Random(17);
        for (int i = 0; i < 3_000; i++) {
            char[] changed = good.toCharArray();
            for (int n = 0; n <= random.nextInt(3); n++) {
                changed[random.nextInt(changed.length)] =
                        (char) (random.nextInt(10) == 0 ? random.nextInt(0x300) : 33 + random.nextInt(94));
            }
            String text = new String(changed);
            if (text.equals(good)) {
                continue;
            }
            Throwable failure = catchThrowable(() -> verifier.verify(text, Set.of(CALLED), AT, soon()));
            // The unused bits of the last character, and the case of the scheme, may be changed.
            if (failure != null) {
                assertThat(failure).as(text).isInstanceOf(CdsFailure.class).hasMessageNotContaining("zz");
            } else {
                assertThat(text.substring(7, text.lastIndexOf('.') + 120))
                        .isEqualTo(good.substring(7, good.lastIndexOf('.') + 120));
            }
        }
    }

    @Test
    void the_same_bits_in_another_spelling_are_refused() {
        ECKey key = Tokens.ecKey("k");
        ClientVerifier verifier = verifier(client(key, "ES384"), "");
        String good = token(key).header();
        while (good.lastIndexOf('-') < good.lastIndexOf('.')) {
            good = token(key).header();
        }
        String plus = good.substring(0, good.lastIndexOf('-')) + "+" + good.substring(good.lastIndexOf('-') + 1);

        for (String other : List.of(plus, good + "=")) {
            assertThatThrownBy(() -> verifier.verify(other, Set.of(CALLED), AT, soon()))
                    .isInstanceOf(Unauthenticated.class);
        }
        assertThat(verifier.verify(good, Set.of(CALLED), AT, soon()).client().id())
                .isEqualTo("hospital");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"ES384\",\"kid\":\"k\",\"jku\":\"zz:// zz\"}",
                "{\"alg\":\"ES384\",\"kid\":7}",
                "{\"alg\":7}",
                "{}",
                "[]",
                "null",
                "{\"alg\":\"ES384\",\"kid\":\"k\",\"kid\":\"k\"}",
                "{\"alg\":\"ES384\",\"kid\":\"k\",\"crit\":[\"b64\"],\"b64\":false}",
                "{\"alg\":\"ES384\",\"kid\":\"k\",\"b64\":false}",
                "{\"alg\":\"ES256K\",\"kid\":\"k\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"k\"}",
                "{\"alg\":\"RSA-OAEP\",\"enc\":\"A128GCM\",\"kid\":\"k\"}"
            })
    void a_header_that_makes_no_sense_is_refused(String header) {
        ECKey key = Tokens.ecKey("k");
        String text = com.nimbusds.jose.util.Base64URL.encode(header) + "."
                + com.nimbusds.jose.util.Base64URL.encode(token(key).claims()) + ".AAAA";
        assertThatThrownBy(
                        () -> verifier(client(key, "ES384"), "").verify("Bearer " + text, Set.of(CALLED), AT, soon()))
                .isInstanceOf(Unauthenticated.class)
                .hasMessageContaining("expected")
                .hasMessageNotContaining("zz");
    }

    private static Tokens token(JWK key) {
        return Tokens.of(ISSUER, CALLED, key, AT);
    }

    private Client verify(Tokens token, Client client) {
        ClientVerifier verifier = verifier(client, "");
        Set<String> before = Set.copyOf(used);
        AuthenticatedClient caller = verifier.verify(token.header(), Set.of(CALLED), AT, soon());
        assertThat(used).as("verifying uses no token").isEqualTo(before);
        verifier.use(caller.token().orElseThrow(), soon());
        return caller.client();
    }

    private void assertRefused(Tokens token, Client client, String why) {
        assertThatThrownBy(() -> verify(token, client))
                .isInstanceOf(Unauthenticated.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("zz");
    }

    private ClientVerifier verifier(Client client, String fetched) {
        KeySets keySets = new KeySets(
                (url, deadline) -> {
                    if (fetched.isEmpty()) {
                        throw new IOException("nothing there");
                    }
                    return fetched.getBytes(java.nio.charset.StandardCharsets.UTF_8);
                },
                Runnable::run);
        return new ClientVerifier(
                ClientRegistry.of(List.of(client)),
                (issuer, jti, expires, deadline) -> {
                    waits.add(deadline);
                    return used.add(issuer + " " + jti + " " + expires);
                },
                keySets,
                SKEW,
                LIFETIME);
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(20));
    }

    private static Client client(JWK key, String... algorithms) {
        return client(Optional.of(Tokens.keySet(key)), List.of(), algorithms);
    }

    private static Client client(Optional<String> keySet, List<URI> keySetUrls, String... algorithms) {
        return new Client(
                "hospital",
                Optional.of(URI.create(ISSUER)),
                Set.of(),
                keySetUrls,
                keySet,
                Set.of(algorithms),
                List.of(),
                "US",
                CdsHooksVersion.V2,
                Set.of(),
                List.of(),
                100);
    }
}
