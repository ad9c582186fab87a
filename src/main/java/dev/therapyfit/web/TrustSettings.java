package dev.therapyfit.web;

import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.ClientRegistry;
import dev.therapyfit.clients.ClientVerifier;
import java.time.Clock;
import java.util.Optional;

/**
 * Who is admitted.
 *
 * @param verifier finds out who calls; absent in open mode, where nobody is authenticated
 * @param clients who may call
 * @param anybody whoever calls without being authenticated, where that may be
 * @param publicDiscovery whether discovery may be asked without a token
 * @param concurrentCalls calls at the same time
 * @param concurrentCallsPerClient how many of them one client may make
 * @param operatorToken what an operator shows at the port of the service; empty: nobody is one there
 * @param clock tells the time that tokens are compared with
 */
public record TrustSettings(
        Optional<ClientVerifier> verifier,
        ClientRegistry clients,
        Client anybody,
        boolean publicDiscovery,
        int concurrentCalls,
        int concurrentCallsPerClient,
        Optional<String> operatorToken,
        Clock clock) {
    /** True if nobody is authenticated. */
    public boolean isOpen() {
        return verifier.isEmpty();
    }
}
