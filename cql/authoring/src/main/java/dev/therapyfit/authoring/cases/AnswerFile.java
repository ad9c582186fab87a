package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.CollectionNode;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * The whole answer that is kept of a case, word for word, in {@code expected/NAME.answer.yaml}: each entry of a part of the
 * decision on a line, cards as they are read.
 */
public final class AnswerFile {
    static final String SUFFIX = ".answer.yaml";

    /** Lines are not broken: an entry is a line. */
    private static final int WIDTH = 100_000;

    private AnswerFile() {}

    /** Path of the file of a case, inside the content. */
    public static String path(String name) {
        return Cases.EXPECTED + name + SUFFIX;
    }

    /** Path of what a case expects, inside the content. */
    public static String expectation(String name) {
        return Cases.EXPECTED + name + Cases.SUFFIX;
    }

    /** Name of the case that such a file is about. */
    static String about(String path) {
        return path.substring(Cases.EXPECTED.length(), path.length() - SUFFIX.length());
    }

    /** The answer that a content keeps of a case; empty if it keeps none, or if it cannot be read. */
    static Optional<Map<String, Object>> of(Content content, String name, List<ContentProblem> problems) {
        String path = path(name);
        byte[] bytes = content.bytes(path);
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            Object read =
                    new Yaml(new SafeConstructor(new LoaderOptions())).load(new String(bytes, StandardCharsets.UTF_8));
            if (read instanceof Map<?, ?> map) {
                Map<String, Object> answer = new LinkedHashMap<>();
                map.forEach((key, value) -> answer.put(String.valueOf(key), value));
                return Optional.of(answer);
            }
            problems.add(new ContentProblem(path, 1, 1, "expected keys and values"));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            problems.add(new ContentProblem(path, line, 1, String.valueOf(e.getProblem())));
        } catch (YAMLException e) {
            problems.add(new ContentProblem(path, 1, 1, "not YAML: " + e.getMessage()));
        }
        return Optional.empty();
    }

    /** The text of a file with an answer. */
    public static String text(Map<String, Object> answer) {
        DumperOptions options = new DumperOptions();
        options.setWidth(WIDTH);
        options.setSplitLines(false);
        Yaml yaml = new Yaml(options);
        Node root = yaml.represent(answer);
        ((MappingNode) root).setFlowStyle(FlowStyle.BLOCK);
        for (NodeTuple part : ((MappingNode) root).getValue()) {
            boolean areCards = ((ScalarNode) part.getKeyNode()).getValue().equals("cards");
            layOut(part.getValueNode(), areCards ? Integer.MAX_VALUE : 1);
        }
        StringWriter text = new StringWriter();
        yaml.serialize(root, text);
        return text.toString();
    }

    /** Collections as blocks so many levels deep, below that on one line. */
    private static void layOut(Node node, int levels) {
        if (node instanceof CollectionNode<?> collection) {
            collection.setFlowStyle(levels > 0 ? FlowStyle.BLOCK : FlowStyle.FLOW);
        }
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(element -> layOut(element, levels - 1));
        } else if (node instanceof MappingNode map) {
            map.getValue()
                    .replaceAll(entry -> new NodeTuple(entry.getKeyNode(), written(entry.getValueNode(), levels)));
            map.getValue().forEach(entry -> layOut(entry.getValueNode(), levels - 1));
        }
    }

    /** A text of several lines as it is read, where there is room for lines. */
    private static Node written(Node node, int levels) {
        return levels > 0
                        && node instanceof ScalarNode scalar
                        && scalar.getValue().contains("\n")
                ? new ScalarNode(
                        scalar.getTag(),
                        scalar.getValue(),
                        scalar.getStartMark(),
                        scalar.getEndMark(),
                        ScalarStyle.LITERAL)
                : node;
    }
}
