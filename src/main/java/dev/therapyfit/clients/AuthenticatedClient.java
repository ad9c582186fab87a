package dev.therapyfit.clients;

import java.time.Instant;
import java.util.Optional;

/**
 * Who calls.
 *
 * @param client the registered client
 * @param tenant the organization that its token names; of a client without registered tenants only its own word
 * @param token the token, which is not used yet: see {@link ClientVerifier#use}; empty where none is needed
 */
public record AuthenticatedClient(Client client, Optional<String> tenant, Optional<Token> token) {
    /** A client that names no organization and needs no token. */
    public static AuthenticatedClient of(Client client) {
        return new AuthenticatedClient(client, Optional.empty(), Optional.empty());
    }

    /**
     * What keeps a token from being used twice.
     *
     * @param issuer its {@code iss}
     * @param jti its id
     * @param expires when it can no longer be used, clock skew included
     */
    public record Token(String issuer, String jti, Instant expires) {}
}
