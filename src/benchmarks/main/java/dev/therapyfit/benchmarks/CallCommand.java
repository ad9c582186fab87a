package dev.therapyfit.benchmarks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.therapyfit.benchmarks.Stopwatch.Cost;
import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.ClientRegistry;
import dev.therapyfit.clients.ClientVerifier;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.hooks.HookCall;
import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.deadline.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** The parts of a signed call that the service computes, without HTTP and database. */
@Command(
        name = "call",
        mixinStandardHelpOptions = true,
        description = "A signed order-select about o1 with all prefetch: its token, its body, its answer.")
final class CallCommand implements Callable<Integer> {
    private static final String ISSUER = "https://ehr.example/";
    private static final String CALLED = "https://service.example/cds-services/" + OrderSelect.ID;
    private static final int RSA_BITS = 3_072;
    private static final Duration LONG = Duration.ofMinutes(1);

    @Option(names = "--seconds", defaultValue = "5", description = "Warm-up of each (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Override
    public Integer call() throws JOSEException, IOException {
        ECKey ec = new ECKeyGenerator(Curve.P_384).keyID("ec").generate();
        RSAKey rsa = new RSAKeyGenerator(RSA_BITS).keyID("rsa").generate();
        OrderSelect o1 = OrderSelect.of(Path.of("cql"));
        Instant at = o1.about().at();
        byte[] body = o1.body();
        HookCall call = o1.call();
        String es384 = token(JWSAlgorithm.ES384, "ec", new ECDSASigner(ec), at);
        String rs384 = token(JWSAlgorithm.RS384, "rsa", new RSASSASigner(rsa), at);
        try (OutboundHttp http = new OutboundHttp(Duration.ofMillis(1), AllowedNetworks.PUBLIC)) {
            ClientVerifier verifier = verifier(new JWKSet(List.of(ec.toPublicJWK(), rsa.toPublicJWK())), http);
            JsonMapper json = new JsonMapper();
            CdsResponse response = o1.pipeline().answer(call).response();
            Map<String, Cost> costs = new Stopwatch()
                    .add("token, ES384", () -> verify(verifier, es384, at))
                    .add("token, RS384", () -> verify(verifier, rs384, at))
                    .add("body decoded", () -> o1.pipeline().decode(o1.service(), body, Deadline.in(LONG)))
                    .add("decided, with cards", () -> o1.pipeline().answer(call))
                    .add("answer as JSON", () -> json.writeValueAsBytes(response))
                    .measure(seconds);
            Table.print("o1, " + body.length + " bytes", costs, "decided, with cards");
        }
        return 0;
    }

    private static void verify(ClientVerifier verifier, String token, Instant at) {
        verifier.verify("Bearer " + token, Set.of(CALLED), at, Deadline.in(LONG));
    }

    private static ClientVerifier verifier(JWKSet keys, OutboundHttp http) {
        Client client = new Client(
                "clinic",
                Optional.of(URI.create(ISSUER)),
                Set.of(),
                List.of(),
                Optional.of(keys.toString()),
                Client.RECOMMENDED_ALGORITHMS,
                List.of(),
                "US",
                Client.CdsHooksVersion.V2,
                Set.of(),
                List.of(),
                Integer.MAX_VALUE);
        return new ClientVerifier(
                ClientRegistry.of(List.of(client)),
                (issuer, jti, expires, deadline) -> true,
                http,
                read -> {
                    throw new UncheckedIOException(new IOException("no key set is read"));
                },
                Duration.ofMinutes(1),
                Duration.ofMinutes(5));
    }

    private static String token(JWSAlgorithm algorithm, String key, JWSSigner signer, Instant at) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm)
                        .type(JOSEObjectType.JWT)
                        .keyID(key)
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(CALLED)
                        .issueTime(Date.from(at))
                        .expirationTime(Date.from(at.plusSeconds(60)))
                        .jwtID("benchmark")
                        .build());
        token.sign(signer);
        return token.serialize();
    }
}
