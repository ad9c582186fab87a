package dev.therapyfit.fhirserver;

import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import com.zaxxer.hikari.HikariConfig;
import java.sql.SQLException;
import java.util.Optional;
import org.hibernate.dialect.Dialect;
import org.postgresql.util.PSQLState;

/**
 * A database of a PostgreSQL server.
 *
 * @param url JDBC URL, without a password
 * @param user name of the user; empty to leave it to the driver
 * @param password its password; empty if none is needed
 */
record PostgreSql(String url, Optional<String> user, Optional<String> password) implements Database {
    private static final String PREFIX = "jdbc:postgresql:";

    static PostgreSql at(String url, Optional<String> user, Optional<String> password) throws StartFailure {
        if (!url.startsWith(PREFIX)) {
            throw new StartFailure("the JDBC URL must be PostgreSQL's, jdbc:postgresql://HOST:PORT/DATABASE, but is "
                    + withoutParameters(url));
        }
        if (url.matches(".*[?&]password=.*")) {
            throw new StartFailure("a password does not belong in the JDBC URL, where others may read it; set "
                    + FhirServerCommand.PASSWORD_VARIABLE);
        }
        return new PostgreSql(url, user, password);
    }

    @Override
    public String description() {
        return "PostgreSQL";
    }

    @Override
    public Class<? extends Dialect> dialect() {
        return HapiFhirPostgresDialect.class;
    }

    @Override
    public HikariConfig configuration() {
        HikariConfig configuration = new HikariConfig();
        configuration.setJdbcUrl(url);
        user.ifPresent(configuration::setUsername);
        password.ifPresent(configuration::setPassword);
        configuration.setDriverClassName("org.postgresql.Driver");
        // The driver would try for ten seconds; a parameter of the URL prevails over this.
        configuration.addDataSourceProperty("connectTimeout", "3");
        return configuration;
    }

    @Override
    public String explain(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        String where = withoutParameters(url);
        if (state.equals(PSQLState.INVALID_PASSWORD.getState())
                || state.equals(PSQLState.INVALID_AUTHORIZATION_SPECIFICATION.getState())
                // the driver was asked for a password and has none
                || (state.equals(PSQLState.CONNECTION_REJECTED.getState()) && password.isEmpty())) {
            return "the database at " + where + " refuses user " + user.orElse("(none)") + "; check --jdbc-user and "
                    + FhirServerCommand.PASSWORD_VARIABLE;
        }
        return "the database at " + where + " cannot be reached; check --jdbc-url: " + OneLine.of(failure);
    }

    /** Parameters may hold secrets. */
    private static String withoutParameters(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }
}
