package dev.therapyfit.clients;

import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A system that may call the service, as it is registered (CDS Hooks, "Trusting CDS Clients").
 *
 * @param id our name for it: letters, digits, '-' and '_'; it may be logged
 * @param issuer the {@code iss} of its tokens; empty for the client of open mode, who has none
 * @param tenants organizations of which its tokens must name one; empty: what they name is ignored
 * @param keySetUrls where its keys may be read: the only {@code jku} values that are taken; the first is read when a
 *     token names none
 * @param keySet its JSON Web Key Set, if it was given out of band
 * @param algorithms signing algorithms that its tokens may use, for example {@code ES384}
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
        Set<String> algorithms,
        List<URI> fhirServers,
        String jurisdiction,
        CdsHooksVersion cdsHooksVersion,
        Set<Feature> features,
        List<String> origins,
        int callsPerMinute) {

    /** What CDS Hooks recommends at the time of its publication. */
    public static final Set<String> RECOMMENDED_ALGORITHMS = Set.of("ES384", "RS384");

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
                Set.of(),
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

    /**
     * Sees that a FHIR server is this client's: one of its base URLs, whatever the case of scheme and host, a port that
     * goes without saying, or a slash at the end.
     *
     * @param base as the call names it
     * @throws Forbidden naming {@code fhirServer}
     */
    public void requireFhirServer(URI base) {
        if (isOpen()) {
            return;
        }
        Optional<String> named = BaseUrl.normal(base);
        if (named.isEmpty() || fhirServers.stream().map(BaseUrl::normal).noneMatch(named::equals)) {
            throw new Forbidden("fhirServer", "expected a FHIR server that is registered for this client");
        }
    }

    /**
     * What is wrong with its registration, each beginning with the setting's name; empty if nothing is.
     *
     * @param allowed where the service may connect to: only there may a URL be without TLS
     */
    public List<String> problems(AllowedNetworks allowed) {
        return Registration.problems(this, allowed);
    }
}
