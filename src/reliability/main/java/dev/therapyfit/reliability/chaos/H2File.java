package dev.therapyfit.reliability.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/** The service's H2 file, once the service has ended. */
final class H2File {
    private H2File() {}

    static Set<String> cardsWithFeedback(Path directory) throws IOException {
        String url = "jdbc:h2:file:" + directory.resolve("service")
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;ACCESS_MODE_DATA=r";
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select distinct card_uuid from feedback")) {
            Set<String> cards = new HashSet<>();
            while (rows.next()) {
                cards.add(rows.getString(1));
            }
            return cards;
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
