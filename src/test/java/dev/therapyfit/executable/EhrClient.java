package dev.therapyfit.executable;

import dev.therapyfit.app.warmup.HookBodies;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.request.Hook;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Calls the service as an EHR would: reads discovery, fills the prefetch templates, posts hooks. */
final class EhrClient {
    static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI service;

    EhrClient(int port) {
        this.service = URI.create("http://localhost:" + port);
    }

    /** An answer. */
    record Answer(int status, String contentType, String text) {
        JsonNode json() {
            return JSON.readTree(text);
        }
    }

    Answer get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    Answer post(String serviceId, String body) throws IOException, InterruptedException {
        return postTo("/cds-services/" + serviceId, body);
    }

    Answer postTo(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(service.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                response.body());
    }

    URI service() {
        return service;
    }

    /** A hook call for a case without prefetch. */
    static ObjectNode request(String hook, Case example) {
        return HookBodies.bare(Hook.of(hook).orElseThrow(), example);
    }

    /** Fills the prefetch that the service asks for from the case's resources. */
    void addPrefetch(ObjectNode request, Case example) throws IOException, InterruptedException {
        ObjectNode prefetch = request.putObject("prefetch");
        JsonNode templates = null;
        for (JsonNode candidate : get("/cds-services").json().path("services")) {
            if (candidate.path("hook").stringValue().equals(request.path("hook").stringValue())) {
                templates = candidate.path("prefetch");
            }
        }
        if (templates == null) {
            throw new AssertionError("no service for this hook");
        }
        templates.forEachEntry((key, template) -> {
            String type = template.stringValue().split("[?/]", 2)[0];
            List<Resource> found = HookBodies.chart(example).stream()
                    .filter(resource -> resource.isOf(type))
                    .toList();
            if (type.equals("Patient")) {
                prefetch.set(key, json(example.record().patient()));
            } else {
                ArrayNode entries = prefetch.putObject(key)
                        .put("resourceType", "Bundle")
                        .put("type", "searchset")
                        .putArray("entry");
                found.forEach(resource -> entries.addObject().set("resource", json(resource)));
            }
        });
    }

    private static JsonNode json(Resource resource) {
        return JSON.readTree(Json.of(resource));
    }
}
