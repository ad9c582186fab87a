package dev.therapyfit.cql.elm;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which definitions rest on which: what has to be evaluated again if a part of one is another. */
final class Dependents {
    /** By definition or function: the definitions, functions and URLs of value sets that it names. */
    private final IdentityHashMap<Object, Set<Object>> used = new IdentityHashMap<>();

    private final Map<Integer, Object> places = new HashMap<>();
    private final Map<Object, BitSet> known = new ConcurrentHashMap<>();
    private volatile @Nullable Map<Object, Set<Object>> users;

    /** One definition or function names another, or a value set. */
    void add(Object user, Object named) {
        used.computeIfAbsent(user, key -> new HashSet<>()).add(named);
    }

    /** What a definition or function names itself. */
    Set<Object> usedBy(Object user) {
        return used.getOrDefault(user, Set.of());
    }

    /** A variant stands in a definition or function. */
    void place(int variant, Object in) {
        places.put(variant, in);
    }

    boolean isInDefinition(int variant) {
        return places.get(variant) instanceof Definition;
    }

    /** The numbers of the definitions that may have another value with a variant. */
    BitSet of(int variant) {
        Object place = places.get(variant);
        if (place == null) {
            return new BitSet();
        }
        BitSet numbers = known.get(place);
        return numbers == null ? known.computeIfAbsent(place, one -> resting(Set.of(one))) : numbers;
    }

    /** The numbers of the definitions that name one of these, or what names one. */
    BitSet resting(Set<?> on) {
        BitSet numbers = new BitSet();
        Set<Object> seen = new HashSet<>(on);
        Deque<Object> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            Object one = open.pop();
            if (one instanceof Definition definition) {
                numbers.set(definition.index());
            }
            users().getOrDefault(one, Set.of()).stream().filter(seen::add).forEach(open::push);
        }
        return numbers;
    }

    private Map<Object, Set<Object>> users() {
        Map<Object, Set<Object>> all = users;
        if (all == null) {
            all = new HashMap<>();
            for (Map.Entry<Object, Set<Object>> entry : used.entrySet()) {
                for (Object named : entry.getValue()) {
                    all.computeIfAbsent(named, key -> new HashSet<>()).add(entry.getKey());
                }
            }
            users = all;
        }
        return all;
    }
}
