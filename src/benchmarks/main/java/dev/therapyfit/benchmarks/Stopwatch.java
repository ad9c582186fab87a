package dev.therapyfit.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures things in turns, so that a machine whose speed changes is the same for all of them. */
final class Stopwatch {
    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int TURNS = 9;

    private final Map<String, Runnable> tasks = new LinkedHashMap<>();

    /**
     * What a task costs.
     *
     * @param milliseconds CPU time of the thread, the median of the turns
     * @param kilobytes what it allocates
     */
    record Cost(double milliseconds, double kilobytes) {}

    Stopwatch add(String name, Runnable task) {
        tasks.put(name, task);
        return this;
    }

    /**
     * Warms each task up, and then measures them in turns.
     *
     * @param seconds for the warm-up of each; a turn takes a fifth of it
     */
    Map<String, Cost> measure(double seconds) {
        tasks.values().forEach(task -> turn(task, seconds));
        Map<String, List<Cost>> turns = new LinkedHashMap<>();
        for (int i = 0; i < TURNS; i++) {
            tasks.forEach((name, task) ->
                    turns.computeIfAbsent(name, key -> new ArrayList<>()).add(turn(task, seconds / 5)));
        }
        Map<String, Cost> costs = new LinkedHashMap<>();
        turns.forEach((name, all) -> costs.put(
                name,
                all.stream()
                        .sorted((one, other) -> Double.compare(one.milliseconds(), other.milliseconds()))
                        .toList()
                        .get(TURNS / 2)));
        return costs;
    }

    private static Cost turn(Runnable task, double seconds) {
        int count = 0;
        long cpu = THREAD.getCurrentThreadCpuTime();
        long bytes = THREAD.getCurrentThreadAllocatedBytes();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            task.run();
            count++;
        } while (System.nanoTime() < end);
        return new Cost(
                (THREAD.getCurrentThreadCpuTime() - cpu) / 1e6 / count,
                (THREAD.getCurrentThreadAllocatedBytes() - bytes) / 1e3 / count);
    }
}
