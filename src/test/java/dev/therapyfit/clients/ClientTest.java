package dev.therapyfit.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.clients.Client.CdsHooksVersion;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.hooks.failure.CdsFailure.Forbidden;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registration has to have, and which FHIR servers are a client's. */
class ClientTest {
    private static final String KEY_SET = Tokens.keySet(Tokens.ecKey("k"));

    @Test
    void a_good_registration_has_no_problem() {
        assertThat(client("https://fhir.example/r4", "https://ehr.example/jwks", KEY_SET, "https://a.example")
                        .problems(AllowedNetworks.PUBLIC))
                .isEmpty();
        assertThat(client("http://10.0.0.1:8080/r4", "http://ehr.internal/jwks", KEY_SET, "http://localhost:3000")
                        .problems(AllowedNetworks.of(List.of("10.0.0.0/8", "ehr.internal"))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://fhir.example/r4",
                "ftp://fhir.example/r4",
                "https:///r4",
                "https://user@fhir.example/r4",
                "https://fhir.example/r4?x",
                "https://fhir.example/r4#x",
                "https://fhir.example/a/../r4",
                "/r4"
            })
    void a_fhir_server_has_to_be_a_plain_https_url(String url) {
        assertThat(client(url, "https://ehr.example/jwks", KEY_SET, "https://a.example")
                        .problems(AllowedNetworks.PUBLIC))
                .singleElement()
                .asString()
                .startsWith("fhir-servers: expected https");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://ehr.example/jwks", "https://user@ehr.example/jwks", "file:///jwks", "/jwks"})
    void a_key_set_url_has_to_be_an_https_url(String url) {
        assertThat(client("https://fhir.example/r4", url, KEY_SET, "https://a.example")
                        .problems(AllowedNetworks.PUBLIC))
                .singleElement()
                .asString()
                .startsWith("key-set-urls: expected https");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "{\"keys\":[]}",
                "{\"keys\":[{\"kty\":\"oct\",\"k\":\"enp6\",\"kid\":\"k\"}]}"
            })
    void a_key_set_has_to_hold_public_keys(String keySet) {
        assertThat(client("https://fhir.example/r4", "https://ehr.example/jwks", keySet, "https://a.example")
                        .problems(AllowedNetworks.PUBLIC))
                .isNotEmpty()
                .allMatch(problem -> problem.startsWith("key-set: ") && !problem.contains("enp6"));
    }

    @Test
    void a_private_key_has_no_place_in_a_registration() {
        String secret = new com.nimbusds.jose.jwk.JWKSet(List.of(Tokens.ecKey("k"), Tokens.ecKey("k"))).toString(false);
        assertThat(client("https://fhir.example/r4", "https://ehr.example/jwks", secret, "https://a.example")
                        .problems(AllowedNetworks.PUBLIC))
                .anyMatch(problem -> problem.contains("private"))
                .anyMatch(problem -> problem.contains("each only once"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a.example", "https://a.example/", "https://A.example", "null", "https://*.example"})
    void an_origin_has_to_be_one(String origin) {
        assertThat(client("https://fhir.example/r4", "https://ehr.example/jwks", KEY_SET, origin)
                        .problems(AllowedNetworks.PUBLIC))
                .singleElement()
                .asString()
                .startsWith("origins: ");
    }

    @Test
    void everything_else_that_is_wrong_is_named() {
        Client wrong = new Client(
                "a b",
                Optional.of(URI.create("relative")),
                Set.of(),
                List.of(),
                Optional.empty(),
                Set.of("HS256"),
                List.of(),
                " ",
                CdsHooksVersion.V2,
                Set.of(),
                List.of(),
                0);

        assertThat(wrong.problems(AllowedNetworks.PUBLIC))
                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactly("id", "issuer", "key-set-urls", "algorithms", "jurisdiction", "calls-per-minute");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://fhir.example/r4",
                "HTTPS://FHIR.EXAMPLE/r4",
                "https://fhir.example:443/r4",
                "https://fhir.example/r4/"
            })
    void a_fhir_server_is_known_in_every_way_to_write_it(String base) {
        Client client = client("https://fhir.example/r4/", "https://ehr.example/jwks", KEY_SET, "https://a.example");

        assertThatCode(() -> client.requireFhirServer(URI.create(base))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://fhir.example/r4",
                "https://fhir.example/R4",
                "https://fhir.example/r4//",
                "https://fhir.example//r4",
                "https://fhir.example/r4/.",
                "https://fhir.example/%72%34",
                "https://fhir.example/r4;x",
                "https://fhir.example/r4/x",
                "https://fhir.example",
                "https://fhir.example:8443/r4",
                "https://user@fhir.example/r4",
                "https://fhir.example/r4?x",
                "https://fhir.example./r4",
                "r4"
            })
    void another_fhir_server_is_forbidden(String base) {
        Client client = client("https://fhir.example/r4", "https://ehr.example/jwks", KEY_SET, "https://a.example");

        assertThatThrownBy(() -> client.requireFhirServer(URI.create(base)))
                .isInstanceOf(Forbidden.class)
                .hasMessageStartingWith("fhirServer: expected");
    }

    @Test
    void anybody_may_name_any_fhir_server_where_nobody_is_authenticated() {
        assertThatCode(() -> Client.open("US", List.of()).requireFhirServer(URI.create("http://localhost:8081/fhir")))
                .doesNotThrowAnyException();
    }

    @Test
    void an_id_or_issuer_is_registered_once() {
        Client one = client("https://fhir.example/r4", "https://ehr.example/jwks", KEY_SET, "https://a.example");

        assertThatThrownBy(() -> ClientRegistry.of(List.of(one, one))).hasMessageContaining("id only once");
    }

    private static Client client(String fhirServer, String keySetUrl, String keySet, String origin) {
        return new Client(
                "hospital_1",
                Optional.of(URI.create("urn:hospital:1")),
                Set.of(),
                List.of(URI.create(keySetUrl)),
                Optional.of(keySet),
                Client.RECOMMENDED_ALGORITHMS,
                List.of(URI.create(fhirServer)),
                "US",
                CdsHooksVersion.V2,
                Set.of(),
                List.of(origin),
                100);
    }
}
