package dev.therapyfit.authoring.publication;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.CqlSource;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A content as FHIR R4 resources: its files as they are, the libraries with their CQL, their ELM and, for the main one, the
 * decision's schema, the value sets with expansions. Test cases are not published.
 */
public final class Publication {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String CQL = "text/cql";
    private static final String ELM = "application/elm+json";
    private static final String SCHEMA = "application/schema+json";

    /** References of all resources of a publication, in its main library: what a server has besides was retired. */
    private static final String MANIFEST = "application/vnd.therapyfit.manifest+json";

    private static final String CONTENT = "content";
    private static final String LIBRARY = "Library";
    private static final String TESTS = "input/tests/";
    private static final List<String> FOLDERS = List.of("input/resources/", "input/vocabulary/");
    private static final Set<String> NO_VOCABULARY = Set.of("Library", "PlanDefinition", "Questionnaire");

    /** System of the tag of what is published; its code is the main library's name. */
    public static final String TAG = "https://therapyfit.dev/fhir/CodeSystem/publication";

    /** Types of the resources of a content. */
    public static final List<String> TYPES =
            List.of(LIBRARY, "PlanDefinition", "Questionnaire", "ValueSet", "CodeSystem", "ConceptMap");

    private final SortedMap<String, ObjectNode> resources;
    private final CqlSource main;
    private final String canonical;
    private final Instant at;

    private Publication(SortedMap<String, ObjectNode> resources, CqlSource main, String canonical, Instant at) {
        this.resources = resources;
        this.main = main;
        this.canonical = canonical;
        this.at = at;
    }

    /**
     * Of a content.
     *
     * @param evaluator the content, compiled
     * @param at when it is published
     */
    public static Publication of(Content content, CqlEvaluator evaluator, Instant at) {
        SortedMap<String, String> elm = evaluator.elm();
        Expansion expansion = new Expansion(content, evaluator.terminology(), Set.of(), at);
        CqlSource main = content.mainLibrary();
        SortedMap<String, ObjectNode> resources = new TreeMap<>();
        String canonical = "";
        for (String folder : FOLDERS) {
            for (byte[] file : content.filesUnder(folder).values()) {
                ObjectNode resource = JSON.readTree(file).asObject();
                resources.put(reference(resource), resource);
            }
        }
        for (Resource valueSet : content.valueSets()) {
            resource(resources, valueSet).set("expansion", expansion.of(valueSet));
        }
        for (Resource library : content.libraryResources()) {
            ArrayNode attachments = resource(resources, library).putArray(CONTENT);
            for (CqlSource source : content.libraries()) {
                if (library.hasText("name", source.name())) {
                    attach(attachments, CQL, source.text());
                    attach(attachments, ELM, elm.getOrDefault(source.name(), ""));
                }
            }
            if (library.hasText("name", main.name())) {
                attach(attachments, SCHEMA, DecisionSchema.of(content).json().toString());
                ArrayNode all = JSON.createArrayNode();
                resources.keySet().forEach(all::add);
                attach(attachments, MANIFEST, all.toString());
                canonical = library.text("url").orElse("").replaceFirst("/" + LIBRARY + "/.*$", "");
            }
        }
        // By the tag a FHIR server finds them among what else it has.
        resources.values().forEach(resource -> resource.putObject("meta")
                .putArray("tag")
                .addObject()
                .put("system", TAG)
                .put("code", main.name()));
        return new Publication(resources, main, canonical, at);
    }

    /**
     * The content's own files for tools that evaluate CQL and no filters, such as the CQL extension of VS Code: its value sets
     * have expansions beside their filters, which name all codes that the test cases have.
     *
     * @param evaluator the content, compiled
     * @param at when it is written
     */
    public static SortedMap<String, byte[]> workspace(Content content, CqlEvaluator evaluator, Instant at) {
        Set<Terminology.Code> known = new HashSet<>();
        content.filesUnder(TESTS).values().forEach(file -> collect(JSON.readTree(file), known));
        Expansion expansion = new Expansion(content, evaluator.terminology(), known, at);
        SortedMap<String, byte[]> files = new TreeMap<>(content.filesUnder(""));
        for (Resource valueSet : content.valueSets()) {
            String file = content.file(valueSet);
            ObjectNode json = JSON.readTree(files.get(file)).asObject();
            json.set("expansion", expansion.of(valueSet));
            files.put(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        }
        return files;
    }

    private static void collect(JsonNode element, Set<Terminology.Code> codes) {
        String code = element.path("code").asString("");
        if (element.has("system") && !code.isEmpty()) {
            codes.add(new Terminology.Code(element.path("system").asString(""), code));
        }
        element.forEach(inner -> collect(inner, codes));
    }

    private static ObjectNode resource(Map<String, ObjectNode> resources, Resource of) {
        ObjectNode found = resources.get(of.reference());
        if (found == null) {
            throw new IllegalStateException("a resource without an id: " + of.reference());
        }
        return found;
    }

    private static void attach(ArrayNode attachments, String type, String text) {
        attachments
                .addObject()
                .put("contentType", type)
                .put("data", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String reference(JsonNode resource) {
        return resource.path("resourceType").asString("") + "/"
                + resource.path("id").asString("");
    }

    /** All resources, by {@code type/id}. */
    public SortedMap<String, ObjectNode> resources() {
        return Collections.unmodifiableSortedMap(resources);
    }

    /** A transaction that writes each resource under its id. */
    public ObjectNode bundle() {
        ObjectNode bundle = JSON.createObjectNode();
        bundle.put("resourceType", "Bundle").put("type", "transaction").put("timestamp", at.toString());
        ArrayNode entries = bundle.putArray("entry");
        resources.forEach((reference, resource) -> {
            ObjectNode entry = entries.addObject();
            entry.put("fullUrl", "urn:uuid:" + UUID.nameUUIDFromBytes(reference.getBytes(StandardCharsets.UTF_8)));
            entry.set("resource", resource);
            entry.putObject("request").put("method", "PUT").put("url", reference);
        });
        return bundle;
    }

    /** The files of a FHIR NPM package, by their paths in it. */
    public SortedMap<String, byte[]> packageFiles() {
        SortedMap<String, byte[]> files = new TreeMap<>();
        ObjectNode index = JSON.createObjectNode().put("index-version", 2);
        ArrayNode listed = index.putArray("files");
        resources.forEach((reference, resource) -> {
            String name = reference.replace('/', '-') + ".json";
            files.put("package/" + name, JSON.writeValueAsBytes(resource));
            ObjectNode line = listed.addObject().put("filename", name);
            for (String field : List.of("resourceType", "id", "url", "version")) {
                line.set(field, resource.path(field));
            }
        });
        files.put("package/.index.json", JSON.writeValueAsBytes(index));
        files.put("package/package.json", JSON.writeValueAsBytes(manifest()));
        return files;
    }

    private ObjectNode manifest() {
        ObjectNode manifest = JSON.createObjectNode();
        manifest.put("name", packageName());
        manifest.put("version", main.version());
        manifest.put("canonical", canonical);
        manifest.put("url", canonical);
        manifest.put("title", main.name());
        manifest.put("description", "Clinical decision support content: " + main.name());
        manifest.put("type", "Conformance");
        manifest.put("license", "Apache-2.0");
        manifest.put("author", URI.create(canonical).getHost());
        manifest.putArray("fhirVersions").add("4.0.1");
        manifest.putObject("dependencies").put("hl7.fhir.r4.core", "4.0.1");
        return manifest;
    }

    /** The host of its canonical URLs from behind, then the main library: {@code org.example.somelibrary}. */
    private String packageName() {
        List<String> host =
                new ArrayList<>(List.of(URI.create(canonical).getHost().split("[.]")));
        Collections.reverse(host);
        return String.join(".", host) + "." + main.name().toLowerCase(Locale.ROOT);
    }

    /**
     * The files of a content that was published, by their paths in it: what {@link Content#of} reads.
     *
     * @param published any Bundle of a publication's resources, such as one that a FHIR server gives back
     * @throws IllegalArgumentException if some of them are missing
     */
    public static SortedMap<String, byte[]> contentFiles(JsonNode published) {
        SortedMap<String, byte[]> files = new TreeMap<>();
        Set<String> manifest = manifest(published);
        boolean isListed = !manifest.isEmpty();
        for (JsonNode entry : published.path("entry")) {
            if (!(entry.path("resource").deepCopy() instanceof ObjectNode resource)) {
                continue;
            }
            if (isListed && !manifest.remove(reference(resource))) {
                continue;
            }
            String type = resource.path("resourceType").asString("");
            if (type.equals(LIBRARY)) {
                for (JsonNode attachment : resource.path(CONTENT)) {
                    unpack(resource.path("name").asString(""), attachment, files);
                }
                resource.remove(CONTENT);
            }
            resource.remove(List.of("expansion", "meta")); // what a publication and a server add
            String folder = NO_VOCABULARY.contains(type) ? FOLDERS.get(0) : FOLDERS.get(1);
            files.put(
                    folder + type.toLowerCase(Locale.ROOT) + "/"
                            + resource.path("id").asString("") + ".json",
                    JSON.writeValueAsBytes(resource));
        }
        if (!manifest.isEmpty()) {
            throw new IllegalArgumentException("not all of a publication: " + manifest + " is missing");
        }
        return files;
    }

    /** References of what belongs to it; empty if it does not say. */
    private static Set<String> manifest(JsonNode published) {
        return published
                .path("entry")
                .valueStream()
                .flatMap(entry -> entry.path("resource").path(CONTENT).valueStream())
                .filter(attachment ->
                        attachment.path("contentType").asString("").equals(MANIFEST))
                .map(attachment ->
                        Base64.getDecoder().decode(attachment.path("data").asString("")))
                .flatMap(bytes -> JSON.readTree(bytes).valueStream())
                .map(JsonNode::asString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void unpack(String library, JsonNode attachment, SortedMap<String, byte[]> files) {
        byte[] data = Base64.getDecoder().decode(attachment.path("data").asString(""));
        switch (attachment.path("contentType").asString("")) {
            case CQL -> files.put("input/cql/" + library + ".cql", data);
            case SCHEMA -> files.put("input/schema/decision.json", data);
            default -> {
                // ELM is made of the CQL
            }
        }
    }
}
