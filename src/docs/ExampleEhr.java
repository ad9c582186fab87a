import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/** What an EHR does to sign a call (ES384), with nothing but a JDK. connect-an-ehr.md tells how to use it. */
final class ExampleEhr {
    private static final Path PRIVATE_KEY = Path.of("private-key.der");
    private static final Path KEY_SET = Path.of("keys.json");
    private static final String KEY_ID = "example-1";
    private static final String ISSUER = "https://ehr.example.org/";

    private ExampleEhr() {}

    public static void main(String[] arguments) throws Exception {
        if (Arrays.equals(arguments, new String[] {"keys"})) {
            makeKeys();
        } else if (arguments.length == 2 && arguments[0].equals("token")) {
            System.out.println(token(arguments[1]));
        } else {
            System.err.println("expected: keys, or: token URL");
            System.exit(2);
        }
    }

    /** The private key stays with the EHR; the key set is what the service is given. */
    private static void makeKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(384);
        KeyPair pair = generator.generateKeyPair();
        ECPublicKey key = (ECPublicKey) pair.getPublic();
        Files.write(PRIVATE_KEY, pair.getPrivate().getEncoded());
        Files.writeString(KEY_SET, """
                {"keys": [{"kty": "EC", "crv": "P-384", "alg": "ES384", "use": "sig", "kid": "%s",
                  "x": "%s",
                  "y": "%s"}]}
                """.formatted(KEY_ID, number(key.getW().getAffineX()), number(key.getW().getAffineY())));
    }

    /** A token for one call of that URL within five minutes. */
    private static String token(String audience) throws Exception {
        long now = Instant.now().getEpochSecond();
        String header = "{\"typ\": \"JWT\", \"alg\": \"ES384\", \"kid\": \"%s\"}".formatted(KEY_ID);
        String claims = "{\"iss\": \"%s\", \"aud\": \"%s\", \"iat\": %d, \"exp\": %d, \"jti\": \"%s\"}"
                .formatted(ISSUER, audience, now, now + 300, UUID.randomUUID());
        String signed = base64(header.getBytes(StandardCharsets.UTF_8))
                + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
        signature.initSign(
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(PRIVATE_KEY))));
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    /** 48 bytes, as a coordinate of P-384 has. */
    private static String number(BigInteger coordinate) {
        byte[] bytes = coordinate.toByteArray();
        byte[] fixed = new byte[48];
        int length = Math.min(bytes.length, fixed.length);
        System.arraycopy(bytes, bytes.length - length, fixed, fixed.length - length, length);
        return base64(fixed);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
