package dev.therapyfit.reliability.mutation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Changes bytes without regard to what they say. */
final class BytesMutator {
    private BytesMutator() {}

    /** The same bytes after one change. */
    static byte[] change(byte[] body, Choices choices) {
        String text = new String(body, StandardCharsets.UTF_8);
        int place = choices.below(Math.max(1, Math.min(body.length, 65_536)));
        return switch (choices.below(16)) {
            case 0 -> Arrays.copyOf(body, place);
            case 1, 2 -> flipped(body, 1 + choices.below(16), choices);
            case 3 -> joined(body, place, bytes(choices));
            case 4 -> joined(body, place, Arrays.copyOfRange(body, place / 2, place));
            case 5 -> text.getBytes(StandardCharsets.UTF_16);
            case 6 -> ("\ufeff" + text).getBytes(StandardCharsets.UTF_8);
            case 7 -> text.replace("zz-", "zz-\u00e4\u00f6").getBytes(StandardCharsets.ISO_8859_1);
            case 8 -> gzip(body);
            case 9 ->
                inserted(
                        text,
                        "{",
                        choices,
                        choices.of(List.of(
                                "\"hook\":\"zz-hook\",",
                                "\"resourceType\":\"Patient\",",
                                "\"id\":\"zz-id\",",
                                "\"entry\":[],")));
            case 10 ->
                inserted(
                        text,
                        ":",
                        choices,
                        choices.of(List.of(
                                "1e99999999,\"zz-a\":",
                                "-,",
                                "\"\\ud800\",\"zz-b\":",
                                "\"\\u0000\",\"zz-c\":",
                                "NaN,\"zz-d\":",
                                "'")));
            case 11 -> joined(body, body.length, "{\"zz-more\":1}".getBytes(StandardCharsets.UTF_8));
            case 12 -> new byte[0];
            case 13 ->
                choices.of(List.of("[", "{\"zz-a\":", "{\"context\":[", "\""))
                        .repeat(1 + choices.below(20_000))
                        .getBytes(StandardCharsets.UTF_8);
            case 14 ->
                inserted(text, ",", choices, choices.of(List.of(",", "/* zz- */", "// zz-\n", "\u2028", "\u0000")));
            default ->
                choices.of(List.of("null", "[]", "{}", "0", "\"zz-\"", "<zz-xml/>", "zz=zz&zz-=1", "{\"hook\":null}"))
                        .getBytes(StandardCharsets.UTF_8);
        };
    }

    private static byte[] flipped(byte[] body, int times, Choices choices) {
        byte[] copy = body.clone();
        for (int i = 0; i < times && copy.length > 0; i++) {
            copy[choices.below(Math.min(copy.length, 65_536))] ^= (byte) (1 << choices.below(8));
        }
        return copy;
    }

    private static byte[] bytes(Choices choices) {
        byte[] bytes = new byte[1 + choices.below(8)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) choices.below(256);
        }
        return bytes;
    }

    private static byte[] joined(byte[] body, int place, byte[] more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + more.length);
        out.write(body, 0, Math.min(place, body.length));
        out.writeBytes(more);
        out.write(body, Math.min(place, body.length), body.length - Math.min(place, body.length));
        return out.toByteArray();
    }

    private static byte[] inserted(String text, String after, Choices choices, String more) {
        int from = choices.below(Math.max(1, Math.min(text.length(), 65_536)));
        int place = text.indexOf(after, from);
        return place < 0
                ? text.getBytes(StandardCharsets.UTF_8)
                : (text.substring(0, place + 1) + more + text.substring(place + 1)).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(byte[] body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
