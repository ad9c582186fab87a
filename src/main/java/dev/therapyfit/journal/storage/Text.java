package dev.therapyfit.journal.storage;

import dev.therapyfit.cql.digest.Sha256;
import java.util.regex.Pattern;

/** Texts of clients, which may hold anything, made fit for a column. */
final class Text {
    private Text() {}

    /** Half a character, as JSON may hold one: H2 keeps it, and nothing can write it in UTF-8. */
    private static final Pattern HALF = Pattern.compile("\\p{Cs}");

    /** Well-formed, and without the character that PostgreSQL cannot keep. */
    static String storable(String text) {
        return HALF.matcher(text.replace('\0', '\uFFFD')).replaceAll("\uFFFD");
    }

    /** The same, cut to what the column holds, in UTF-16 units as H2 counts them. */
    static String upTo(int longest, String text) {
        return text.length() <= longest ? storable(text) : storable(text.substring(0, longest));
    }

    /** SHA-256 over parts, each with its length, in hexadecimal. */
    static String sha256(Iterable<String> parts) {
        Sha256 digest = new Sha256();
        parts.forEach(digest::addPart);
        return digest.hex();
    }
}
