package dev.therapyfit.cql.elm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.runtime.Tuple;

/** A CQL tuple: the names of its elements are those of the place in the CQL that made it. */
public final class Row {
    private final String[] names;
    private final @Nullable Object[] values;

    /** @param values as many as names; not copied */
    Row(String[] names, @Nullable Object[] values) {
        this.names = names;
        this.values = values;
    }

    /** Which of the values an element is; -1 if there is none of this name. */
    int indexOf(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The same object for all that were made at one place: of these an element has the same index. */
    Object shape() {
        return names;
    }

    @Nullable
    Object value(int index) {
        return values[index];
    }

    /** The same for rows that are equal, whatever the order of their elements. */
    Object key() {
        int key = 0;
        for (int i = 0; i < values.length; i++) {
            key += 31 * names[i].hashCode() ^ Lists.key(values[i]).hashCode();
        }
        return key;
    }

    /** True if all elements are the same, in this order. */
    boolean isSame(Row other) {
        if (!Arrays.equals(names, other.names)) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (!SameValue.of(values[i], other.values[i])) {
                return false;
            }
        }
        return true;
    }

    String name(int index) {
        return names[index];
    }

    int size() {
        return names.length;
    }

    /** Tells the elements, in their order; null for those that are not known. */
    public void forEach(BiConsumer<String, @Nullable Object> each) {
        for (int i = 0; i < names.length; i++) {
            each.accept(names[i], values[i]);
        }
    }

    /** A value as the CQL engine's own operators know it: with its tuples. */
    public static @Nullable Object forEngine(@Nullable Object value) {
        if (value instanceof Row row) {
            Tuple tuple = new Tuple();
            row.forEach((name, element) -> tuple.getElements().put(name, forEngine(element)));
            return tuple;
        }
        if (value instanceof Iterable<?> list) {
            List<@Nullable Object> elements = new ArrayList<>();
            list.forEach(element -> elements.add(forEngine(element)));
            return elements;
        }
        return value;
    }

    /** What an operator of the CQL engine gives, as nodes know it. */
    static @Nullable Object ofEngine(@Nullable Object value) {
        if (value instanceof Tuple tuple) {
            List<@Nullable Object> values = new ArrayList<>();
            tuple.getElements().values().forEach(element -> values.add(ofEngine(element)));
            return new Row(tuple.getElements().keySet().toArray(String[]::new), values.toArray());
        }
        if (value instanceof Iterable<?> list) {
            List<@Nullable Object> elements = new ArrayList<>();
            list.forEach(element -> elements.add(ofEngine(element)));
            return elements;
        }
        return value;
    }
}
