package dev.therapyfit.hooks.trust;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A system that may call the service, as it is registered (CDS Hooks, "Trusting CDS Clients").
 *
 * @param id our name for it: letters, digits, '-' and '_'; it may be logged
 * @param issuer the {@code iss} of its tokens; empty for the client of open mode, who has none
 * @param tenants organizations that its tokens may name; empty: they must name none
 * @param keySetUrls where its keys may be read: the only {@code jku} values that are taken; the first is read when a
 *     token names none
 * @param keySet its JSON Web Key Set, if it was given out of band
 * @param fhirServers base URLs of its FHIR servers, without a trailing slash; empty for the client of open mode, who may
 *     name any
 * @param jurisdiction where it practises, for example {@code US}
 * @param cdsHooksVersion the version of CDS Hooks it speaks
 * @param features optional parts of the specification that it supports
 * @param origins origins of its browsers (CORS)
 * @param callsPerMinute how many calls it may make
 */
public record Client(
        String id,
        Optional<URI> issuer,
        Set<String> tenants,
        List<URI> keySetUrls,
        Optional<String> keySet,
        List<URI> fhirServers,
        String jurisdiction,
        CdsHooksVersion cdsHooksVersion,
        Set<Feature> features,
        List<String> origins,
        int callsPerMinute) {

    /** Releases of CDS Hooks that differ for a service. */
    public enum CdsHooksVersion {
        /** 2.0.1 and earlier: prefetch tokens are fields of the context. */
        V2,
        /** 3.0.0: prefetch tokens may hold a subset of FHIRPath. */
        V3
    }

    /** What a client may or may not support. */
    public enum Feature {
        /** {@code suggestion.actionSelectionBehavior} (CDS Hooks 3.0.0). */
        ACTION_SELECTION_BEHAVIOR
    }

    /** Anybody, where nobody is authenticated: on the machine of whoever tries the service. */
    public static Client open(String jurisdiction, List<String> origins) {
        return new Client(
                "open",
                Optional.empty(),
                Set.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                jurisdiction,
                CdsHooksVersion.V2,
                Set.of(),
                origins,
                Integer.MAX_VALUE);
    }

    /** True if nobody is authenticated. */
    public boolean isOpen() {
        return issuer.isEmpty();
    }
}
