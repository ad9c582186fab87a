package dev.therapyfit.cql.cases;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.parser.StrictErrorHandler;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.record.PatientRecord;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Reads the cases of a content: for each {@code expected/NAME.yaml} the resources in {@code
 * input/tests/Library/TherapyFit/NAME/}, one to a file.
 */
public final class Cases {
    private static final String RESOURCES = "input/tests/Library/TherapyFit/";
    private static final String EXPECTED = "expected/";
    private static final String SUFFIX = ".yaml";
    private static final List<String> KEYS = List.of(
            "case",
            "title",
            "at",
            "jurisdiction",
            "selections",
            "unread",
            "outcome",
            "reason",
            "provisional",
            "deciding",
            "criteria",
            "preference",
            "gates",
            "excluded",
            "concordance",
            "leftOut",
            "note");

    private Cases() {}

    /**
     * All cases, sorted by name.
     *
     * @throws ContentException with every problem found: a file that cannot be read, a key that is missing or unknown,
     *     resources without an expectation or the other way round
     */
    public static List<Case> of(Content content) {
        List<ContentProblem> problems = new ArrayList<>();
        List<Case> cases = read(content, name -> true, problems);
        Set<String> texts = content.libraries().stream()
                .flatMap(library -> library.texts().stream())
                .collect(Collectors.toSet());
        Map<String, byte[]> files = content.filesUnder(EXPECTED);
        for (Case one : cases) {
            List<String> unknown = one.expected().unknown(texts);
            if (!unknown.isEmpty()) {
                String path = EXPECTED + one.name() + SUFFIX;
                Expected file = Expected.of(path, Objects.requireNonNull(files.get(path)));
                unknown.forEach(fault -> problems.add(file.problem(fault)));
            }
        }
        if (!problems.isEmpty()) {
            throw new ContentException(problems);
        }
        return cases;
    }

    /**
     * A few cases, evenly spread over the names of all, to practise on. One that cannot be read is passed over.
     *
     * @param most how many at most
     */
    public static List<Case> some(Content content, int most) {
        List<String> names = content.filesUnder(EXPECTED).keySet().stream()
                .filter(path -> path.endsWith(SUFFIX))
                .map(Cases::name)
                .toList();
        return read(content, Set.copyOf(few(names, most))::contains, new ArrayList<>());
    }

    /** A few names, evenly spread over all. */
    public static List<String> few(List<String> names, int most) {
        int few = Math.min(most, names.size());
        return IntStream.range(0, few)
                .mapToObj(i -> names.get(i * names.size() / few))
                .toList();
    }

    private static String name(String path) {
        return path.substring(EXPECTED.length(), path.length() - SUFFIX.length());
    }

    private static List<Case> read(Content content, Predicate<String> wanted, List<ContentProblem> problems) {
        SortedMap<String, List<Resource>> resources = resources(content, wanted, problems);
        List<Case> cases = new ArrayList<>();
        Set<String> expected = new HashSet<>();
        content.filesUnder(EXPECTED).forEach((path, bytes) -> {
            if (!path.endsWith(SUFFIX)) {
                problems.add(problem(path, "expected a file NAME.yaml"));
                return;
            }
            String name = name(path);
            if (!wanted.test(name)) {
                return;
            }
            expected.add(name);
            List<Resource> given = resources.get(name);
            if (given == null) {
                problems.add(problem(path, "no resources in " + RESOURCES + name));
                return;
            }
            Expected file = Expected.of(path, bytes);
            try {
                cases.add(read(name, given, new Keys(yaml(file.yaml()))));
            } catch (IllegalArgumentException | YAMLException e) {
                problems.add(file.problem(e));
            }
        });
        resources.keySet().stream()
                .filter(name -> !expected.contains(name))
                .forEach(name -> problems.add(problem(RESOURCES + name, "no " + EXPECTED + name + SUFFIX)));
        return List.copyOf(cases);
    }

    /** A file of what is expected, and where its keys stand in it. */
    private record Expected(String path, String yaml) {
        static Expected of(String path, byte[] bytes) {
            return new Expected(path, new String(bytes, StandardCharsets.UTF_8));
        }

        ContentProblem problem(Exception fault) {
            return fault instanceof MarkedYAMLException yaml && yaml.getProblemMark() != null
                    ? problem(yaml.getProblemMark(), String.valueOf(yaml.getProblem()))
                    : problem(String.valueOf(fault.getMessage()));
        }

        /** Of a fault that begins with the key that holds it. */
        ContentProblem problem(String fault) {
            Node root = new Yaml().compose(new StringReader(yaml));
            if (root instanceof MappingNode map) {
                for (NodeTuple entry : map.getValue()) {
                    if (entry.getKeyNode() instanceof ScalarNode key && fault.startsWith(key.getValue() + ":")) {
                        return problem(entry.getValueNode().getStartMark(), fault);
                    }
                }
            }
            return new ContentProblem(path, 1, 1, fault);
        }

        private ContentProblem problem(Mark mark, String fault) {
            return new ContentProblem(path, mark.getLine() + 1, mark.getColumn() + 1, fault);
        }
    }

    private static ContentProblem problem(String file, String message) {
        return new ContentProblem(file, 0, 0, message);
    }

    private static SortedMap<String, List<Resource>> resources(
            Content content, Predicate<String> wanted, List<ContentProblem> problems) {
        SortedMap<String, List<Resource>> byCase = new TreeMap<>();
        var parser = FhirContext.forR4Cached().newJsonParser().setParserErrorHandler(new StrictErrorHandler());
        content.filesUnder(RESOURCES).forEach((path, bytes) -> {
            String rest = path.substring(RESOURCES.length());
            int slash = rest.indexOf('/');
            if (slash < 0) {
                problems.add(problem(path, "expected a folder for each case"));
                return;
            }
            if (!wanted.test(rest.substring(0, slash))) {
                return;
            }
            try {
                Resource resource = (Resource) parser.parseResource(new String(bytes, StandardCharsets.UTF_8));
                byCase.computeIfAbsent(rest.substring(0, slash), name -> new ArrayList<>())
                        .add(resource);
            } catch (DataFormatException e) {
                problems.add(Content.placed(path, bytes)
                        .orElseGet(() -> problem(path, "not a FHIR R4 resource: " + e.getMessage())));
            }
        });
        return byCase;
    }

    private static Object yaml(String text) {
        Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        if (read == null) {
            throw new IllegalArgumentException("the file is empty");
        }
        return read;
    }

    private static Case read(String name, List<Resource> resources, Keys keys) {
        if (!keys.text("case").equals(name)) {
            throw new IllegalArgumentException("case: expected " + name + ", the file's name");
        }
        List<String> selections = keys.has("selections") ? keys.list("selections") : List.of();
        selections.stream()
                .filter(selection ->
                        resources.stream().noneMatch(resource -> selection.equals(PatientRecord.reference(resource))))
                .findFirst()
                .ifPresent(selection -> {
                    throw new IllegalArgumentException("selections: the case has no resource " + selection);
                });
        return new Case(
                name,
                keys.text("title"),
                resources,
                keys.instant("at"),
                keys.text("jurisdiction"),
                selections,
                keys.has("unread") ? keys.list("unread") : List.of(),
                new Expectation(
                        keys.text("outcome"),
                        keys.text("reason"),
                        keys.flag("provisional"),
                        keys.list("deciding"),
                        keys.map("criteria"),
                        keys.text("preference"),
                        keys.map("gates"),
                        keys.list("excluded"),
                        keys.text("concordance"),
                        keys.map("leftOut")),
                keys.text("note"));
    }

    /**
     * The keys of one file; every one but {@code selections}, {@code unread} and {@code leftOut} must be there and of the
     * right kind.
     */
    private static final class Keys {
        private final Map<?, ?> values;

        Keys(Object yaml) {
            if (!(yaml instanceof Map<?, ?> map)) {
                throw new IllegalArgumentException("expected keys and values");
            }
            for (Object key : map.keySet()) {
                if (!KEYS.contains(key)) {
                    throw new IllegalArgumentException(key + ": unknown key, expected one of " + KEYS);
                }
            }
            this.values = map;
        }

        boolean has(String key) {
            return values.containsKey(key);
        }

        String text(String key) {
            return typed(key, String.class, "text");
        }

        Instant instant(String key) {
            try {
                return Instant.parse(text(key));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(key + ": expected an instant such as 2026-06-15T09:00:00Z", e);
            }
        }

        boolean flag(String key) {
            return typed(key, Boolean.class, "true or false");
        }

        List<String> list(String key) {
            List<?> values = typed(key, List.class, "a list");
            return values.stream().map(String::valueOf).toList();
        }

        SortedMap<String, String> map(String key) {
            SortedMap<String, String> map = new TreeMap<>();
            if (key.equals("leftOut") && !has(key)) {
                return map;
            }
            Map<?, ?> entries = typed(key, Map.class, "a map");
            entries.forEach((name, state) -> map.put(String.valueOf(name), String.valueOf(state)));
            return map;
        }

        private <T> T typed(String key, Class<T> type, String kind) {
            @Nullable Object value = values.get(key);
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException(key + ": expected " + kind);
            }
            return type.cast(value);
        }
    }
}
