package dev.therapyfit.ehr.outbound;

import dev.therapyfit.authoring.publication.Publication;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A FHIR R4 server that a content was published to: it is asked for what has the tag of a publication. The address is the
 * operator's own, so that any is allowed.
 */
public final class ContentServer {
    private static final int PAGE = 200;
    private static final int MOST_PAGES = 1_000;
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;

    private final URI base;
    private final Duration timeout;
    private final HttpClient http;
    private final JsonMapper json = new JsonMapper();

    /**
     * @param base base URL of the server
     * @param timeout longest wait for one answer
     */
    public ContentServer(URI base, Duration timeout) {
        this.base = URI.create(base.toString().replaceFirst("/*$", "/"));
        this.timeout = timeout;
        this.http = HttpClient.newBuilder().connectTimeout(timeout).build();
    }

    /**
     * The files of its content, by their paths; none if nothing was published to it.
     *
     * @throws IOException if it does not answer, or not with FHIR; the message says so
     */
    public Map<String, byte[]> files() throws IOException {
        ObjectNode bundle = json.createObjectNode();
        ArrayNode entries = bundle.putArray("entry");
        for (String type : Publication.TYPES) {
            String all = type + "?_count=" + PAGE;
            try {
                entries.addAll(
                        pages(all + "&_tag=" + URLEncoder.encode(Publication.TAG + "|", StandardCharsets.UTF_8)));
            } catch (Refused e) {
                // HAPI finds no tag of any code: then all are read
                pages(all).stream().filter(ContentServer::isPublished).forEach(entries::add);
            }
        }
        try {
            return Publication.contentFiles(bundle);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e); // or it is just being published
        }
    }

    private static boolean isPublished(JsonNode entry) {
        return entry.path("resource").path("meta").path("tag").valueStream().anyMatch(tag -> tag.path("system")
                .asString("")
                .equals(Publication.TAG));
    }

    private List<JsonNode> pages(String query) throws IOException {
        List<JsonNode> entries = new ArrayList<>();
        URI next = base.resolve(query);
        for (int page = 0; next != null; page++) {
            if (page == MOST_PAGES) {
                throw new IOException("its pages have no end");
            }
            JsonNode found = get(next);
            found.path("entry").forEach(entries::add);
            next = found.path("link")
                    .valueStream()
                    .filter(link -> link.path("relation").asString("").equals("next"))
                    .map(link -> base.resolve(link.path("url").asString("")))
                    .findFirst()
                    .orElse(null);
        }
        return entries;
    }

    /** The server does not take a search. */
    private static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private JsonNode get(URI url) throws IOException {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(url)
                            .timeout(timeout)
                            .header("Accept", "application/fhir+json")
                            .header("Cache-Control", "no-cache")
                            .build(),
                    BodyHandlers.ofString());
            JsonNode body = json.readTree(answer.body());
            if (answer.statusCode() != OK
                    || !body.path("resourceType").asString("").equals("Bundle")) {
                String why = "status " + answer.statusCode() + " instead of a Bundle for " + url + " "
                        + body.path("issue").path(0).path("diagnostics").asString("");
                throw answer.statusCode() == BAD_REQUEST ? new Refused(why.strip()) : new IOException(why.strip());
            }
            return body;
        } catch (JacksonException e) {
            throw new IOException("its answer is no FHIR JSON", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the service ends", e);
        }
    }
}
