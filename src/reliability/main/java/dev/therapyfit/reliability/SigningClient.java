package dev.therapyfit.reliability;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** A registered EHR: its key, and a new token for every call (CDS Hooks, "Trusting CDS Clients"). */
public final class SigningClient {
    private static final String ISSUER = "https://ehr.example";
    private static final int LIFETIME_SECONDS = 120;

    private final ECKey key;

    public SigningClient() throws JOSEException {
        this.key = new ECKeyGenerator(Curve.P_384).keyID("k1").generate();
    }

    /** Its registration, as an entry of {@code therapy-fit.trust.clients} in YAML. */
    public String registration(String indent, String fhirServer) {
        String keySet = new JWKSet(key.toPublicJWK()).toString();
        return indent + "- id: clinic\n"
                + indent + "  issuer: " + ISSUER + "\n"
                + indent + "  key-set: '" + keySet + "'\n"
                + indent + "  calls-per-minute: 1000000\n"
                + (fhirServer.isEmpty() ? "" : indent + "  fhir-servers: [\"" + fhirServer + "\"]\n");
    }

    /** Adds a token for the URL that is called. */
    public HttpRequest.Builder authorize(HttpRequest.Builder request) {
        URI url = request.copy().build().uri();
        return request.header("Authorization", "Bearer " + token(url));
    }

    private String token(URI url) {
        Instant now = Instant.now();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES384)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(url.toString())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(LIFETIME_SECONDS)))
                        .jwtID(UUID.randomUUID().toString())
                        .build());
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }
}
