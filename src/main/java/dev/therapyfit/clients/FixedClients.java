package dev.therapyfit.clients;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The clients of the configuration. */
final class FixedClients implements ClientRegistry {
    private final List<Client> clients;
    private final Map<String, List<Client>> byIssuer = new HashMap<>();

    FixedClients(List<Client> clients) {
        this.clients = List.copyOf(clients);
        Set<String> ids = new HashSet<>();
        for (Client client : clients) {
            if (!ids.add(client.id())) {
                throw new IllegalArgumentException("client " + client.id() + ": expected each id only once");
            }
            client.issuer().ifPresent(issuer -> {
                List<Client> others = byIssuer.computeIfAbsent(issuer.toString(), key -> new ArrayList<>());
                if (others.stream().anyMatch(other -> !areApart(client, other))) {
                    throw new IllegalArgumentException(
                            "client " + client.id()
                                    + ": expected each issuer only once, or tenants for each client of it and each tenant only once");
                }
                others.add(client);
            });
        }
    }

    private static boolean areApart(Client one, Client other) {
        return !one.tenants().isEmpty()
                && !other.tenants().isEmpty()
                && Collections.disjoint(one.tenants(), other.tenants());
    }

    @Override
    public Optional<Client> byIssuer(String issuer, Optional<String> tenant) {
        List<Client> candidates = byIssuer.getOrDefault(issuer, List.of());
        return candidates.stream()
                .filter(client -> candidates.size() == 1
                        || tenant.filter(client.tenants()::contains).isPresent())
                .findFirst();
    }

    @Override
    public List<Client> all() {
        return clients;
    }
}
