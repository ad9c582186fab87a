package dev.therapyfit.web;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.web.LibraryView.Piece;
import dev.therapyfit.web.LibraryView.Source;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * The source that cards name: a library of the content as a page, with what it rests on and its CQL. It holds no patient
 * data, and whoever sees a card may read the rules behind it.
 */
@RestController
final class ContentController {
    private static final int SHORT_DIGEST = 12;

    private final CurrentContent current;

    private final PageTemplates templates;

    ContentController(CurrentContent current, PageTemplates templates) {
        this.current = current;
        this.templates = templates;
    }

    /** The shape of a decision. */
    @GetMapping("/content/schema/decision.json")
    JsonNode schema() {
        return current.get().schema().json();
    }

    @GetMapping("/content/Library/{name}")
    ResponseEntity<String> library(@PathVariable String name, PageWords words) {
        Content content = current.get().content();
        Resource library = content.libraryResources().stream()
                .filter(one -> one.hasText("name", name))
                .findFirst()
                .orElseThrow(() -> new NotFound("no such library: the content has "
                        + content.libraryResources().stream()
                                .map(one -> one.text("name").orElse(""))
                                .toList()));
        return ResponseEntity.ok()
                .contentType(Pages.HTML)
                .varyBy(HttpHeaders.ACCEPT_LANGUAGE)
                .header(SafetyHeaders.POLICY, SafetyHeaders.OF_A_PAGE)
                .body(templates.rendered("library.jte", view(content, library, words)));
    }

    private static LibraryView view(Content content, Resource library, PageWords words) {
        return new LibraryView(
                words,
                text(library, "title"),
                text(library, "description"),
                text(library, "version"),
                content.sha256().substring(0, SHORT_DIGEST),
                library.all("relatedArtifact").stream()
                        .map(artifact -> source(content, artifact))
                        .toList(),
                content.libraries().stream()
                        .filter(source -> library.hasText("name", source.name()))
                        .map(CqlSource::text)
                        .flatMap(cql -> Publications.in(cql).stream())
                        .toList());
    }

    private static Source source(Content content, Element artifact) {
        if (artifact.has("resource")) {
            String canonical = text(artifact, "resource").split("[|]", 2)[0];
            return content.libraryResource(canonical)
                    .map(library -> new Source(
                            List.of(new Piece(text(library, "title"), text(library, "name"))),
                            text(library, "description")))
                    .orElseGet(() -> new Source(List.of(new Piece(canonical, "")), ""));
        }
        String label = artifact.has("display") ? text(artifact, "display") : text(artifact, "citation");
        return new Source(
                artifact.has("url") ? List.of(new Piece(label, text(artifact, "url"))) : Publications.in(label), "");
    }

    private static String text(Element element, String name) {
        return element.text(name).orElse("");
    }
}
