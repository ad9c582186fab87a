package dev.therapyfit.hooks.trust;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Remembers tokens as long as the process lives: for one replica, and for trying the service. */
public final class InMemoryUsedTokens implements UsedTokens {
    /** Forgetting one to make room would let it be used again, so that a full memory refuses instead. */
    private static final int MOST = 200_000;

    private static final Duration SOON = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Cache<Token, Instant> used;

    private record Token(String issuer, String jti) {}

    public InMemoryUsedTokens(InstantSource clock) {
        this.clock = clock;
        this.used = Caffeine.newBuilder()
                .expireAfter(Expiry.<Token, Instant>creating((token, expires) -> left(expires)))
                .build();
    }

    @Override
    public boolean firstUse(String issuer, String jti, Instant expires) {
        if (used.estimatedSize() >= MOST) {
            used.cleanUp();
            if (used.estimatedSize() >= MOST) {
                throw new Unavailable("too many tokens are in use: expected fewer at the same time", SOON);
            }
        }
        return used.asMap().putIfAbsent(new Token(issuer, jti), expires) == null;
    }

    /** A second longer, since the two clocks need not agree. */
    private Duration left(Instant expires) {
        Duration left = Duration.between(clock.instant(), expires).plusSeconds(1);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
