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

/** Which definitions rest on which: what has to be evaluated again if a part of one is another. */
final class Dependents {
    /** By definition or function: those that name it. */
    private final IdentityHashMap<Object, Set<Object>> users = new IdentityHashMap<>();

    private final Map<Integer, Object> places = new HashMap<>();
    private final Map<Object, BitSet> known = new ConcurrentHashMap<>();

    /** One definition or function names another. */
    void add(Object user, Object used) {
        users.computeIfAbsent(used, key -> new HashSet<>()).add(user);
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
        return numbers == null ? known.computeIfAbsent(place, this::resting) : numbers;
    }

    private BitSet resting(Object on) {
        BitSet numbers = new BitSet();
        Set<Object> seen = new HashSet<>(Set.of(on));
        Deque<Object> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            Object one = open.pop();
            if (one instanceof Definition definition) {
                numbers.set(definition.index());
            }
            users.getOrDefault(one, Set.of()).stream().filter(seen::add).forEach(open::push);
        }
        return numbers;
    }
}
