package dev.therapyfit.fhirserver;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Resource;

/** Talks to a server as any client would: plain HTTP and JSON. */
final class Client {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;

    Client(String base) {
        this.base = base;
    }

    <R extends Resource> R read(Class<R> type, String path) {
        HttpResponse<String> response = send(request(path).GET());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/fhir+json");
        return parser().parseResource(type, response.body());
    }

    Bundle search(String path) {
        return read(Bundle.class, path);
    }

    /** All pages of a search. */
    List<Bundle> pages(String path) {
        List<Bundle> pages = new ArrayList<>(List.of(search(path)));
        for (Bundle page = pages.get(0); page.getLink("next") != null; page = pages.get(pages.size() - 1)) {
            pages.add(search(page.getLink("next").getUrl()));
        }
        return pages;
    }

    static List<String> ids(Bundle bundle) {
        return bundle.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .map(resource -> resource.fhirType() + "/" + resource.getIdPart())
                .toList();
    }

    HttpResponse<String> post(String path, String json) {
        return send(
                request(path).header("Content-Type", "application/fhir+json").POST(BodyPublishers.ofString(json)));
    }

    HttpResponse<String> put(String path, String json) {
        return send(
                request(path).header("Content-Type", "application/fhir+json").PUT(BodyPublishers.ofString(json)));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : base + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static IParser parser() {
        return FhirContext.forR4Cached().newJsonParser();
    }
}
