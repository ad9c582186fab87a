package dev.therapyfit.authoring.cases;

import ca.uhn.fhir.context.FhirContext;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.record.PatientRecord;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Resource;
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
    /** Every key but {@code selections}, {@code unread} and {@code leftOut} must be there. */
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

    private static final List<String> OPTIONAL = List.of("selections", "unread", "leftOut");

    /** Keys whose words are the decision's own. */
    private static final List<String> WORDS = List.of(
            "outcome", "reason", "deciding", "criteria", "preference", "gates", "excluded", "concordance", "leftOut");

    private static final List<String> FLAGS = List.of("true", "false");

    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

    private final String path;
    private final Map<String, Node> values = new HashMap<>();
    private final List<ContentProblem> problems = new ArrayList<>();

    /** False if it is not YAML, so that no key is missed. */
    private boolean isRead;

    private ExpectedFile(String path) {
        this.path = path;
    }

    static ExpectedFile of(String path, byte[] bytes) {
        ExpectedFile file = new ExpectedFile(path);
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
            if (KEYS.contains(key)) {
                values.put(key, entry.getValueNode());
            } else {
                problem(entry.getKeyNode().getStartMark(), key + ": unknown key, expected one of " + KEYS);
            }
        }
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

    /** The case, which is of use if no problem is found. */
    Case read(String name, List<Resource> resources) {
        String named = text("case");
        if (values.containsKey("case") && !named.equals(name)) {
            problem("case", "expected " + name + ", the file's name");
        }
        String jurisdiction = text("jurisdiction");
        if (values.containsKey("jurisdiction") && !COUNTRY.matcher(jurisdiction).matches()) {
            problem("jurisdiction", "expected two capital letters, such as US or EU");
        }
        for (Node type : items("unread")) {
            if (!FhirContext.forR4Cached().getResourceTypes().contains(text(type))) {
                problem(type.getStartMark(), "unread: " + text(type) + " is no resource type of FHIR R4");
            }
        }
        return new Case(
                name,
                text("title"),
                resources,
                instant("at"),
                jurisdiction,
                list("selections"),
                list("unread"),
                new Expectation(
                        text("outcome"),
                        text("reason"),
                        flag("provisional"),
                        list("deciding"),
                        map("criteria"),
                        text("preference"),
                        map("gates"),
                        list("excluded"),
                        text("concordance"),
                        map("leftOut")),
                text("note"));
    }

    /** That the case has the resources that it names. */
    void requireReferences(Case read) {
        Set<String> references =
                read.resources().stream().map(PatientRecord::reference).collect(Collectors.toSet());
        List<Node> named = new ArrayList<>(items("selections"));
        entries("leftOut").forEach(entry -> named.add(entry.getKeyNode()));
        for (Node node : named) {
            if (!references.contains(text(node))) {
                String key = items("selections").contains(node) ? "selections" : "leftOut";
                problem(node.getStartMark(), key + ": the case has no resource " + text(node));
            }
        }
    }

    /**
     * That it expects what a rule can give.
     *
     * @param texts every text of the content's CQL
     */
    void requireWords(Set<String> texts) {
        for (String key : WORDS) {
            List<Node> words = new ArrayList<>(items(key));
            if (values.get(key) instanceof ScalarNode scalar) {
                words.add(scalar);
            }
            entries(key).forEach(entry -> {
                if (!key.equals("leftOut")) {
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
        return (values.get(key) instanceof SequenceNode || isLeftOut(key))
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
        return isLeftOut(key) ? map : expected(key, "a map", map);
    }

    private boolean isLeftOut(String key) {
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
