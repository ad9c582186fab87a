package dev.therapyfit.clients;

import java.util.List;
import java.util.Optional;

/** The systems that may call. Safe to use from many threads. */
public interface ClientRegistry {
    /**
     * The client whose tokens have exactly that {@code iss}. Of several clients of one issuer, such as a vendor that signs
     * for all its hospitals, the one that is registered for the tenant.
     *
     * @param tenant the {@code tenant} of the token, if it names one
     */
    Optional<Client> byIssuer(String issuer, Optional<String> tenant);

    /** Every client. */
    List<Client> all();

    /**
     * A registry that never changes.
     *
     * @throws IllegalArgumentException if two clients have the same id, or the same issuer and not each tenants of its own
     */
    static ClientRegistry of(List<Client> clients) {
        return new FixedClients(clients);
    }
}
