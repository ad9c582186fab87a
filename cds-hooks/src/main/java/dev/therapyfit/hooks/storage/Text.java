package dev.therapyfit.hooks.storage;

import dev.therapyfit.cql.digest.Sha256;

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
        Sha256 digest = new Sha256();
        parts.forEach(digest::addPart);
        return digest.hex();
    }
}
