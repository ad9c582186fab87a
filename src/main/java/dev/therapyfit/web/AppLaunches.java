package dev.therapyfit.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.therapyfit.clients.Client;
import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.ehr.smart.Access;
import dev.therapyfit.ehr.smart.SmartApp;
import dev.therapyfit.ehr.smart.SmartApp.Begun;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The launches of this service as a SMART app: those that have begun, and what EHRs let their users' browsers do. A browser is known
 * by a cookie with a secret. Only in memory, as long as the EHR's token is good.
 */
public final class AppLaunches {
    private static final Duration LONGEST_LAUNCH = Duration.ofMinutes(10);
    private static final int MOST = 10_000;

    private final Optional<SmartApp> app;
    private final TrustSettings trust;
    private final Cache<String, Begun> begun = Caffeine.newBuilder()
            .expireAfterWrite(LONGEST_LAUNCH)
            .scheduler(Scheduler.systemScheduler())
            .maximumSize(MOST)
            .build();
    private final Cache<String, Access> accesses;
    private final Cache<String, String> offers;

    /**
     * @param app empty: the service is no app
     * @param longest how long an access is kept at most
     */
    public AppLaunches(Optional<SmartApp> app, TrustSettings trust, Duration longest) {
        this.app = app;
        this.trust = trust;
        this.accesses = Caffeine.newBuilder()
                .expireAfter(Expiry.writing((String browser, Access access) ->
                        access.lasting().compareTo(longest) < 0 ? access.lasting() : longest))
                .scheduler(Scheduler.systemScheduler())
                .maximumSize(MOST)
                .build();
        this.offers = Caffeine.newBuilder()
                .expireAfterWrite(longest)
                .scheduler(Scheduler.systemScheduler())
                .maximumSize(MOST)
                .build();
    }

    /** True if EHRs can launch this service. */
    public boolean isApp() {
        return app.isPresent();
    }

    /** This service as an app; empty if it is none. */
    Optional<SmartApp> app() {
        return app;
    }

    /** True if an EHR with this FHIR server may launch it: one of a registered client, or in open mode any. */
    boolean isKnown(URI iss) {
        Optional<String> named = BaseUrl.normal(iss);
        Stream<Client> clients = trust.clients().all().stream();
        return named.isPresent()
                && (trust.isOpen()
                        || clients.flatMap(client -> client.fhirServers().stream())
                                .map(BaseUrl::normal)
                                .anyMatch(named::equals));
    }

    /** Notes a launch of a browser. */
    void begin(String browser, Begun launch) {
        begun.put(key(browser, launch.state()), launch);
    }

    /** The launch of that state, if this browser began it; it ends with this. */
    Optional<Begun> end(String browser, String state) {
        return Optional.ofNullable(begun.asMap().remove(key(browser, state)));
    }

    private static String key(String browser, String state) {
        return browser + " " + state;
    }

    /** Lets a browser do about a decision what its EHR allows. */
    void allow(String browser, String decision, Access access) {
        accesses.put(key(browser, decision), access);
    }

    /** What a browser may do about a decision; empty: nothing. */
    Optional<Access> access(@Nullable String browser, String decision) {
        return Optional.ofNullable(browser).map(one -> accesses.getIfPresent(key(one, decision)));
    }

    /** A right to write once, for a page that is shown. */
    String offer(String decision) {
        String right = app.orElseThrow().secret();
        offers.put(right, decision);
        return right;
    }

    /** Takes that right; false if it was taken before, is another decision's, or too old. */
    boolean take(@Nullable String right, String decision) {
        return right != null && offers.asMap().remove(right, decision);
    }
}
