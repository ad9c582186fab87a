package dev.therapyfit.hooks.deadline;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The moment after which nobody waits any longer. It is measured on the machine's monotonic clock, not on the calendar. */
public final class Deadline {
    /** What is left of a call's time when its reads must have ended: enough to evaluate and to answer. */
    private static final double SHARE_OF_READS = 0.8;

    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    /** The deadline that is that far away. */
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** Time left, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    public boolean hasPassed() {
        return remaining().isZero();
    }

    /**
     * Does work while it holds permits, once there are some.
     *
     * @param none made if there are none in time, or somebody interrupts the wait; then nothing is done
     */
    public <T> T holding(Semaphore permits, int wanted, Supplier<? extends RuntimeException> none, Supplier<T> work) {
        try {
            if (!permits.tryAcquire(wanted, remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw none.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw none.get();
        }
        try {
            return work.get();
        } finally {
            permits.release(wanted);
        }
    }

    /** An earlier deadline, for the reads of a call. */
    public Deadline forReads() {
        return in(Duration.ofNanos((long) (remaining().toNanos() * SHARE_OF_READS)));
    }
}
