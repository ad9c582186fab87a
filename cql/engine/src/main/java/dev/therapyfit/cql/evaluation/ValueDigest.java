package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Digests of plain values, see {@link ExpressionResults}: values with the same digest are the same, unless someone forged one. */
public final class ValueDigest {
    private final StringBuilder text = new StringBuilder();

    private ValueDigest() {}

    /** The digest of a value. MD5, since it is taken of every answer after each edit, and trusted nowhere. */
    public static String of(@Nullable Object value) {
        ValueDigest digest = new ValueDigest();
        digest.add(value);
        return UUID.nameUUIDFromBytes(digest.text.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** Writes it with sizes and lengths, so that no two values look alike. */
    private void add(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            text.append('{').append(map.size());
            map.forEach((name, one) -> {
                add(name);
                add(one);
            });
        } else if (value instanceof Collection<?> list) {
            text.append('[').append(list.size());
            list.forEach(this::add);
        } else if (value == null) {
            text.append('-');
        } else if (value instanceof String string) {
            add('"', string);
        } else if (value instanceof Element element) {
            add('<', Json.of(element));
        } else {
            add('=', value.getClass().getName());
            add('=', value.toString());
        }
    }

    private void add(char kind, String string) {
        text.append(kind).append(string.length()).append(':').append(string);
    }
}
