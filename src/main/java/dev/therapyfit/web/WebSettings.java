package dev.therapyfit.web;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the transport has to know.
 *
 * @param clock tells the evaluation time of a call
 * @param publicUrl base URL of this service, for links and as the audience of tokens; absent: the one that was called
 * @param maxBodyBytes longest body of a call
 * @param bodyTime longest time for a body to come
 * @param deadline longest time for a call
 * @param refusalsPerMinute refused calls of a kind that are audited and logged singly in a minute
 */
public record WebSettings(
        Clock clock,
        @Nullable URI publicUrl,
        int maxBodyBytes,
        Duration bodyTime,
        Duration deadline,
        int refusalsPerMinute) {
    /** The day of the clock, in UTC. */
    LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** What browsers give as the origin of our own pages; behind a proxy it cannot be seen from the call. */
    Optional<String> origin() {
        return Optional.ofNullable(publicUrl).map(url -> url.getScheme() + "://" + url.getRawAuthority());
    }
}
