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
import dev.therapyfit.app.warmup.HookBodies;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.benchmarks.Stopwatch.Cost;
import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.ClientRegistry;
import dev.therapyfit.clients.ClientVerifier;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.ehr.RestFhirDataSource;
import dev.therapyfit.ehr.ServerIsolation;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.hooks.HookCall;
import dev.therapyfit.hooks.HookCall.Asker;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
    private static final String CALLED = "https://service.example/cds-services/therapy-fit-order-select";
    private static final int RSA_BITS = 3_072;
    private static final Duration LONG = Duration.ofMinutes(1);

    @Option(names = "--seconds", defaultValue = "5", description = "Warm-up of each (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Override
    public Integer call() throws JOSEException, IOException {
        ECKey ec = new ECKeyGenerator(Curve.P_384).keyID("ec").generate();
        RSAKey rsa = new RSAKeyGenerator(RSA_BITS).keyID("rsa").generate();
        Content content = Content.read(Path.of("cql"));
        CqlEvaluator evaluator = CqlEvaluator.compile(content);
        ServiceCatalog catalog = ServiceCatalog.of(content, evaluator);
        CdsService service = catalog.services().stream()
                .filter(one -> CALLED.endsWith(one.id()))
                .findFirst()
                .orElseThrow();
        Case o1 = Cases.find(content, "o1").orElseThrow();
        byte[] body = HookBodies.prefetched(service, o1, Set.of()).toString().getBytes(StandardCharsets.UTF_8);
        String es384 = token(JWSAlgorithm.ES384, "ec", new ECDSASigner(ec), o1.at());
        String rs384 = token(JWSAlgorithm.RS384, "rsa", new RSASSASigner(rsa), o1.at());
        try (OutboundHttp http = new OutboundHttp(Duration.ofMillis(1), AllowedNetworks.PUBLIC);
                ServerIsolation isolation = new ServerIsolation(1, Duration.ofSeconds(1))) {
            ClientVerifier verifier = verifier(new JWKSet(List.of(ec.toPublicJWK(), rsa.toPublicJWK())), http);
            HookPipeline pipeline = HookPipeline.of(
                    content,
                    catalog,
                    evaluator,
                    new HookRequestDecoder(),
                    new PrefetchCompleter(new RestFhirDataSource(http), isolation));
            HookRequest request = pipeline.decode(service, body, Deadline.in(LONG));
            HookCall call = new HookCall(
                    service,
                    request,
                    new Asker("clinic", "US", false),
                    o1.at(),
                    Deadline.in(Duration.ofDays(1)),
                    id -> URI.create("https://service.example/decisions/" + id));
            JsonMapper json = new JsonMapper();
            var response = pipeline.answer(call).response();
            Map<String, Cost> costs = new Stopwatch()
                    .add("token, ES384", () -> verify(verifier, es384, o1.at()))
                    .add("token, RS384", () -> verify(verifier, rs384, o1.at()))
                    .add("body decoded", () -> pipeline.decode(service, body, Deadline.in(LONG)))
                    .add("decided, with cards", () -> pipeline.answer(call))
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
