package dev.therapyfit.fhirserver;

import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import com.zaxxer.hikari.HikariConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import org.h2.api.ErrorCode;
import org.hibernate.dialect.Dialect;

/**
 * An H2 database in one file, for one process at a time.
 *
 * @param path absolute path without H2's suffix {@code .mv.db}
 */
record H2File(Path path) implements Database {
    /** The database in a data directory. */
    static H2File in(Path data) throws StartFailure {
        Path path = data.toAbsolutePath().normalize().resolve("fhir");
        if (path.toString().indexOf(';') >= 0) {
            throw new StartFailure("the data directory " + data + " has a ';' in its name, which H2 cannot use; choose"
                    + " another one with --data");
        }
        return new H2File(path);
    }

    @Override
    public String description() {
        return "H2 file " + file();
    }

    @Override
    public Class<? extends Dialect> dialect() {
        return HapiFhirH2Dialect.class;
    }

    @Override
    public HikariConfig configuration() {
        HikariConfig configuration = new HikariConfig();
        // H2's own shutdown hook would close the file under requests that are still being answered; we close the pool.
        // And its trace file would grow by the same harmless complaints of Hibernate at every start.
        configuration.setJdbcUrl("jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0");
        configuration.setUsername("sa");
        configuration.setPassword("");
        return configuration;
    }

    @Override
    public String explain(SQLException failure) {
        if (failure.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
            return "the database " + file() + " is in use by another process; stop that one or choose another directory"
                    + " with --data";
        }
        return "the database " + file() + " cannot be opened: " + OneLine.of(failure);
    }

    private Path file() {
        return path.resolveSibling(path.getFileName() + ".mv.db");
    }
}
