package dev.therapyfit.app.config;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * UUIDs of version 7 (RFC 9562): milliseconds since 1970 and 74 random bits. Those of a time stand together in an index of
 * the database, so that a transaction writes a few of its pages instead of one for each id.
 */
public final class TimeOrderedIds implements Supplier<String> {
    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final int TIME_SHIFT = 16;

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;

    /** @param clock tells their time */
    public TimeOrderedIds(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String get() {
        long time = clock.millis() << TIME_SHIFT;
        return new UUID(time | VERSION | random.nextLong() >>> 52, VARIANT | random.nextLong() >>> 2).toString();
    }
}
