package dev.therapyfit.hooks.trust;

import java.util.Optional;

/**
 * Who calls.
 *
 * @param client the registered client
 * @param tenant the organization that its token names; of a client without registered tenants only its own word
 */
public record Caller(Client client, Optional<String> tenant) {
    /** A client that names no organization. */
    public static Caller of(Client client) {
        return new Caller(client, Optional.empty());
    }
}
