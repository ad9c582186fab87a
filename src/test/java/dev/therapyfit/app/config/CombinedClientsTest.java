package dev.therapyfit.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.clients.Client;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CombinedClientsTest {
    private static final ClientSettings SETTINGS = new ClientSettings("KR", AllowedNetworks.of(List.of()));

    private final KeptClients records = new KeptClients();

    private static String settings(String id, String issuer) {
        return """
                id: %s
                issuer: https://%s.example/
                key-set-urls: [https://%s.example/jwks.json]
                """.formatted(id, issuer, issuer);
    }

    private CombinedClients combined(String id, String issuer) {
        return new CombinedClients(List.of(SETTINGS.read(settings(id, issuer))), records, SETTINGS);
    }

    @Test
    void a_client_that_was_added_is_known_after_the_next_look_and_one_that_was_removed_no_longer() {
        CombinedClients clients = combined("a", "ehr-a");
        records.add("b", settings("b", "ehr-b"));
        assertThat(clients.byIssuer("https://ehr-b.example/", Optional.empty())).isEmpty();

        clients.refresh();
        assertThat(clients.all()).extracting(Client::id).containsExactly("a", "b");
        assertThat(clients.byIssuer("https://ehr-b.example/", Optional.empty())).isPresent();

        records.remove("b");
        clients.refresh();
        assertThat(clients.byIssuer("https://ehr-b.example/", Optional.empty())).isEmpty();
    }

    @Test
    void the_configuration_wins_and_a_record_that_cannot_be_used_stops_nobody() {
        records.add("a", settings("a", "other"));
        records.add("b", settings("b", "ehr-a"));
        records.add("c", "nonsense: true");
        records.add("d", settings("d", "ehr-d"));

        assertThat(combined("a", "ehr-a").all()).extracting(Client::id).containsExactly("a", "d");
    }

    @Test
    void the_clients_stay_as_they_were_while_the_database_is_away() {
        records.add("b", settings("b", "ehr-b"));
        CombinedClients clients = combined("a", "ehr-a");
        records.away(true);

        clients.refresh();

        assertThat(clients.byIssuer("https://ehr-b.example/", Optional.empty())).isPresent();
    }

    @Test
    void json_is_read_as_yaml_is_with_the_same_defaults() {
        Client client = SETTINGS.read("{\"id\": \"a\", \"issuer\": \"https://ehr-a.example/\",\n"
                + "\"key-set-urls\": [\"https://ehr-a.example/jwks.json\"]}");

        assertThat(client).isEqualTo(SETTINGS.read(settings("a", "ehr-a")));
        assertThat(client.jurisdiction()).isEqualTo("KR");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                              | issuer",
                "id: a                                           | issuer",
                "{id: a, issuer: 'https://x.example/'}           | key-set-urls",
                "{id: a, issuer: 'https://x.example/', colour: red} | colour",
                "{id: a, issuer: 'https://x.example/', key-set-urls: ['https://x.example/k'], jurisdiction: zz} | two capital letters",
                "{id: a, calls-per-minute: zz-many}              | client.calls-per-minute",
                "'{'                                             | in YAML or JSON",
                "'- a'                                           | unknown setting client[0]",
                "!!java.net.URL ['http://zz.example']            | expected",
            })
    void settings_that_make_no_sense_are_named_and_no_value_is_told(String text, String part) {
        assertThatThrownBy(() -> SETTINGS.read(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part)
                .hasMessageNotContaining("zz")
                .hasMessageNotContaining("\n");
    }
}
