package dev.therapyfit.ehr.smart;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.ehr.outbound.OutboundHttp.Answer;
import dev.therapyfit.hooks.deadline.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A public client of SMART App Launch 2.2: launched by an EHR, it gets a code with PKCE, a token for the code, and writes with
 * the token. It keeps how EHRs launch apps for five minutes, and nothing else. Safe to use from many threads.
 */
public final class SmartApp {
    private static final int SECRET = 32;
    private static final int CREATED = 201;
    private static final Duration USUAL = Duration.ofMinutes(5);
    private static final String FHIR = "application/fhir+json";

    private final OutboundHttp http;
    private final String clientId;
    private final String scope;
    private final SecureRandom random = new SecureRandom();
    private final JsonMapper json = new JsonMapper();
    private final Cache<URI, JsonNode> configurations = Caffeine.newBuilder()
            .expireAfterWrite(Duration.ofMinutes(5))
            .maximumSize(100)
            .build();

    /**
     * @param clientId as the EHR's authorization server knows the app
     * @param scope what it asks for, besides {@code launch}
     */
    public SmartApp(OutboundHttp http, String clientId, String scope) {
        this.http = http;
        this.clientId = clientId;
        this.scope = scope;
    }

    /**
     * A launch that has begun.
     *
     * @param iss base URL of the EHR's FHIR server
     * @param tokenEndpoint where a code becomes a token
     * @param verifier the secret of PKCE
     * @param redirect where the code is sent
     * @param state names the launch
     * @param authorize where the browser is to go
     */
    public record Begun(URI iss, URI tokenEndpoint, String verifier, URI redirect, String state, URI authorize) {}

    /** A secret that nobody can guess. */
    public String secret() {
        byte[] bytes = new byte[SECRET];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Begins a launch.
     *
     * @param iss base URL of the EHR's FHIR server
     * @param launch what the EHR calls the launch
     * @param redirect where the browser is to be sent with the code
     * @throws LaunchFailure if the server does not say how apps are launched
     */
    public Begun begin(URI iss, String launch, URI redirect, Deadline until) throws LaunchFailure {
        JsonNode told = configurations.getIfPresent(iss);
        if (told == null) {
            URI configuration = URI.create(iss.toString().replaceFirst("/+$", "") + "/.well-known/smart-configuration");
            told = json(
                    "the EHR's smart-configuration",
                    () -> http.get(configuration, Map.of("Accept", "application/json"), until));
            configurations.put(iss, told);
        }
        URI authorize = endpoint(told, "authorization_endpoint", iss);
        URI token = endpoint(told, "token_endpoint", iss);
        String verifier = secret();
        String state = secret();
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("response_type", "code");
        asked.put("client_id", clientId);
        asked.put("redirect_uri", redirect.toString());
        asked.put("launch", launch);
        asked.put("scope", "launch " + scope);
        asked.put("state", state);
        asked.put("aud", iss.toString());
        asked.put("code_challenge", challenge(verifier));
        asked.put("code_challenge_method", "S256");
        String separator = authorize.getRawQuery() == null ? "?" : "&";
        return new Begun(iss, token, verifier, redirect, state, URI.create(authorize + separator + form(asked)));
    }

    /** An endpoint of an EHR, over TLS if its FHIR server is. */
    private static URI endpoint(JsonNode configuration, String name, URI iss) throws LaunchFailure {
        try {
            URI endpoint = URI.create(configuration.path(name).asString(""));
            if (endpoint.getHost() != null
                    && ("https".equals(endpoint.getScheme())
                            || endpoint.getScheme().equals(iss.getScheme()))) {
                return endpoint;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new LaunchFailure("the EHR's smart-configuration names no usable " + name);
    }

    /**
     * The access that a code gives.
     *
     * @throws LaunchFailure if the authorization server gives none, or does not say for which patient
     */
    public Access access(Begun begun, String code, Deadline until) throws LaunchFailure {
        String body = form(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                begun.redirect().toString(),
                "client_id",
                clientId,
                "code_verifier",
                begun.verifier()));
        JsonNode token = json(
                "the EHR's authorization server",
                () -> http.post(
                        begun.tokenEndpoint(),
                        Map.of("Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"),
                        body.getBytes(StandardCharsets.UTF_8),
                        until));
        String access = token.path("access_token").asString("");
        String patient = token.path("patient").asString("");
        if (access.isEmpty() || patient.isEmpty()) {
            throw new LaunchFailure("the EHR's authorization server gave no access_token with a patient");
        }
        return new Access(
                begun.iss(),
                access,
                Access.scopes(token.path("scope").asString(scope)),
                patient,
                token.path("appContext").asString(""),
                token.has("expires_in")
                        ? Duration.ofSeconds(
                                Math.max(1, token.path("expires_in").asLong(1)))
                        : USUAL);
    }

    /**
     * Creates a resource on the EHR's FHIR server, once.
     *
     * @return its reference, such as {@code Observation/1}
     * @throws LaunchFailure if the server does not take it
     */
    public String create(Access access, Resource resource, Deadline until) throws LaunchFailure {
        String type = resource.type().name();
        try {
            Answer answer = http.post(
                    URI.create(access.fhirServer().toString().replaceFirst("/+$", "") + "/" + type),
                    Map.of(
                            "Authorization",
                            "Bearer " + access.token(),
                            "Content-Type",
                            FHIR,
                            "Accept",
                            FHIR,
                            "Prefer",
                            "return=representation"),
                    Json.of(resource).getBytes(StandardCharsets.UTF_8),
                    until);
            JsonNode created = created(answer);
            boolean isIt = created.path("resourceType").asString("").equals(type)
                    && !created.path("id").asString("").isEmpty();
            if (answer.status() != CREATED && !(answer.isOk() && isIt)) {
                throw new LaunchFailure("the FHIR server answered " + answer.status());
            }
            return isIt ? type + "/" + created.path("id").asString("") : type;
        } catch (IOException e) {
            throw new LaunchFailure("the FHIR server did not answer in time: look whether it was written");
        }
    }

    /** What was created, if the answer says so. */
    private JsonNode created(Answer answer) {
        try {
            return json.readTree(answer.body());
        } catch (JacksonException e) {
            return json.missingNode();
        }
    }

    /** Gets an answer. */
    private interface Exchange {
        Answer answer() throws IOException;
    }

    private JsonNode json(String whose, Exchange exchange) throws LaunchFailure {
        try {
            Answer answer = exchange.answer();
            if (!answer.isOk()) {
                throw new LaunchFailure(whose + " answered " + answer.status());
            }
            return json.readTree(answer.body());
        } catch (JacksonException e) {
            throw new LaunchFailure(whose + " answered no JSON");
        } catch (IOException e) {
            throw new LaunchFailure(whose + " did not answer in time, or lies where this service may not connect to"
                    + " (therapy-fit.outbound.allowed-networks)");
        }
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
