package dev.therapyfit.cql.elm;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which definitions rest on which: what has to be evaluated again if a part of one is another. */
final class Dependents {
    /** By definition or function: the definitions, functions and URLs of value sets that it names. */
    private final IdentityHashMap<Object, Set<Object>> named = new IdentityHashMap<>();

    private volatile Written @Nullable [] written;
    private volatile @Nullable Order order;

    /**
     * What a definition says.
     *
     * @param parts itself, and the functions, constants and URLs of value sets that are a part of it once it is compiled
     * @param used the other definitions that it names
     */
    record Written(Set<Object> parts, List<Definition> used) {}

    /** One definition or function names another, or a value set. */
    void add(Object user, Object other) {
        named.computeIfAbsent(user, key -> new HashSet<>()).add(other);
    }

    /**
     * What each definition says, by its number.
     *
     * @param all the program's definitions, by their numbers
     */
    Written[] written(Definition[] all) {
        Written[] known = written;
        if (known == null) {
            known = Arrays.stream(all).map(this::written).toArray(Written[]::new);
            written = known;
        }
        return known;
    }

    private Written written(Definition definition) {
        Set<Object> parts = new HashSet<>(Set.of(definition));
        Set<Definition> used = new HashSet<>();
        Deque<Object> open = new ArrayDeque<>(parts);
        while (!open.isEmpty()) {
            for (Object one : named.getOrDefault(open.pop(), Set.of())) {
                if (one instanceof Definition other && other.constant() == null) {
                    used.add(other);
                } else if (parts.add(one)) {
                    open.push(one);
                }
            }
        }
        return new Written(parts, List.copyOf(used));
    }

    /**
     * In which order definitions are evaluated again.
     *
     * @param all the program's definitions, by their numbers
     */
    Order order(Definition[] all) {
        Order known = order;
        if (known == null) {
            known = Order.of(all, written(all));
            order = known;
        }
        return known;
    }
}
