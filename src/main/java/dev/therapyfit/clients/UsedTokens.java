package dev.therapyfit.clients;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.time.Instant;

/** Remembers which tokens were used, so that none is used twice. Safe to use from many threads, and from many processes if they share it. */
public interface UsedTokens {
    /**
     * Marks a token as used. Of several callers at the same time exactly one is the first.
     *
     * @param issuer its {@code iss}; two issuers may use the same id
     * @param jti its id, at most 256 characters
     * @param expires when it can no longer be used anyway, clock skew included: until then it is remembered
     * @param deadline when the caller waits no longer
     * @return false if it was used before
     * @throws Unavailable if that cannot be told now
     */
    boolean firstUse(String issuer, String jti, Instant expires, Deadline deadline);
}
