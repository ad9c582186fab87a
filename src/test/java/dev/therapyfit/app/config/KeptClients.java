package dev.therapyfit.app.config;

import dev.therapyfit.clients.ClientRecords;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;

/** Clients in memory, which can be away. */
final class KeptClients implements ClientRecords {
    private final SortedMap<String, String> clients = new TreeMap<>();
    private boolean away;

    void away(boolean now) {
        away = now;
    }

    @Override
    public SortedMap<String, String> all() {
        if (away) {
            throw new Unavailable("away", Duration.ofSeconds(1));
        }
        return new TreeMap<>(clients);
    }

    @Override
    public boolean add(String id, String settings) {
        return clients.putIfAbsent(id, settings) == null;
    }

    @Override
    public boolean remove(String id) {
        return clients.remove(id) != null;
    }
}
