package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.digest.Sha256;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Digests of plain values, see {@link ExpressionResults}. Values with the same digest are the same. */
public final class ValueDigest {
    private final Sha256 digest = new Sha256();

    private ValueDigest() {}

    /** The digest of a value, in hexadecimal. */
    public static String of(@Nullable Object value) {
        ValueDigest digest = new ValueDigest();
        digest.add(value);
        return digest.digest.hex();
    }

    private void add(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            add('{', map.size());
            map.forEach((name, one) -> {
                add(name);
                add(one);
            });
        } else if (value instanceof Collection<?> list) {
            add('[', list.size());
            list.forEach(this::add);
        } else if (value == null) {
            add('-', 0);
        } else if (value instanceof String text) {
            add('"', text);
        } else if (value instanceof Element element) {
            add('<', Json.of(element));
        } else {
            add('=', value.getClass().getName());
            add('=', value.toString());
        }
    }

    private void add(char kind, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(kind, bytes.length);
        digest.add(bytes);
    }

    /** With sizes and lengths, so that no two values look alike. */
    private void add(char kind, int size) {
        digest.add(new byte[] {(byte) kind, (byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size});
    }
}
