package dev.therapyfit.hooks.trust;

import java.util.List;
import java.util.Optional;

/** The systems that may call. Safe to use from many threads. */
public interface ClientRegistry {
    /** The client whose tokens have exactly that {@code iss}. */
    Optional<Client> byIssuer(String issuer);

    /** Every client. */
    List<Client> all();

    /**
     * A registry that never changes.
     *
     * @throws IllegalArgumentException if two clients have the same id or issuer
     */
    static ClientRegistry of(List<Client> clients) {
        return new FixedClients(clients);
    }
}
