package dev.therapyfit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.R4;
import dev.therapyfit.app.ContentCheck;
import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.publication.Publication;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PublishCommandTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Content CONTENT = PackagedContent.read();

    @TempDir
    static Path out;

    private static JsonNode bundle;

    @BeforeAll
    static void publish() throws Exception {
        assertThat(published("--out", out.toString(), "--at", "2026-06-15T09:00:00Z"))
                .contains("Library: 17", "PlanDefinition: 3", "Questionnaire: 27");
        bundle = JSON.readTree(Files.readAllBytes(out.resolve("bundle.json")));
    }

    /** A share of the value sets, since the validator takes half a minute for all: {@code -Dcases.every=1}. */
    @Test
    void it_is_valid_r4() {
        int every = Integer.getInteger("cases.every", 10);
        JsonNode share = bundle.deepCopy();
        int seen = 0;
        for (var entries = share.path("entry").iterator(); entries.hasNext(); ) {
            boolean isValueSet =
                    entries.next().at("/resource/resourceType").stringValue().equals("ValueSet");
            if (isValueSet && seen++ % every != 0) {
                entries.remove();
            }
        }

        assertThat(share.path("entry").size()).isGreaterThan(50);
        assertThat(R4.errors(share.toString())).isEmpty();
    }

    @Test
    void a_library_has_its_cql_and_elm_and_a_value_set_its_expansion() {
        JsonNode library = resource("Library", "TherapyFitOutcome");
        assertThat(library.path("content"))
                .extracting(one -> one.path("contentType").stringValue())
                .containsExactly("text/cql", "application/elm+json");
        assertThat(new String(
                        Base64.getDecoder().decode(library.at("/content/0/data").stringValue()),
                        StandardCharsets.UTF_8))
                .isEqualTo(CONTENT.library("TherapyFitOutcome").text());
        JsonNode closed = resource("ValueSet", "order-msc").path("expansion");
        assertThat(closed.path("total").intValue())
                .isEqualTo(closed.path("contains").size())
                .isPositive();
        assertThat(closed.has("extension")).isFalse();
    }

    @Test
    void an_expansion_that_may_lack_codes_says_so() {
        long open = 0;
        for (JsonNode entry : bundle.path("entry")) {
            JsonNode expansion = entry.at("/resource/expansion");
            boolean isOpen = expansion.has("extension");
            open += isOpen ? 1 : 0;
            assertThat(expansion.has("total")).isEqualTo(!expansion.isMissingNode() && !isOpen);
            if (entry.at("/resource/compose").toString().contains("\"filter\"")) {
                assertThat(isOpen).as(entry.path("fullUrl").stringValue()).isTrue();
            }
        }
        assertThat(open).isPositive();
    }

    @Test
    void content_that_was_published_is_the_same_content_again() {
        Content again = Content.of(Publication.contentFiles(bundle));

        assertThat(ContentCheck.of(again).problems()).isEmpty();
        assertThat(again.librariesSha256()).isEqualTo(CONTENT.librariesSha256());
        for (String folder : new String[] {"input/resources/", "input/vocabulary/", "input/schema/"}) {
            SortedMap<String, JsonNode> before = json(CONTENT.filesUnder(folder));
            assertThat(json(again.filesUnder(folder))).isEqualTo(before);
        }
    }

    @Test
    void its_workspace_is_the_content_with_expansions_that_name_the_codes_of_the_test_cases(@TempDir Path folder)
            throws Exception {
        published("--content", "../cql", "--out", folder.toString(), "--workspace");

        Content workspace = Content.readPartly(folder.resolve("workspace"));
        ContentCheck check = ContentCheck.of(workspace);
        assertThat(check.problems()).isEmpty();
        assertThat(workspace.librariesSha256()).isEqualTo(CONTENT.librariesSha256());
        Terminology terminology = check.requireNone().terminology();
        int named = 0;
        for (Resource valueSet : workspace.valueSets()) {
            String file = workspace.file(valueSet);
            JsonNode json = JSON.readTree(workspace.bytes(file));
            Set<Terminology.Code> expanded = new HashSet<>();
            json.at("/expansion/contains")
                    .forEach(one -> expanded.add(new Terminology.Code(
                            one.path("system").stringValue(), one.path("code").stringValue())));
            assertThat(expanded).as(file).isNotEmpty();
            for (Case about : check.cases()) {
                for (Terminology.Code told : codes(about)) {
                    if (terminology.contains(json.path("url").stringValue(), told.system(), told.code())) {
                        assertThat(expanded).as(file).contains(told);
                        named++;
                    }
                }
            }
        }
        assertThat(named).isGreaterThan(1_000);
    }

    /** What the command says; it has to succeed. */
    private static String published(String... options) {
        StringWriter said = new StringWriter();
        String[] arguments =
                Stream.concat(Stream.of("publish"), Stream.of(options)).toArray(String[]::new);
        int code = Commands.run(new PrintWriter(said), new PrintWriter(said), arguments);
        assertThat(code).as(said.toString()).isZero();
        return said.toString();
    }

    private static Set<Terminology.Code> codes(Case about) {
        return about.resources().stream()
                .flatMap(resource -> resource.first("code").stream())
                .flatMap(concept -> concept.all("coding").stream())
                .filter(coding ->
                        coding.text("system").isPresent() && coding.text("code").isPresent())
                .map(coding -> new Terminology.Code(
                        coding.text("system").orElseThrow(), coding.text("code").orElseThrow()))
                .collect(Collectors.toSet());
    }

    private static SortedMap<String, JsonNode> json(SortedMap<String, byte[]> files) {
        SortedMap<String, JsonNode> read = new TreeMap<>();
        files.forEach((path, bytes) -> read.put(path, JSON.readTree(bytes)));
        return read;
    }

    @Test
    void the_package_holds_the_same_resources_with_manifest_and_index() throws Exception {
        SortedMap<String, JsonNode> files = new TreeMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(
                new ByteArrayInputStream(Files.readAllBytes(out.resolve("package.tgz")))))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), JSON.readTree(tar.readAllBytes()));
            }
        }

        assertThat(files).hasSize(bundle.path("entry").size() + 2);
        JsonNode manifest = Objects.requireNonNull(files.get("package/package.json"));
        assertThat(manifest.path("name").stringValue()).isEqualTo("dev.therapyfit.therapyfit");
        assertThat(manifest.path("canonical").stringValue()).isEqualTo("https://therapyfit.dev/fhir");
        assertThat(manifest.at("/fhirVersions/0").stringValue()).isEqualTo("4.0.1");
        assertThat(files.get("package/ValueSet-order-msc.json")).isEqualTo(resource("ValueSet", "order-msc"));
        assertThat(Objects.requireNonNull(files.get("package/.index.json")).path("files"))
                .hasSize(bundle.path("entry").size());
    }

    @Test
    void content_with_a_problem_is_not_published(@TempDir Path folder) throws Exception {
        Path content = folder.resolve("content");
        Files.createDirectories(content.resolve("input/cql"));
        Files.writeString(content.resolve("input/cql/Wrong.cql"), "library Wrong version '1'\ndefine X: Y");
        StringWriter said = new StringWriter();

        int code = Commands.run(
                new PrintWriter(said),
                new PrintWriter(said),
                "publish",
                "--content",
                content.toString(),
                "--out",
                folder.resolve("out").toString());

        assertThat(code).isEqualTo(Commands.FAILED);
        assertThat(said.toString()).contains("input/cql/Wrong.cql:2:", "Nothing is published");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private static JsonNode resource(String type, String id) {
        return bundle.path("entry")
                .valueStream()
                .map(entry -> entry.path("resource"))
                .filter(resource -> resource.path("resourceType").asString("").equals(type)
                        && resource.path("id").asString("").equals(id))
                .findFirst()
                .orElseThrow();
    }
}
