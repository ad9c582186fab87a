package dev.therapyfit.web;

import java.util.HashMap;
import java.util.Map;

/** Lets the first few things of a kind through in each minute and counts the rest. Safe to use from many threads. */
final class Throttle<K> {
    private final int most;
    private final Map<K, Integer> counts = new HashMap<>();

    Throttle(int most) {
        this.most = most;
    }

    /** Counts one; true if it is one of the first. */
    synchronized boolean isLetThrough(K kind) {
        return counts.merge(kind, 1, Integer::sum) <= most;
    }

    /** Begins a new minute; how many of each kind were not let through in the old one. */
    synchronized Map<K, Integer> next() {
        Map<K, Integer> rest = new HashMap<>();
        counts.forEach((kind, count) -> {
            if (count > most) {
                rest.put(kind, count - most);
            }
        });
        counts.clear();
        return rest;
    }
}
