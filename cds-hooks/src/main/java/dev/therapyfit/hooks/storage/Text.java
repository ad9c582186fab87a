package dev.therapyfit.hooks.storage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Texts of clients, which may hold anything, made fit for a column. */
final class Text {
    private Text() {}

    /** Without the character that PostgreSQL cannot keep. */
    static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /** The same, cut to what the column holds, in UTF-16 units as H2 counts them. */
    static String upTo(int longest, String text) {
        String storable = storable(text);
        return storable.length() <= longest ? storable : storable.substring(0, longest);
    }

    /** SHA-256 over parts, each with its length, in hexadecimal. */
    static String sha256(Iterable<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
