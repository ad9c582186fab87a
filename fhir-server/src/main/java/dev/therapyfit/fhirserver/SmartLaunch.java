package dev.therapyfit.fhirserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A small authorization server of SMART App Launch 2.2 for trying apps: it asks nobody and lets every app in. What a launch is
 * about stands in its {@code launch} parameter, as base64url of {@code {"patient": id, "appContext": text}}. It checks what an app
 * could get wrong: redirect, audience, code and PKCE. The FHIR server itself takes calls with and without a token.
 */
final class SmartLaunch extends HttpServlet {
    static final String CONFIGURATION = "/.well-known/smart-configuration";
    static final String PATH = "/auth";

    private static final long serialVersionUID = 1L;
    private static final int MOST_CODES = 1_000;
    private static final int AN_HOUR = 3600;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final transient Supplier<String> origin;
    private final String fhir;
    private final transient Map<String, Granted> codes = new ConcurrentHashMap<>();

    /** What a code stands for, once. */
    private record Granted(String clientId, String redirect, String challenge, String scope, JsonNode launch) {}

    /**
     * @param origin where this server is reached
     * @param fhir path of the FHIR server
     */
    SmartLaunch(Supplier<String> origin, String fhir) {
        this.origin = origin;
        this.fhir = fhir;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getRequestURI().endsWith(CONFIGURATION)) {
            answer(
                    response,
                    HttpServletResponse.SC_OK,
                    Map.of(
                            "authorization_endpoint",
                            origin.get() + PATH + "/authorize",
                            "token_endpoint",
                            origin.get() + PATH + "/token",
                            "grant_types_supported",
                            List.of("authorization_code"),
                            "code_challenge_methods_supported",
                            List.of("S256"),
                            "capabilities",
                            List.of("launch-ehr", "client-public", "context-ehr-patient", "permission-v2")));
        } else {
            authorize(request, response);
        }
    }

    private void authorize(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String redirect = text(request, "redirect_uri");
        String wrong = wrong(request);
        JsonNode launch = launch(text(request, "launch"));
        if (launch == null && wrong.isEmpty()) {
            wrong = "launch: expected base64url of {\"patient\": id, \"appContext\": text}";
        }
        if (launch == null || !wrong.isEmpty()) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "SMART App Launch: " + wrong);
            return;
        }
        String code = UUID.randomUUID().toString();
        if (codes.size() >= MOST_CODES) {
            codes.clear();
        }
        codes.put(
                code,
                new Granted(
                        text(request, "client_id"),
                        redirect,
                        text(request, "code_challenge"),
                        text(request, "scope"),
                        launch));
        response.sendRedirect(redirect + (redirect.contains("?") ? "&" : "?") + "code=" + code + "&state="
                + URLEncoder.encode(text(request, "state"), StandardCharsets.UTF_8));
    }

    /** What is wrong with a request for a code; empty: nothing. */
    private String wrong(HttpServletRequest request) {
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("response_type", "code");
        expected.put("code_challenge_method", "S256");
        expected.put("aud", origin.get() + fhir);
        String wrong = expected.entrySet().stream()
                .filter(one -> !one.getValue().equals(text(request, one.getKey())))
                .map(one -> "expected " + one.getKey() + "=" + one.getValue())
                .collect(Collectors.joining(", "));
        String missing = List.of("client_id", "redirect_uri", "state", "code_challenge", "launch", "scope").stream()
                .filter(name -> text(request, name).isEmpty())
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            return "missing: " + missing;
        }
        return wrong;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Granted granted = codes.remove(text(request, "code"));
        boolean isGood = granted != null
                && text(request, "grant_type").equals("authorization_code")
                && granted.redirect().equals(text(request, "redirect_uri"))
                && granted.clientId().equals(text(request, "client_id"))
                && granted.challenge().equals(challenge(text(request, "code_verifier")));
        if (granted == null || !isGood) {
            answer(response, HttpServletResponse.SC_BAD_REQUEST, Map.of("error", "invalid_grant"));
            return;
        }
        Map<String, Object> token = new LinkedHashMap<>();
        token.put("access_token", UUID.randomUUID().toString());
        token.put("token_type", "Bearer");
        token.put("expires_in", AN_HOUR);
        token.put("scope", Arrays.stream(granted.scope().split(" ")).distinct().collect(Collectors.joining(" ")));
        token.put("patient", granted.launch().path("patient").asText());
        token.put("appContext", granted.launch().path("appContext").asText());
        answer(response, HttpServletResponse.SC_OK, token);
    }

    private static @Nullable JsonNode launch(String text) {
        try {
            JsonNode launch = JSON.readTree(Base64.getUrlDecoder().decode(text));
            return launch.path("patient").isTextual() ? launch : null;
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
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

    private static String text(HttpServletRequest request, String name) {
        String value = request.getParameter(name);
        return value == null ? "" : value;
    }

    private static void answer(HttpServletResponse response, int status, Map<String, Object> body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.setHeader("Cache-Control", "no-store");
        JSON.writeValue(response.getOutputStream(), body);
    }
}
