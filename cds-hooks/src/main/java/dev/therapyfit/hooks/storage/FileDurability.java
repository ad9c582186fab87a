package dev.therapyfit.hooks.storage;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Of an H2 file. H2 leaves it to a thread of its own, half a second later, to write what is committed, so that it has to be
 * told to. If it fails then, for example because the disk is full, it closes the file and forgets what was not written; what
 * one thread has committed and another one is just writing would be forgotten though both were told that all is well. So
 * one transaction at a time is committed and written.
 */
final class FileDurability implements Durability {
    private final JdbcClient jdbc;
    private final Lock one = new ReentrantLock();

    FileDurability(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public <T> T written(Supplier<T> transaction) {
        one.lock();
        try {
            T result = transaction.get();
            Database.orAway(() -> jdbc.sql("checkpoint sync").update());
            return result;
        } finally {
            one.unlock();
        }
    }
}
