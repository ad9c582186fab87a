package dev.therapyfit.journal.storage;

import dev.therapyfit.clients.ClientRecords;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.SortedMap;
import java.util.TreeMap;

/** Table {@code client}. */
final class Clients implements ClientRecords {
    private final Database database;
    private final Clock clock;

    Clients(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public SortedMap<String, String> all() {
        return database.read(jdbc -> {
            SortedMap<String, String> all = new TreeMap<>();
            jdbc.sql("select id, settings from client").query(row -> {
                all.put(row.getString(1), row.getString(2));
            });
            return all;
        });
    }

    @Override
    public boolean add(String id, String settings) {
        return database.run(jdbc ->
                jdbc.sql("insert into client (id, settings, registered_at) values (?, ?, ?) on conflict do nothing")
                                .params(id, settings, clock.instant().atOffset(ZoneOffset.UTC))
                                .update()
                        == 1);
    }

    @Override
    public boolean remove(String id) {
        return database.run(jdbc -> jdbc.sql("delete from client where id = ?")
                        .param(Text.storable(id))
                        .update()
                == 1);
    }
}
