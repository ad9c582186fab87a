package dev.therapyfit.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.Client.CdsHooksVersion;
import dev.therapyfit.clients.Client.Feature;
import dev.therapyfit.clients.ClientRecords;
import dev.therapyfit.clients.ClientRegistry;
import dev.therapyfit.clients.Tokens;
import dev.therapyfit.clients.UsedTokens;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.web.TrustSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;

/** What is read of the settings, and that a start that could not be trusted fails and says why. */
class TrustConfigurationTest {
    private static final String FIRST = "therapy-fit.trust.clients[0].";
    private static final String KEY_SET = Tokens.keySet(Tokens.ecKey("k"));

    @TempDir
    private Path folder = Path.of("");

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(CdsHooksProperties.class)
    @Import(TrustConfiguration.class)
    static class Settings {
        @Bean
        ClientRecords clientRecords() {
            return new KeptClients();
        }

        @Bean
        UsedTokens usedTokens() {
            return (issuer, jti, expires, deadline) -> true;
        }
    }

    @Test
    void a_client_is_registered_with_all_its_parts() throws IOException {
        Path keySet = folder.resolve("keys.json");
        Files.writeString(keySet, KEY_SET);
        Map<String, Object> settings = clients();
        settings.put(FIRST + "key-set", "file:" + keySet);
        settings.put(FIRST + "tenants", "ward-1,ward-2");
        settings.put(FIRST + "key-set-urls[0]", "https://ehr.example/jwks.json");
        settings.put(FIRST + "algorithms", "ES256");
        settings.put(FIRST + "fhir-servers[0]", "https://fhir.example/r4");
        settings.put(FIRST + "jurisdiction", "JP");
        settings.put(FIRST + "cds-hooks-version", "3.0");
        settings.put(FIRST + "features", "action-selection-behavior");
        settings.put(FIRST + "origins", "https://ehr.example");
        settings.put(FIRST + "calls-per-minute", "60");

        try (var context = start(settings)) {
            Client client = context.getBean(ClientRegistry.class)
                    .byIssuer("https://ehr.example/", Optional.empty())
                    .orElseThrow();
            assertThat(client.id()).isEqualTo("hospital");
            assertThat(client.keySet()).contains(KEY_SET);
            assertThat(client.tenants()).containsExactlyInAnyOrder("ward-1", "ward-2");
            assertThat(client.keySetUrls()).hasToString("[https://ehr.example/jwks.json]");
            assertThat(client.algorithms()).containsExactly("ES256");
            assertThat(client.fhirServers()).hasToString("[https://fhir.example/r4]");
            assertThat(client.jurisdiction()).isEqualTo("JP");
            assertThat(client.cdsHooksVersion()).isEqualTo(CdsHooksVersion.V3);
            assertThat(client.features()).containsExactly(Feature.ACTION_SELECTION_BEHAVIOR);
            assertThat(client.origins()).containsExactly("https://ehr.example");
            assertThat(client.callsPerMinute()).isEqualTo(60);
            assertThat(context.getBean(TrustSettings.class).isOpen()).isFalse();
            assertThat(context.getBean(TrustSettings.class).publicDiscovery()).isFalse();
        }
    }

    @Test
    void what_is_not_said_of_a_client_is_the_usual() {
        try (var context = start(clients())) {
            Client client = context.getBean(ClientRegistry.class).all().get(0);
            assertThat(client.algorithms()).isEqualTo(Client.RECOMMENDED_ALGORITHMS);
            assertThat(client.jurisdiction()).isEqualTo("US");
            assertThat(client.cdsHooksVersion()).isEqualTo(CdsHooksVersion.V2);
            assertThat(client.features()).isEmpty();
            assertThat(client.fhirServers()).isEmpty();
        }
    }

    @Test
    void an_open_service_may_read_this_machine_and_one_with_clients_may_not() {
        try (var context = start(Map.of("therapy-fit.trust.mode", "open", "server.address", "127.0.0.1"))) {
            assertThat(context.getBean(TrustSettings.class).isOpen()).isTrue();
            assertThat(context.getBean(AllowedNetworks.class).lists("localhost"))
                    .isTrue();
        }
        try (var context = start(clients())) {
            assertThat(context.getBean(AllowedNetworks.class).lists("localhost"))
                    .isFalse();
        }
    }

    @Test
    void the_mode_has_to_be_said() {
        assertFails(Map.of(), "therapy-fit.trust.mode: expected clients");
        assertFails(Map.of("therapy-fit.trust.mode", "maybe"), "therapy-fit.trust.mode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.1", "no-such-host.invalid", ""})
    void an_open_service_listens_on_loopback_only(String address) {
        assertFails(
                Map.of("therapy-fit.trust.mode", "open", "server.address", address),
                "server.address: expected a loopback");
        assertFails(Map.of("therapy-fit.trust.mode", "open"), "server.address: expected a loopback");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
    void an_open_service_starts_on_loopback(String address) {
        start(Map.of("therapy-fit.trust.mode", "open", "server.address", address))
                .close();
    }

    @Test
    void the_mode_clients_needs_clients() {
        assertFails(
                Map.of("therapy-fit.trust.mode", "clients", "therapy-fit.public-url", "https://cds.example"),
                "clients: expected at least one");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://cds.example",
                "https://user@cds.example",
                "https://cds.example?x",
                "ftp://cds.example",
                "/x"
            })
    void the_mode_clients_needs_the_url_that_tokens_name(String url) {
        Map<String, Object> settings = clients();
        settings.put("therapy-fit.public-url", url);
        assertFails(settings, "therapy-fit.public-url: expected the https URL");
        settings.remove("therapy-fit.public-url");
        assertFails(settings, "therapy-fit.public-url: expected the https URL");
    }

    @ParameterizedTest
    @CsvSource({
        "id, 'a b', id: expected",
        "issuer, relative, issuer: expected",
        "key-set, file:/no/such/file, key-set: expected a file",
        "key-set, '{}', key-set: expected",
        "key-set-urls[0], http://ehr.example/jwks, key-set-urls: expected https",
        "fhir-servers[0], http://fhir.example/r4, fhir-servers: expected https",
        "jurisdiction, us, 'hospital: jurisdiction: expected two capital letters'",
        "algorithms, HS256, algorithms: expected some of ES256",
        "algorithms, none, algorithms: expected some of ES256",
        "origins, '*', origins: expected",
        "cds-hooks-version, 1.1, expected \"2.0\" or \"3.0\"",
        "features, flying, features",
        "calls-per-minute, 0, callsPerMinute",
        "colour, red, colour"
    })
    void a_registration_that_makes_no_sense_is_named(String part, String value, String expected) {
        Map<String, Object> settings = clients();
        settings.put(FIRST + part, value);
        assertFails(settings, expected);
    }

    @Test
    void a_client_without_keys_is_named() {
        Map<String, Object> settings = clients();
        settings.remove(FIRST + "key-set");
        assertFails(settings, "hospital: key-set-urls: expected at least one");
    }

    @Test
    void two_clients_have_two_ids_and_issuers() {
        Map<String, Object> settings = clients();
        settings.put("therapy-fit.trust.clients[1].id", "hospital");
        settings.put("therapy-fit.trust.clients[1].issuer", "https://other.example/");
        settings.put("therapy-fit.trust.clients[1].key-set", KEY_SET);
        assertFails(settings, "each id only once");
        settings.put("therapy-fit.trust.clients[1].id", "other");
        settings.put("therapy-fit.trust.clients[1].issuer", "https://ehr.example/");
        assertFails(settings, "each issuer only once");
        settings.put("therapy-fit.trust.clients[1].tenants", "ward-2");
        assertFails(settings, "tenants for each client");
        settings.put(FIRST + "tenants", "ward-1,ward-2");
        assertFails(settings, "each tenant only once");
        settings.put(FIRST + "tenants", "ward-1");
        try (var context = start(settings)) {
            ClientRegistry clients = context.getBean(ClientRegistry.class);
            assertThat(clients.byIssuer("https://ehr.example/", Optional.of("ward-2")))
                    .hasValueSatisfying(client -> assertThat(client.id()).isEqualTo("other"));
            assertThat(clients.byIssuer("https://ehr.example/", Optional.of("ward-3")))
                    .isEmpty();
            assertThat(clients.byIssuer("https://ehr.example/", Optional.empty()))
                    .isEmpty();
        }
    }

    @Test
    void a_network_that_is_none_is_named() {
        Map<String, Object> settings = clients();
        settings.put("therapy-fit.outbound.allowed-networks", "10.0.0.0/99");
        assertFails(settings, "therapy-fit.outbound.allowed-networks: 10.0.0.0/99: expected");
    }

    private static Map<String, Object> clients() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("therapy-fit.trust.mode", "clients");
        settings.put("therapy-fit.public-url", "https://cds.example");
        settings.put(FIRST + "id", "hospital");
        settings.put(FIRST + "issuer", "https://ehr.example/");
        settings.put(FIRST + "key-set", KEY_SET);
        return settings;
    }

    private static void assertFails(Map<String, Object> settings, String part) {
        Throwable failure = catchThrowable(() -> start(settings).close());
        assertThat(failure).as("a failure that names " + part).isNotNull();
        StringBuilder told = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            told.append(cause.getMessage()).append('\n');
        }
        assertThat(told.toString()).contains(part);
    }

    private static AnnotationConfigApplicationContext start(Map<String, Object> settings) {
        var context = new AnnotationConfigApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        context.register(Settings.class);
        context.refresh();
        return context;
    }
}
