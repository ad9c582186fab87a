package dev.therapyfit.fhirserver;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What a start needs to know.
 *
 * @param bind address to listen at
 * @param port port to listen at; 0 for any free one
 * @param data directory of the log files and, with H2, of the database
 * @param database where resources are kept
 * @param seedAsOf day for which the synthetic patients are to be current; empty if none are to be written
 */
record Settings(String bind, int port, Path data, Database database, Optional<LocalDate> seedAsOf) {}
