package dev.therapyfit.fhirserver;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.hibernate.dialect.Dialect;

/** Where the resources are kept. */
sealed interface Database permits H2File, PostgreSql {
    /** In a few words for the progress line. */
    String description();

    Class<? extends Dialect> dialect();

    /** URL, user and password, and whatever else this kind of database needs. */
    HikariConfig configuration();

    /** Why no connection could be made, and what to do about it. */
    String explain(SQLException failure);

    /**
     * A pool with one connection made, so that a database that cannot be used is known before HAPI starts.
     *
     * @throws StartFailure if no connection can be made
     */
    default HikariDataSource open() throws StartFailure {
        HikariConfig configuration = configuration();
        configuration.setPoolName("fhir");
        configuration.setMaximumPoolSize(20);
        configuration.setMinimumIdle(2);
        try {
            return new HikariDataSource(configuration);
        } catch (PoolInitializationException e) {
            SQLException cause = Stream.iterate((Throwable) e, t -> t != null, Throwable::getCause)
                    .filter(SQLException.class::isInstance)
                    .map(SQLException.class::cast)
                    .findFirst()
                    .orElseGet(() -> new SQLException(e));
            throw new StartFailure(explain(cause), e);
        }
    }
}
