package dev.therapyfit.cql.digest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest (FIPS 180-4) that is made of several pieces. For one thread. */
public final class Sha256 {
    private final MessageDigest digest;

    /** A digest of nothing yet. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Adds bytes as they are. */
    public Sha256 add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds a text with its length before it, so that no two rows of texts look alike. */
    public Sha256 addPart(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return add((bytes.length + ":").getBytes(StandardCharsets.US_ASCII)).add(bytes);
    }

    /** The digest in hexadecimal; it can be asked for once. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
