package dev.therapyfit.hooks.trust;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The clients of the configuration. */
final class FixedClients implements ClientRegistry {
    private final List<Client> clients;
    private final Map<String, Client> byIssuer = new HashMap<>();

    FixedClients(List<Client> clients) {
        this.clients = List.copyOf(clients);
        Set<String> ids = new HashSet<>();
        for (Client client : clients) {
            if (!ids.add(client.id())) {
                throw new IllegalArgumentException("client " + client.id() + ": expected each id only once");
            }
            if (client.issuer().isPresent()
                    && byIssuer.put(client.issuer().get().toString(), client) != null) {
                throw new IllegalArgumentException("client " + client.id() + ": expected each issuer only once");
            }
        }
    }

    @Override
    public Optional<Client> byIssuer(String issuer) {
        return Optional.ofNullable(byIssuer.get(issuer));
    }

    @Override
    public List<Client> all() {
        return clients;
    }
}
