package dev.therapyfit.clients.link;

import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import dev.therapyfit.hooks.failure.CdsFailure.Gone;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs links to decisions and checks them. A link holds the decision's id, its end and a signature over both, and
 * nothing of the patient. Who has it may see the decision until it ends; there is nobody else to ask, since the browser
 * that opens it is not the client that was answered.
 */
public final class DecisionLinks {
    /** Fewest bytes of a key: as many as the digest has. */
    public static final int SHORTEST_KEY = 32;

    private static final String ALGORITHM = "HmacSHA256";
    private static final String NOT_VALID = "the link is not valid: expected one as it stands on a card";

    private final SecretKeySpec key;
    private final Duration validity;
    private final Clock clock;

    /**
     * @param key secret that all replicas share, at least {@value #SHORTEST_KEY} bytes
     * @param validity how long a link is valid
     * @param clock the time of day, which is not the evaluation time
     */
    public DecisionLinks(byte[] key, Duration validity, Clock clock) {
        if (key.length < SHORTEST_KEY) {
            throw new IllegalArgumentException("the key of links is too short: expected at least 32 bytes");
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.validity = validity;
        this.clock = clock;
    }

    /**
     * What a link carries besides the decision's id.
     *
     * @param expires when it ends
     * @param signature of id and end, base64url without padding
     */
    public record Signed(Instant expires, String signature) {}

    /** A link that is valid from now on. */
    public Signed sign(String decisionId) {
        Instant expires = Instant.ofEpochSecond(clock.instant().plus(validity).getEpochSecond());
        return new Signed(expires, signature(decisionId, expires.getEpochSecond()));
    }

    /**
     * Checks a link before anything is looked up, so that without a valid signature nobody learns which decisions exist.
     *
     * @param decisionId id in the link
     * @param expires its end in seconds since 1970-01-01T00:00:00Z
     * @param signature its signature
     * @throws Forbidden if the signature is missing or not ours
     * @throws Gone if it is ours and the link has ended
     */
    public void check(String decisionId, @Nullable String expires, @Nullable String signature) {
        if (expires == null || signature == null || !expires.matches("[1-9][0-9]{0,11}")) {
            throw new Forbidden("", NOT_VALID);
        }
        long end = Long.parseLong(expires);
        byte[] expected = signature(decisionId, end).getBytes(StandardCharsets.US_ASCII);
        if (!MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8))) {
            throw new Forbidden("", NOT_VALID);
        }
        if (!clock.instant().isBefore(Instant.ofEpochSecond(end))) {
            throw new Gone("the link has expired: the data behind the decision are kept no longer");
        }
    }

    private String signature(String decisionId, long expires) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            byte[] signed = mac.doFinal((decisionId + "\n" + expires).getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }
}
