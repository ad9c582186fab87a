package dev.therapyfit.hooks.storage;

import java.util.function.Supplier;

/** How what was committed comes to the disk. */
interface Durability {
    /** A database server has it on the disk when it says that it is committed. */
    Durability OF_THE_SERVER = new Durability() {
        @Override
        public <T> T written(Supplier<T> transaction) {
            return transaction.get();
        }
    };

    /** Runs a transaction; what it wrote is on the disk when this returns. */
    <T> T written(Supplier<T> transaction);
}
