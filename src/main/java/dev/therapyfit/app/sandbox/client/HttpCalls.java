package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.app.sandbox.client.ClientView.Exchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Calls as the client makes them, told with all that is needed to repeat them. */
final class HttpCalls {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(LONGEST)
            .followRedirects(Redirect.NEVER)
            .build();

    Exchange get(String url) {
        return send("GET", url, "", "", "application/fhir+json, application/json");
    }

    /** Posts JSON. */
    Exchange post(String url, String body, String authorization) {
        return send("POST", url, body, authorization, "application/json");
    }

    /** Posts a resource. */
    Exchange postFhir(String url, String resource) {
        return send("POST", url, resource, "", "application/fhir+json");
    }

    private Exchange send(String method, String url, String body, String authorization, String type) {
        long start = System.nanoTime();
        boolean isAuthorized = !authorization.isEmpty();
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(LONGEST).header("Accept", type);
            if (isAuthorized) {
                request.header("Authorization", authorization);
            }
            if (method.equals("POST")) {
                request.header("Content-Type", type).POST(BodyPublishers.ofString(body));
            }
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            return new Exchange(method, url, isAuthorized, body, answer.statusCode(), since(start), answer.body());
        } catch (IOException | IllegalArgumentException e) {
            String why = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            return new Exchange(method, url, isAuthorized, body, 0, since(start), why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Exchange(method, url, isAuthorized, body, 0, since(start), "interrupted");
        }
    }

    private static long since(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
