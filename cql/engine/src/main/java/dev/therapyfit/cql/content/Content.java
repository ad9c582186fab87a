package dev.therapyfit.cql.content;

import dev.therapyfit.cql.digest.Sha256;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.fhir.Unreadable;
import dev.therapyfit.cql.fhir.UnreadableResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The content pack, immutable: what lies under {@code input/} of an IG-style folder, read and parsed once. Two
 * contents with the same files have the same {@link #sha256()}, whatever they were read from.
 */
public final class Content {
    /** Where a packaged content keeps its libraries as ELM. */
    public static final String ELM = "elm/";

    /** The file there that says of which CQL they were made: {@link #librariesSha256()}. */
    public static final String ELM_SOURCES = "sources.sha256";

    /** Follows a path and a file in the digest. */
    private static final byte[] END = {0};

    private static final Pattern LIBRARY =
            Pattern.compile("(?m)^\\s*library\\s+\"?([A-Za-z0-9-]+)\"?\\s+version\\s+'([^']+)'");

    /** The library that comes with the engine. */
    private static final String FHIR_HELPERS = "FHIRHelpers";

    private static final String CASES = "input/tests/";
    private static final String EXPECTED = "expected/";

    /** How Jackson tells a key that an object has twice. */
    private static final Pattern TWICE = Pattern.compile("^Duplicate .*property \"([^\"]*)\"");

    private static final int LONGEST_STRING = 1_000_000;
    private static final ResourceReader READER = new ResourceReader(LONGEST_STRING);
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final SortedMap<String, byte[]> files;
    private final List<CqlSource> libraries;
    private final List<Resource> resources;
    private final IdentityHashMap<Resource, String> places;
    private final String sha256;
    private final List<ContentProblem> problems;

    private Content(
            List<ContentProblem> problems,
            SortedMap<String, byte[]> files,
            List<CqlSource> libraries,
            IdentityHashMap<Resource, String> places,
            List<Resource> resources,
            String sha256) {
        this.problems = List.copyOf(problems);
        this.files = files;
        this.libraries = libraries;
        this.places = places;
        this.resources = resources;
        this.sha256 = sha256;
    }

    /**
     * Reads a folder.
     *
     * @param root the folder that holds {@code input/}
     * @throws ContentException if it holds no content, or a file of it cannot be read as what its place says
     */
    public static Content read(Path root) {
        return readPartly(root).requireWhole();
    }

    /**
     * Reads of a folder what can be read; {@link #problems()} says what cannot.
     *
     * @throws ContentException if it holds no content
     */
    public static Content readPartly(Path root) {
        requireIn(root);
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (String part : List.of("input", "expected")) {
            if (Files.isDirectory(root.resolve(part))) {
                readTree(root, root.resolve(part), files);
            }
        }
        return partlyOf(files);
    }

    /**
     * Looks whether a folder holds a content, and reads nothing of it.
     *
     * @throws ContentException if it holds none
     */
    public static void requireIn(Path root) {
        if (!isIn(root)) {
            throw new ContentException(
                    List.of(new ContentProblem(root.toString(), 0, 0, "no content here: expected a folder input/")));
        }
    }

    /** True if a folder holds {@code input/}. */
    public static boolean isIn(Path root) {
        return Files.isDirectory(root.resolve("input"));
    }

    private static void readTree(Path root, Path tree, SortedMap<String, byte[]> into) {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                into.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes files that were read elsewhere, for example from the class path.
     *
     * @param files bytes by path, for example {@code input/cql/TherapyFit.cql}
     * @throws ContentException if a file cannot be read as what its place says
     */
    public static Content of(Map<String, byte[]> files) {
        return partlyOf(files).requireWhole();
    }

    private Content requireWhole() {
        if (!problems.isEmpty()) {
            throw new ContentException(problems);
        }
        return this;
    }

    /** What can be read of the files; {@link #problems()} says what cannot. */
    public static Content partlyOf(Map<String, byte[]> files) {
        SortedMap<String, byte[]> sorted = new TreeMap<>(files);
        List<ContentProblem> problems = new ArrayList<>();
        List<CqlSource> libraries = new ArrayList<>();
        List<Resource> resources = new ArrayList<>();
        IdentityHashMap<Resource, String> places = new IdentityHashMap<>();
        Sha256 digest = new Sha256();
        sorted.forEach((path, bytes) -> {
            if (path.startsWith(CASES) || path.startsWith(EXPECTED) || path.startsWith(ELM)) {
                return;
            }
            digest.add(path.getBytes(StandardCharsets.UTF_8))
                    .add(END)
                    .add(bytes)
                    .add(END);
            if (path.endsWith(".cql")) {
                library(path, new String(bytes, StandardCharsets.UTF_8), problems)
                        .filter(library -> isFirst(library, libraries, problems))
                        .ifPresent(libraries::add);
            } else if (path.endsWith(".json") && isResourceFile(path)) {
                resource(path, bytes, problems).ifPresent(resource -> {
                    resources.add(resource);
                    places.put(resource, path);
                });
            }
        });
        if (libraries.isEmpty()) {
            problems.add(new ContentProblem("input/cql", 0, 0, "no CQL library found"));
        }
        return new Content(problems, sorted, List.copyOf(libraries), places, List.copyOf(resources), digest.hex());
    }

    /**
     * The same content with some files changed.
     *
     * @throws ContentException as {@link #of} does
     */
    public Content with(Map<String, byte[]> changed) {
        SortedMap<String, byte[]> all = new TreeMap<>(files);
        all.putAll(changed);
        return of(all);
    }

    private static boolean isFirst(CqlSource library, List<CqlSource> before, List<ContentProblem> problems) {
        Optional<CqlSource> other =
                before.stream().filter(one -> one.name().equals(library.name())).findFirst();
        other.ifPresent(one -> problems.add(new ContentProblem(
                library.file(), 1, 1, "library " + library.name() + " is already in " + one.file())));
        return other.isEmpty();
    }

    private static boolean isResourceFile(String path) {
        return path.startsWith("input/resources/") || path.startsWith("input/vocabulary/");
    }

    private static Optional<CqlSource> library(String path, String text, List<ContentProblem> problems) {
        Matcher matcher = LIBRARY.matcher(text);
        if (!matcher.find()) {
            problems.add(new ContentProblem(path, 1, 1, "expected a declaration: library <Name> version '<version>'"));
            return Optional.empty();
        }
        String name = matcher.group(1);
        if (!path.endsWith("/" + name + ".cql")) {
            problems.add(new ContentProblem(path, 1, 1, "library " + name + " must lie in a file of its name"));
            return Optional.empty();
        }
        return Optional.of(new CqlSource(name, matcher.group(2), path, text));
    }

    /** A file as JSON; empty if it is none, or has a key twice, which is then told at its place. */
    static Optional<JsonNode> json(String path, byte[] bytes, List<ContentProblem> problems) {
        try {
            return Optional.of(JSON.readTree(bytes));
        } catch (JacksonException e) {
            TokenStreamLocation place = e.getLocation();
            boolean isPlaced = place != null && place.getLineNr() > 0;
            Matcher twice = TWICE.matcher(String.valueOf(e.getOriginalMessage()));
            problems.add(new ContentProblem(
                    path,
                    isPlaced ? place.getLineNr() : 1,
                    isPlaced ? place.getColumnNr() : 1,
                    twice.find() ? "the key " + twice.group(1) + " is there twice" : "not JSON"));
            return Optional.empty();
        }
    }

    /**
     * A resource of a file; without the expansion of a value set, which follows from the rest.
     *
     * @param path the file, for problems
     * @param problems takes why it cannot be read, and where in it
     */
    public static Optional<Resource> resource(String path, byte[] bytes, List<ContentProblem> problems) {
        try {
            Optional<JsonNode> json = json(path, bytes, problems);
            json.filter(ObjectNode.class::isInstance).ifPresent(root -> ((ObjectNode) root).remove("expansion"));
            return json.isEmpty() ? Optional.empty() : Optional.of(READER.read(json.get()));
        } catch (UnreadableResource e) {
            Unreadable fault = e.unreadable();
            problems.add(
                    new JsonPlaces(bytes).problem(path, fault.element(), "not a FHIR R4 resource: " + fault.reason()));
        }
        return Optional.empty();
    }

    /** What of the content cannot be read at all, each file at its place. */
    public List<ContentProblem> problems() {
        return problems;
    }

    /** True if something of this name, URL or id is in none of the resources, but may be in a file that cannot be read. */
    public boolean mayDefine(String name) {
        return problems.stream()
                .map(problem -> files.getOrDefault(problem.file(), new byte[0]))
                .anyMatch(bytes -> new String(bytes, StandardCharsets.UTF_8).contains('"' + name + '"'));
    }

    /** Libraries that others include, and that are not in the content as CQL that can be read. */
    public Set<String> missingLibraries() {
        Set<String> missing = libraries.stream()
                .flatMap(library -> library.includes().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        libraries.forEach(library -> missing.remove(library.name()));
        missing.remove(FHIR_HELPERS);
        return missing;
    }

    /**
     * A problem of a resource.
     *
     * @param path the element, for example {@code compose.include[0].concept[3].code}; empty for the whole
     */
    public ContentProblem problem(Resource resource, String path, String message) {
        String file = file(resource);
        return new JsonPlaces(Objects.requireNonNull(files.get(file))).problem(file, path, message);
    }

    public List<CqlSource> libraries() {
        return libraries;
    }

    /** Every library, each after those that it includes. */
    public List<CqlSource> librariesByDependency() {
        Map<String, CqlSource> ordered = new LinkedHashMap<>();
        libraries.forEach(library -> addByDependency(library, new HashSet<>(), ordered));
        return List.copyOf(ordered.values());
    }

    private void addByDependency(CqlSource library, Set<String> seen, Map<String, CqlSource> ordered) {
        if (ordered.containsKey(library.name()) || !seen.add(library.name())) {
            return;
        }
        for (String included : library.includes()) {
            libraries.stream()
                    .filter(candidate -> candidate.name().equals(included))
                    .forEach(candidate -> addByDependency(candidate, seen, ordered));
        }
        ordered.put(library.name(), library);
    }

    /** The library of that name, or a {@link ContentException} that says it is missing. */
    public CqlSource library(String name) {
        return libraries.stream()
                .filter(library -> library.name().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    String file = "input/cql/" + name + ".cql";
                    return new ContentException(
                            files.containsKey(file)
                                    ? problems
                                    : List.of(new ContentProblem(file, 0, 0, "this library is missing")));
                });
    }

    /**
     * The library that the plan definitions name; its expressions are what the content is evaluated for.
     *
     * @throws ContentException if they name none or several, or one that is missing
     */
    public CqlSource mainLibrary() {
        Set<String> names = new LinkedHashSet<>();
        List<Resource> plans = planDefinitions();
        plans.forEach(plan -> plan.all("library").forEach(library -> names.add(libraryName(library))));
        if (names.size() == 1) {
            return library(names.iterator().next());
        }
        List<ContentProblem> found = new ArrayList<>();
        List<String> known = names.stream().filter(this::hasLibrary).toList();
        for (Resource plan : plans) {
            List<Element> named = plan.all("library");
            for (int i = 0; i < named.size(); i++) {
                String name = libraryName(named.get(i));
                if (known.size() > 1) {
                    found.add(problem(
                            plan,
                            "library[" + i + "]",
                            "expected plan definitions that all name one library, got " + names));
                } else if (!known.contains(name)) {
                    found.add(problem(plan, "library[" + i + "]", "library " + name + " is not in input/cql"));
                }
            }
        }
        if (names.isEmpty() && problems.isEmpty()) {
            found.add(new ContentProblem(
                    "input/resources/plandefinition",
                    0,
                    0,
                    "expected plan definitions that all name one library, got none"));
        }
        throw new ContentException(found);
    }

    private static String libraryName(Element canonical) {
        String url = canonical.text().orElse("").split("[|]", 2)[0];
        return url.substring(url.lastIndexOf('/') + 1);
    }

    private boolean hasLibrary(String name) {
        return libraries.stream().anyMatch(library -> library.name().equals(name));
    }

    public List<Resource> planDefinitions() {
        return resources("PlanDefinition");
    }

    public List<Resource> valueSets() {
        return resources("ValueSet");
    }

    public List<Resource> codeSystems() {
        return resources("CodeSystem");
    }

    public List<Resource> conceptMaps() {
        return resources("ConceptMap");
    }

    public List<Resource> libraryResources() {
        return resources("Library");
    }

    /** The Library resource of that canonical URL, without a version. */
    public Optional<Resource> libraryResource(String url) {
        return libraryResources().stream()
                .filter(library -> library.hasText("url", url))
                .findFirst();
    }

    /** Its resources of a type. */
    public List<Resource> resources(String type) {
        return resources.stream().filter(resource -> resource.isOf(type)).toList();
    }

    /**
     * The path inside the content that a resource was read from.
     *
     * @param resource one that this content gave
     * @throws IllegalArgumentException if it is no resource of this content
     */
    public String file(Resource resource) {
        String place = places.get(resource);
        if (place == null) {
            throw new IllegalArgumentException("a resource that is not of this content");
        }
        return place;
    }

    /** SHA-256 over paths and bytes of everything that can change a decision; cases do not count. */
    public String sha256() {
        return sha256;
    }

    /** SHA-256 over the CQL of all libraries. */
    public String librariesSha256() {
        Sha256 digest = new Sha256();
        libraries.forEach(library -> digest.addPart(library.name()).addPart(library.text()));
        return digest.hex();
    }

    /** ELM of each library as JSON, where it was packaged with the content and was made of the same CQL; else nothing. */
    public SortedMap<String, byte[]> elm() {
        SortedMap<String, byte[]> elm = filesUnder(ELM);
        byte[] sources = elm.remove(ELM + ELM_SOURCES);
        boolean same = sources != null && librariesSha256().equals(new String(sources, StandardCharsets.UTF_8).strip());
        return same ? elm : new TreeMap<>();
    }

    /** What the file with this path holds; null if there is none. */
    public byte @Nullable [] bytes(String path) {
        return files.get(path);
    }

    /** Files whose path starts with {@code prefix}, in order of their paths. */
    public SortedMap<String, byte[]> filesUnder(String prefix) {
        SortedMap<String, byte[]> found = new TreeMap<>();
        files.tailMap(prefix).entrySet().stream()
                .takeWhile(file -> file.getKey().startsWith(prefix))
                .forEach(file -> found.put(file.getKey(), file.getValue()));
        return found;
    }
}
