package dev.therapyfit.reliability.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of many calls. Safe to use from many threads. */
public final class Tally {
    private static final int MOST_EXAMPLES = 10;

    private final Map<Integer, Long> statuses = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private long[] latencies = new long[1_024];
    private int answers;
    private long wrongAnswers;
    private long elapsed;

    /**
     * Counts an answer.
     *
     * @param nanos its latency
     * @param wrongFor the call whose answer is not the expected one; empty if it is
     */
    synchronized void answer(long nanos, int status, String wrongFor) {
        if (answers == latencies.length) {
            latencies = Arrays.copyOf(latencies, answers * 2);
        }
        latencies[answers++] = nanos;
        statuses.merge(status, 1L, Long::sum);
        if (!wrongFor.isEmpty()) {
            wrongAnswers++;
            if (wrong.size() < MOST_EXAMPLES) {
                wrong.add(wrongFor);
            }
        }
    }

    synchronized void error(String what) {
        errors.merge(what, 1L, Long::sum);
    }

    synchronized void took(long nanos) {
        elapsed = nanos;
    }

    /** Answers a second. */
    public synchronized double rate() {
        return answers / (elapsed / 1e9);
    }

    /** Answers with another card than the expected one. */
    public synchronized long wrongAnswers() {
        return wrongAnswers;
    }

    /** Calls without an answer. */
    public synchronized long errors() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** How many answers had that status. */
    public synchronized long withStatus(int status) {
        return statuses.getOrDefault(status, 0L);
    }

    /** How many answers there were. */
    public synchronized long answers() {
        return answers;
    }

    /** Lines for people. */
    public synchronized String report() {
        long[] sorted = Arrays.copyOf(latencies, answers);
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "answers %d in %.1f s (%.1f/s), statuses %s%nwrong cards %d %s%nerrors %d %s%n"
                        + "latency ms: median %.1f, p95 %.1f, p99 %.1f, most %.1f%n",
                answers,
                elapsed / 1e9,
                rate(),
                statuses,
                wrongAnswers,
                wrong,
                errors(),
                errors,
                millis(sorted, 0.5),
                millis(sorted, 0.95),
                millis(sorted, 0.99),
                millis(sorted, 1));
    }

    private static double millis(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))] / 1e6;
    }
}
