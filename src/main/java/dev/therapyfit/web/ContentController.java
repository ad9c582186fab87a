package dev.therapyfit.web;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;
import tools.jackson.databind.JsonNode;

/**
 * The source that cards name: a library of the content as a page, with what it rests on and its CQL. It holds no patient
 * data, and whoever sees a card may read the rules behind it.
 */
@RestController
final class ContentController {
    private static final String PAGE_MAY =
            "default-src 'none'; style-src 'self'; img-src data:; " + SafetyHeaders.IN_NO_FRAME;

    /** How publications are named in texts, and where they are. */
    private static final List<Publication> PUBLICATIONS = List.of(
            new Publication("(https?://[^\\s<>&;]+)", "$1"),
            new Publication("doi:(10\\.[^\\s<>&,;]+[^\\s<>&,;.])", "https://doi.org/$1"),
            new Publication("PMID (\\d+)", "https://pubmed.ncbi.nlm.nih.gov/$1/"),
            new Publication("(PMC\\d+)", "https://pmc.ncbi.nlm.nih.gov/articles/$1/"),
            new Publication("(NCT\\d{8})", "https://clinicaltrials.gov/study/$1"));

    private final Content content;

    private record Publication(Pattern name, String url) {
        Publication(String name, String url) {
            this(Pattern.compile(name), url);
        }

        String link(String html) {
            return name.matcher(html).replaceAll("<a href=\"" + url + "\">$0</a>");
        }
    }

    ContentController(Content content) {
        this.content = content;
    }

    /** The shape of a decision. */
    @GetMapping("/content/schema/decision.json")
    JsonNode schema() {
        return DecisionSchema.of(content).json();
    }

    @GetMapping("/content/Library/{name}")
    ResponseEntity<String> library(@PathVariable String name) {
        Resource library = content.libraryResources().stream()
                .filter(one -> one.hasText("name", name))
                .findFirst()
                .orElseThrow(() -> new NotFound("no such library: the content has "
                        + content.libraryResources().stream()
                                .map(one -> one.text("name").orElse(""))
                                .toList()));
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .header(SafetyHeaders.POLICY, PAGE_MAY)
                .body(page(library));
    }

    private String page(Resource library) {
        StringBuilder html = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>TITLE</title>
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="/therapy-fit.css">
                </head>
                <body>
                <main>
                <h1>TITLE</h1>
                """.replace("TITLE", text(library, "title")));
        html.append("<p>").append(text(library, "description")).append("</p>\n<p>Version ");
        html.append(text(library, "version")).append(" of the content, SHA-256 <code>");
        html.append(content.sha256(), 0, 12).append("</code></p>\n");
        List<Element> artifacts = library.all("relatedArtifact");
        if (!artifacts.isEmpty()) {
            html.append("<h2>What it rests on</h2>\n<ul>\n");
            artifacts.forEach(
                    artifact -> html.append("<li>").append(artifact(artifact)).append("</li>\n"));
            html.append("</ul>\n");
        }
        content.libraries().stream()
                .filter(source -> library.hasText("name", source.name()))
                .map(CqlSource::text)
                .forEach(cql -> html.append("<h2 id=\"rules\">Its rules (CQL)</h2>\n"
                                + "<pre tabindex=\"0\" role=\"region\" aria-labelledby=\"rules\">")
                        .append(linked(text(cql)))
                        .append("</pre>\n"));
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private String artifact(Element artifact) {
        if (artifact.has("resource")) {
            String canonical = artifact.text("resource").orElse("").split("[|]", 2)[0];
            return content.libraryResource(canonical)
                    .map(library -> "<a href=\"" + text(library, "name") + "\">" + text(library, "title") + "</a>: "
                            + text(library, "description"))
                    .orElse(text(canonical));
        }
        String label = artifact.has("display") ? text(artifact, "display") : text(artifact, "citation");
        return artifact.has("url") ? "<a href=\"" + text(artifact, "url") + "\">" + label + "</a>" : linked(label);
    }

    private static String linked(String html) {
        String linked = html;
        for (Publication publication : PUBLICATIONS) {
            linked = publication.link(linked);
        }
        return linked;
    }

    private static String text(Element element, String name) {
        return text(element.text(name).orElse(""));
    }

    private static String text(String plain) {
        return HtmlUtils.htmlEscape(plain);
    }
}
