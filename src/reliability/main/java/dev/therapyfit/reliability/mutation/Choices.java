package dev.therapyfit.reliability.mutation;

import java.util.List;
import java.util.SplittableRandom;

/** Where a mutator's decisions come from: a seed, or the bytes of a fuzzer, so that it learns which ones matter. */
public interface Choices {
    /** The next choice, from 0 to below the bound. */
    int below(int bound);

    /** One of these; the list must not be empty. */
    default <T> T of(List<T> list) {
        return list.get(below(list.size()));
    }

    /** True once in so many times. */
    default boolean onceIn(int times) {
        return below(times) == 1;
    }

    /** Choices that follow from a seed. */
    static Choices seeded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return random::nextInt;
    }

    /** Choices that bytes tell, one or two a choice; when they are used up every choice is 0. */
    static Choices from(byte[] bytes) {
        return new Choices() {
            private int next;

            @Override
            public int below(int bound) {
                int value = read();
                return (bound <= 256 ? value : value << 8 | read()) % bound;
            }

            private int read() {
                return next < bytes.length ? bytes[next++] & 0xff : 0;
            }
        };
    }
}
