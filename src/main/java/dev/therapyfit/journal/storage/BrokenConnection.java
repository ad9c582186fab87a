package dev.therapyfit.journal.storage;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.List;

/**
 * Says which failures end a connection: all but those of a single statement. HikariCP alone knows the failures of network
 * databases; an H2 database that had to close itself, for example because the disk is full, answers on every old
 * connection with an error of its own.
 */
final class BrokenConnection implements SQLExceptionOverride {
    /** Classes of SQL states: wrong value, broken constraint, transaction rolled back, wrong statement. */
    private static final List<String> OF_A_STATEMENT = List.of("22", "23", "40", "42");

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return OF_A_STATEMENT.stream().anyMatch(state::startsWith)
                ? SQLExceptionOverride.Override.DO_NOT_EVICT
                : SQLExceptionOverride.Override.MUST_EVICT;
    }
}
