package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.digest.Sha256;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Digests of plain values, see {@link ExpressionResults}. Values with the same digest are the same. */
public final class ValueDigest {
    private final StringBuilder text = new StringBuilder();

    private ValueDigest() {}

    /** The digest of a value, in hexadecimal. */
    public static String of(@Nullable Object value) {
        ValueDigest digest = new ValueDigest();
        digest.add(value);
        return new Sha256().addPart(digest.text.toString()).hex();
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
