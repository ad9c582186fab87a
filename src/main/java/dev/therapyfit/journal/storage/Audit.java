package dev.therapyfit.journal.storage;

import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditTrail;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Table {@code audit}. Entries of calls that gave no decision are written by one thread, many at a time, so that a flood
 * of refused calls costs the database little; while it is away they wait, and the newest are dropped and counted when too
 * many do.
 */
final class Audit implements AuditTrail, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final int MOST_WAITING = 10_000;
    private static final int AT_ONCE = 500;
    private static final int PAGE = 1_000;

    private final Database database;
    private final BlockingQueue<AuditEntry> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;
    private volatile boolean closing;

    Audit(Database database) {
        this.database = database;
        this.writer = new Thread(this::write, "audit");
        this.writer.setDaemon(true);
        this.writer.start();
    }

    @Override
    public void add(AuditEntry entry) {
        if (!waiting.offer(entry) && dropped.incrementAndGet() == 1) {
            LOG.error("Too many audit entries wait for the database: the newest are dropped");
        }
    }

    private void write() {
        List<AuditEntry> batch = new ArrayList<>();
        while (!closing || !waiting.isEmpty() || !batch.isEmpty()) {
            try {
                if (batch.isEmpty()) {
                    AuditEntry first = waiting.poll(100, TimeUnit.MILLISECONDS);
                    if (first == null) {
                        continue;
                    }
                    batch.add(first);
                    waiting.drainTo(batch, AT_ONCE - 1);
                }
                List<AuditEntry> entries = List.copyOf(batch);
                database.run(jdbc -> {
                    entries.forEach(entry -> insert(jdbc, entry));
                    return true;
                });
                batch.clear();
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    LOG.error("{} audit entries were dropped while the database was away", lost);
                }
            } catch (Unavailable e) {
                if (closing) {
                    LOG.error("{} audit entries are lost: the database is away", batch.size() + waiting.size());
                    return;
                }
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // A defect of ours must not end the trail.
                LOG.error(
                        "{} audit entries cannot be kept: {}",
                        batch.size(),
                        e.getClass().getName());
                batch.clear();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void insert(JdbcClient jdbc, AuditEntry entry) {
        jdbc.sql("""
                        insert into audit (asked_at, kind, client_id, tenant, address, user_id, service_id, hook, hook_instance,
                            patient, decision_id, status, calls)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""")
                .param(entry.at().atOffset(ZoneOffset.UTC))
                .param(entry.kind().code())
                .param(upTo(128, entry.clientId()))
                .param(upTo(255, entry.tenant()))
                .param(upTo(64, entry.address()))
                .param(upTo(255, entry.userId()))
                .param(upTo(128, entry.serviceId()))
                .param(upTo(64, entry.hook()))
                .param(upTo(255, entry.hookInstance()))
                .param(upTo(80, entry.patient()))
                .param(upTo(64, entry.decisionId()))
                .param(entry.status())
                .param(entry.calls())
                .update();
    }

    private static @Nullable String upTo(int longest, Optional<String> text) {
        return text.map(value -> Text.upTo(longest, value)).orElse(null);
    }

    @Override
    public void read(Instant from, Instant to, Consumer<AuditEntry> reader) {
        // Page by page, so that neither side holds all of it.
        Place last = new Place(from, Long.MIN_VALUE);
        while (true) {
            Place after = last;
            List<Row> page = database.read(jdbc -> jdbc.sql("""
                            select * from audit
                            where asked_at < ? and (asked_at > ? or (asked_at = ? and id > ?))
                            order by asked_at, id limit ?""")
                    .params(
                            to.atOffset(ZoneOffset.UTC),
                            after.at().atOffset(ZoneOffset.UTC),
                            after.at().atOffset(ZoneOffset.UTC),
                            after.id(),
                            PAGE)
                    .query((row, number) -> new Row(
                            new Place(
                                    row.getObject("asked_at", OffsetDateTime.class)
                                            .toInstant(),
                                    row.getLong("id")),
                            entry(row)))
                    .list());
            page.forEach(row -> reader.accept(row.entry()));
            if (page.size() < PAGE) {
                return;
            }
            last = page.get(page.size() - 1).place();
        }
    }

    private record Place(Instant at, long id) {}

    private record Row(Place place, AuditEntry entry) {}

    private static AuditEntry entry(ResultSet row) throws SQLException {
        String kind = row.getString("kind");
        return new AuditEntry(
                row.getObject("asked_at", OffsetDateTime.class).toInstant(),
                Arrays.stream(AuditEntry.Kind.values())
                        .filter(known -> known.code().equals(kind))
                        .findFirst()
                        .orElseThrow(),
                Optional.ofNullable(row.getString("client_id")),
                Optional.ofNullable(row.getString("tenant")),
                Optional.ofNullable(row.getString("address")),
                Optional.ofNullable(row.getString("user_id")),
                Optional.ofNullable(row.getString("service_id")),
                Optional.ofNullable(row.getString("hook")),
                Optional.ofNullable(row.getString("hook_instance")),
                Optional.ofNullable(row.getString("patient")),
                Optional.ofNullable(row.getString("decision_id")),
                row.getInt("status"),
                row.getInt("calls"));
    }

    /** Writes what waits. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
