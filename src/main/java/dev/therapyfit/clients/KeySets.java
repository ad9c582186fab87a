package dev.therapyfit.clients;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSet;
import dev.therapyfit.ehr.outbound.ForbiddenAddress;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Key sets behind the URLs of registered clients. A set is read again when it is no longer fresh and when it lacks a
 * key, but never more often than every half minute, so that made-up key ids cannot make this service hammer anybody. It
 * is read in a thread of its own: a call waits for it for a part of its time only, and the next one finds it. A URL that
 * does not answer is tolerated while the set that it gave last is young enough; one call waits a little then, so that a
 * key that was withdrawn is soon known, and the others do not.
 */
final class KeySets {
    /** How long a set is used without a look at its URL; a key that is withdrawn is taken that long. */
    static final Duration FRESH = Duration.ofMinutes(5);

    /** How long it is used while its URL does not answer. */
    static final Duration USABLE = Duration.ofHours(1);

    /** Shortest time between two reads of a URL. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    /** The same while there is no set at all. */
    static final Duration PAUSE_WITHOUT = Duration.ofSeconds(5);

    private static final Duration LONGEST_READ = Duration.ofSeconds(3);

    /** What a call may wait of the time that it has left for a key that it needs. */
    private static final double SHARE_FOR_KEY = 0.5;

    /** The same for news of a set that has its key. */
    private static final double SHARE_FOR_NEWS = 0.1;

    /** Reads what is at a URL. */
    interface Source {
        byte[] read(URI url, Deadline deadline) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(KeySets.class);

    private final Source source;
    private final Executor executor;
    private final Map<URI, Place> places = new ConcurrentHashMap<>();

    KeySets(Source source, Executor executor) {
        this.source = source;
        this.executor = executor;
    }

    /** A set and when it was read. */
    private record Fetched(JWKSet keys, Instant at) {}

    /**
     * The keys of a URL that match.
     *
     * @return none if the set, read again if that may be, has none
     * @throws Unavailable if there is no set to look into
     */
    List<JWK> matching(URI url, JWKMatcher matcher, Instant at, Deadline deadline) {
        Place place = places.computeIfAbsent(url, Place::new);
        if (place.isUsable(at)) {
            place.keepFresh(at, deadline);
            List<JWK> keys = place.keys(matcher);
            if (!keys.isEmpty()) {
                return keys;
            }
        }
        boolean awaited = place.awaitRead(at, deadline);
        if (!place.isUsable(at)) {
            throw new Unavailable("the client's key set cannot be read now", PAUSE_WITHOUT);
        }
        List<JWK> keys = place.keys(matcher);
        if (keys.isEmpty() && !awaited) {
            throw new Unavailable("the client's key set is being read", PAUSE_WITHOUT);
        }
        return keys;
    }

    /** Begins to read a URL, if nobody does; nobody waits for it. */
    @SuppressWarnings("FutureReturnValueIgnored") // calls that need the set see what became of it
    void readAhead(URI url, Instant at) {
        places.computeIfAbsent(url, Place::new).join(at);
    }

    /** One URL. */
    private final class Place {
        private final URI url;
        private volatile @Nullable Fetched last;
        private @Nullable CompletableFuture<Fetched> running;
        private Instant next = Instant.MIN;

        private Place(URI url) {
            this.url = url;
        }

        private boolean isUsable(Instant at) {
            return isYoungerThan(USABLE, at);
        }

        private boolean isYoungerThan(Duration age, Instant at) {
            Fetched set = last;
            return set != null && set.at().plus(age).isAfter(at);
        }

        private List<JWK> keys(JWKMatcher matcher) {
            Fetched set = last;
            return set == null ? List.of() : set.keys().filter(matcher).getKeys();
        }

        /** Reads the URL if the set is no longer fresh and nobody does so. */
        private void keepFresh(Instant at, Deadline deadline) {
            if (!isYoungerThan(FRESH, at)) {
                CompletableFuture<Fetched> read = begin(at);
                if (read != null) {
                    await(read, deadline, SHARE_FOR_NEWS);
                }
            }
        }

        /**
         * Reads the URL, if that may be now, and waits.
         *
         * @return false if the read is still going on
         */
        private boolean awaitRead(Instant at, Deadline deadline) {
            CompletableFuture<Fetched> read = join(at);
            return read == null || await(read, deadline, SHARE_FOR_KEY);
        }

        private boolean await(CompletableFuture<Fetched> read, Deadline deadline, double share) {
            try {
                read.get((long) (deadline.remaining().toNanos() * share), TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                return true; // what was there before is still there
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** The read that is going on, or a new one. */
        private synchronized @Nullable CompletableFuture<Fetched> join(Instant at) {
            return running != null && !running.isDone() ? running : begin(at);
        }

        /** A new read; none if one is going on, or ended a short while ago. */
        private synchronized @Nullable CompletableFuture<Fetched> begin(Instant at) {
            if ((running != null && !running.isDone()) || at.isBefore(next)) {
                return null;
            }
            next = at.plus(last == null ? PAUSE_WITHOUT : PAUSE);
            try {
                running = CompletableFuture.supplyAsync(() -> fetch(at), executor);
                return running;
            } catch (RejectedExecutionException e) {
                return null;
            }
        }

        private Fetched fetch(Instant at) {
            try {
                byte[] text = source.read(url, Deadline.in(LONGEST_READ));
                Fetched fetched = new Fetched(JWKSet.parse(new String(text, StandardCharsets.UTF_8)), at);
                last = fetched;
                return fetched;
            } catch (ForbiddenAddress e) {
                throw failed(e.getMessage() + " in therapy-fit.outbound.allowed-networks", e);
            } catch (IOException e) {
                throw failed(e.getClass().getSimpleName(), e);
            } catch (ParseException e) {
                throw failed("it holds no key set", e);
            }
        }

        /** Told to whoever runs the service, since calls only learn that there are no keys now. */
        private IllegalStateException failed(String why, Exception e) {
            LOG.warn("The key set {} cannot be read: {}", url, why);
            return new IllegalStateException(e);
        }
    }
}
