package dev.therapyfit.app.config;

import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.ClientRecords;
import dev.therapyfit.clients.ClientRegistry;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * The clients of the configuration, and those that were registered in the database since. The configuration wins: a
 * record with an id or issuer of its is left out. What was read last stays valid while the database is away.
 */
final class CombinedClients implements ClientRegistry {
    private static final Logger LOG = LoggerFactory.getLogger(CombinedClients.class);

    private final List<Client> configured;
    private final ClientRecords records;
    private final ClientSettings settings;
    private volatile ClientRegistry current;
    private volatile Set<String> leftOut = Set.of();

    CombinedClients(List<Client> configured, ClientRecords records, ClientSettings settings) {
        this.configured = configured;
        this.records = records;
        this.settings = settings;
        this.current = ClientRegistry.of(configured);
        refresh();
    }

    /** Every replica sees a client that was added or removed within ten seconds. */
    @Scheduled(fixedDelay = 10_000)
    void refresh() {
        try {
            List<Client> all = new ArrayList<>(configured);
            Set<String> unusable = new TreeSet<>();
            records.all().forEach((id, text) -> add(id, text, all, unusable));
            current = ClientRegistry.of(all);
            if (!unusable.equals(leftOut)) {
                LOG.warn("Clients of the database that cannot be used: {}", unusable);
                leftOut = unusable;
            }
        } catch (Unavailable e) {
            LOG.warn("The database is away: the clients stay as they were");
        }
    }

    private void add(String id, String text, List<Client> all, Set<String> unusable) {
        try {
            Client client = settings.read(text);
            List<Client> more = new ArrayList<>(all);
            more.add(client);
            ClientRegistry.of(more);
            all.add(client);
        } catch (IllegalArgumentException e) {
            unusable.add(id);
        }
    }

    @Override
    public Optional<Client> byIssuer(String issuer, Optional<String> tenant) {
        return current.byIssuer(issuer, tenant);
    }

    @Override
    public List<Client> all() {
        return current.all();
    }
}
