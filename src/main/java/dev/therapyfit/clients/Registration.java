package dev.therapyfit.clients;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.therapyfit.cql.record.BaseUrl;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import java.net.URI;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a registered client has to have. */
final class Registration {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.-]+(:\\d{1,5})?");

    /** ISO 3166, and EU; what the content does not know is told on its cards. */
    private static final Pattern JURISDICTION = Pattern.compile("[A-Z]{2}");

    private Registration() {}

    static List<String> problems(Client client, AllowedNetworks allowed) {
        List<String> problems = new ArrayList<>();
        if (!ID.matcher(client.id()).matches()) {
            problems.add("id: expected 1 to 64 letters, digits, '-' or '_'");
        }
        if (client.issuer().isEmpty() || !client.issuer().get().isAbsolute()) {
            problems.add("issuer: expected the URI that its tokens have as iss");
        }
        if (client.keySet().isEmpty() && client.keySetUrls().isEmpty()) {
            problems.add("key-set-urls: expected at least one, or a key-set");
        }
        for (URI url : client.keySetUrls()) {
            if (url.getRawUserInfo() != null || url.getRawFragment() != null || !isSafe(url, allowed)) {
                problems.add("key-set-urls: " + expectedUrl());
            }
        }
        client.keySet().ifPresent(text -> keySet(text, problems));
        Set<String> known =
                SignedToken.ALGORITHMS.stream().map(JWSAlgorithm::getName).collect(Collectors.toUnmodifiableSet());
        if (client.algorithms().isEmpty() || !known.containsAll(client.algorithms())) {
            problems.add(
                    "algorithms: expected some of " + known.stream().sorted().collect(Collectors.joining(", ")));
        }
        for (URI base : client.fhirServers()) {
            if (BaseUrl.normal(base).isEmpty() || !isSafe(base, allowed)) {
                problems.add("fhir-servers: " + expectedUrl());
            }
        }
        if (!JURISDICTION.matcher(client.jurisdiction()).matches()) {
            problems.add("jurisdiction: expected two capital letters, such as US or EU");
        }
        if (!client.origins().stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
            problems.add("origins: expected origins such as https://ehr.example.org, in lower case and without a path");
        }
        if (client.callsPerMinute() < 1) {
            problems.add("calls-per-minute: expected at least 1");
        }
        return List.copyOf(problems);
    }

    private static String expectedUrl() {
        return "expected https URLs without user, query or fragment; http only for a host in outbound.allowed-networks";
    }

    private static boolean isSafe(URI url, AllowedNetworks allowed) {
        return url.getHost() != null
                && ("https".equalsIgnoreCase(url.getScheme())
                        || ("http".equalsIgnoreCase(url.getScheme()) && allowed.lists(url.getHost())));
    }

    private static void keySet(String text, List<String> problems) {
        JWKSet keys;
        try {
            keys = JWKSet.parse(text);
        } catch (ParseException e) {
            problems.add("key-set: expected a JSON Web Key Set (RFC 7517)");
            return;
        }
        Set<String> ids = new HashSet<>();
        for (JWK key : keys.getKeys()) {
            if (key.isPrivate()) {
                problems.add("key-set: holds a private or secret key: expected public keys only");
            }
            if (key.getKeyID() == null || !ids.add(key.getKeyID())) {
                problems.add("key-set: expected a kid on every key, and each only once");
            }
        }
        if (keys.isEmpty()) {
            problems.add("key-set: expected at least one key");
        }
    }
}
