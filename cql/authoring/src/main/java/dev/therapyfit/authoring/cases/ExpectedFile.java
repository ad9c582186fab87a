package dev.therapyfit.authoring.cases;

import dev.therapyfit.authoring.cases.Expectation.Stated;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.content.DecisionSchema.Kind;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** One file of what a case expects. Everything wrong with it is told, each at the key or value that it is wrong with. */
final class ExpectedFile {
    private static final String SELECTIONS = "selections";
    private static final String UNREAD = "unread";

    /** What is asked. Every key but {@code selections} and {@code unread} must be there. */
    private static final List<String> QUESTION =
            List.of("case", "title", "at", "jurisdiction", SELECTIONS, UNREAD, "note");

    private static final List<String> OPTIONAL = List.of(SELECTIONS, UNREAD);

    private static final List<String> FLAGS = List.of("true", "false");

    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

    private final String path;
    private final DecisionSchema schema;
    private final Map<String, Node> values = new HashMap<>();
    private final List<ContentProblem> problems = new ArrayList<>();

    /** False if it is not YAML, so that no key is missed. */
    private boolean isRead;

    private ExpectedFile(String path, DecisionSchema schema) {
        this.path = path;
        this.schema = schema;
    }

    /**
     * Reads a file.
     *
     * @param schema what a decision has, of which the file can state any part
     */
    static ExpectedFile of(String path, byte[] bytes, DecisionSchema schema) {
        ExpectedFile file = new ExpectedFile(path, schema);
        try {
            Node root =
                    new Yaml(new LoaderOptions()).compose(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
            if (root instanceof MappingNode map) {
                file.isRead = true;
                file.take(map);
            } else {
                file.problems.add(new ContentProblem(
                        path, 1, 1, root == null ? "the file is empty" : "expected keys and values"));
            }
        } catch (MarkedYAMLException e) {
            file.problem(e.getProblemMark(), String.valueOf(e.getProblem()));
        } catch (YAMLException e) {
            file.problem((Mark) null, "not YAML: " + e.getMessage());
        }
        return file;
    }

    List<ContentProblem> problems() {
        return problems;
    }

    private void take(MappingNode root) {
        for (NodeTuple entry : distinct(root)) {
            String key = text(entry.getKeyNode());
            if (QUESTION.contains(key) || isStatable(key)) {
                values.put(key, entry.getValueNode());
            } else {
                problem(entry.getKeyNode().getStartMark(), key + ": unknown key, expected one of " + keys());
            }
        }
    }

    private boolean isStatable(String key) {
        return schema.part(key).filter(part -> part.kind() != Kind.OTHER).isPresent();
    }

    private List<String> keys() {
        Stream<String> parts = schema.parts().stream().map(Part::name).filter(this::isStatable);
        return Stream.concat(QUESTION.stream(), parts).distinct().toList();
    }

    /** The parts of a decision that the file states, or has to state. */
    private List<Part> stated() {
        return schema.parts().stream()
                .filter(part -> !QUESTION.contains(part.name()))
                .filter(part -> part.expected() || values.containsKey(part.name()))
                .toList();
    }

    /** The entries of a map, each key once. */
    private List<NodeTuple> distinct(MappingNode map) {
        Set<String> seen = new HashSet<>();
        List<NodeTuple> entries = new ArrayList<>();
        for (NodeTuple entry : map.getValue()) {
            if (seen.add(text(entry.getKeyNode()))) {
                entries.add(entry);
            } else {
                problem(entry.getKeyNode().getStartMark(), "the key " + text(entry.getKeyNode()) + " is there twice");
            }
        }
        return entries;
    }

    /**
     * The case, which is of use if no problem is found.
     *
     * @param answer the whole answer that is kept of it
     */
    Case read(String name, List<Resource> resources, Optional<Map<String, Object>> answer) {
        String named = text("case");
        if (values.containsKey("case") && !named.equals(name)) {
            problem("case", "expected " + name + ", the file's name");
        }
        String jurisdiction = text("jurisdiction");
        if (values.containsKey("jurisdiction") && !COUNTRY.matcher(jurisdiction).matches()) {
            problem("jurisdiction", "expected two capital letters, such as US or EU");
        }
        for (Node type : items(UNREAD)) {
            if (!ResourceReader.isResource(text(type))) {
                problem(type.getStartMark(), "unread: " + text(type) + " is no resource type of FHIR R4");
            }
        }
        return new Case(
                name,
                text("title"),
                resources,
                instant("at"),
                jurisdiction,
                list(SELECTIONS),
                list(UNREAD),
                expectation(answer),
                text("note"));
    }

    private Expectation expectation(Optional<Map<String, Object>> answer) {
        SortedMap<String, Stated> stated = new TreeMap<>();
        for (Part part : stated()) {
            Object value =
                    switch (part.kind()) {
                        case FLAG -> flag(part.name());
                        case TEXTS -> list(part.name());
                        case ITEMS, ROWS -> map(part.name());
                        case TEXT, ITEM, OTHER -> text(part.name());
                    };
            stated.put(part.name(), new Stated(part, value));
        }
        return new Expectation(stated, answer);
    }

    /** That the case has the resources that it names. */
    void requireReferences(Case read) {
        Set<String> references =
                read.resources().stream().map(Resource::reference).collect(Collectors.toSet());
        requireReferences(SELECTIONS, items(SELECTIONS), references);
        for (Part part : stated()) {
            if (isByReference(part)) {
                List<Node> named =
                        entries(part.name()).stream().map(NodeTuple::getKeyNode).toList();
                requireReferences(part.name(), named, references);
            }
        }
    }

    private void requireReferences(String key, List<Node> named, Set<String> references) {
        named.stream()
                .filter(node -> !references.contains(text(node)))
                .forEach(node -> problem(node.getStartMark(), key + ": the case has no resource " + text(node)));
    }

    private static boolean isByReference(Part part) {
        return part.kind() == Kind.ROWS && part.fields().get(0).equals("reference");
    }

    /**
     * That it expects what a rule can give.
     *
     * @param texts every text of the content's CQL
     */
    void requireWords(Set<String> texts) {
        for (Part part : stated()) {
            String key = part.name();
            List<Node> words = new ArrayList<>(items(key));
            if (part.kind() != Kind.FLAG && values.get(key) instanceof ScalarNode scalar) {
                words.add(scalar);
            }
            entries(key).forEach(entry -> {
                if (!isByReference(part)) {
                    words.add(entry.getKeyNode());
                }
                words.add(entry.getValueNode());
            });
            words.stream()
                    .filter(word -> !text(word).isEmpty() && !texts.contains(text(word)))
                    .forEach(word -> problem(word.getStartMark(), key + ": no rule says " + text(word)));
        }
    }

    private String text(String key) {
        return is(values.get(key), Tag.STR) ? text(values.get(key)) : expected(key, "text", "");
    }

    private Instant instant(String key) {
        try {
            return is(values.get(key), Tag.STR)
                    ? Instant.parse(text(values.get(key)))
                    : expected(key, "an instant in quotes, such as '2026-06-15T09:00:00Z'", Instant.EPOCH);
        } catch (DateTimeParseException e) {
            return expected(key, "an instant such as 2026-06-15T09:00:00Z", Instant.EPOCH);
        }
    }

    private boolean flag(String key) {
        String written = text(values.get(key));
        return (is(values.get(key), Tag.BOOL) && FLAGS.contains(written))
                ? written.equals("true")
                : expected(key, "true or false", false);
    }

    private List<String> list(String key) {
        items(key).forEach(item -> requireText(key, item));
        return (values.get(key) instanceof SequenceNode || mayBeMissing(key))
                ? items(key).stream().map(ExpectedFile::text).toList()
                : expected(key, "a list", List.of());
    }

    private SortedMap<String, String> map(String key) {
        SortedMap<String, String> map = new TreeMap<>();
        if (values.get(key) instanceof MappingNode node) {
            distinct(node).forEach(entry -> {
                requireText(key, entry.getValueNode());
                map.put(text(entry.getKeyNode()), text(entry.getValueNode()));
            });
            return map;
        }
        return mayBeMissing(key) ? map : expected(key, "a map", map);
    }

    private boolean mayBeMissing(String key) {
        return OPTIONAL.contains(key) && !values.containsKey(key);
    }

    private List<Node> items(String key) {
        return values.get(key) instanceof SequenceNode list ? list.getValue() : List.of();
    }

    private List<NodeTuple> entries(String key) {
        return values.get(key) instanceof MappingNode map ? map.getValue() : List.of();
    }

    private void requireText(String key, Node value) {
        if (!(value instanceof ScalarNode) || Tag.NULL.equals(value.getTag())) {
            problem(value.getStartMark(), key + ": expected text");
        }
    }

    private static boolean is(@Nullable Node node, Tag tag) {
        return node instanceof ScalarNode && tag.equals(node.getTag());
    }

    private static String text(@Nullable Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private <T> T expected(String key, String kind, T instead) {
        if (values.containsKey(key)) {
            problem(key, "expected " + kind);
        } else if (isRead) {
            problems.add(new ContentProblem(path, 1, 1, key + ": missing, expected " + kind));
        }
        return instead;
    }

    private void problem(String key, String message) {
        Node value = values.get(key);
        problem(value == null ? null : value.getStartMark(), key + ": " + message);
    }

    private void problem(@Nullable Mark mark, String message) {
        problems.add(
                mark == null
                        ? new ContentProblem(path, 1, 1, message)
                        : new ContentProblem(path, mark.getLine() + 1, mark.getColumn() + 1, message));
    }
}
