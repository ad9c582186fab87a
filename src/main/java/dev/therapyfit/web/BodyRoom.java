package dev.therapyfit.web;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Memory for the bodies of calls. What is made of a body takes some ten times as much, so that all bodies together may take
 * a small part of the heap; whoever finds no room waits, and before the heap is full is asked to come again. One client may
 * take half of it, so that its slow bodies keep nobody else waiting.
 */
final class BodyRoom {
    private static final int HEAP_TO_BODIES = 16;
    private static final int UNIT = 1_024;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Semaphore units;
    private final Map<String, Semaphore> unitsOfClients = new ConcurrentHashMap<>();
    private final int most;
    private final int longest;

    /**
     * @param heap bytes that the heap may take
     * @param longest bytes of the longest body; two of them find room in every heap
     */
    BodyRoom(long heap, int longest) {
        this.longest = units(longest);
        this.most = Math.max(units(heap / HEAP_TO_BODIES), 2 * this.longest);
        this.units = new Semaphore(most, true);
    }

    /**
     * Does what a body is read for, when there is room for it.
     *
     * @param client who sends it
     * @param bytes of the body; below zero if that is not known
     * @throws Unavailable if there is no room in time
     */
    <T> T during(String client, long bytes, Deadline deadline, Supplier<T> work) {
        int wanted = bytes < 0 ? longest : Math.min(units(bytes), longest);
        Semaphore own = unitsOfClients.computeIfAbsent(client, id -> new Semaphore(most / 2, true));
        return deadline.holding(
                own, wanted, BodyRoom::full, () -> deadline.holding(units, wanted, BodyRoom::full, work));
    }

    private static Unavailable full() {
        return new Unavailable("the data of other calls take all room: expected fewer at the same time", SOON);
    }

    private static int units(long bytes) {
        return (int) Math.min(bytes / UNIT + 1, Integer.MAX_VALUE);
    }
}
