/**
 * The ports that keep something, on a database: H2 in a file or PostgreSQL. Start at
 * {@link dev.therapyfit.journal.storage.Storage}; the tables are in {@code storage/migration}.
 */
@NullMarked
package dev.therapyfit.journal.storage;

import org.jspecify.annotations.NullMarked;
