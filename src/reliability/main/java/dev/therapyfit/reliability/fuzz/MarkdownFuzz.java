package dev.therapyfit.reliability.fuzz;

import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.reliability.Answers;
import dev.therapyfit.reliability.mutation.BodyMutator;
import dev.therapyfit.reliability.mutation.Choices;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hostile texts in a real record: the card's Markdown, read as GitHub reads it, has the structure that it has with a
 * harmless text in the same places, and holds neither HTML nor images nor other links. Texts that people wrote do not
 * come out at all. The fuzzer's bytes tell the record, the places and the text.
 */
public final class MarkdownFuzz {
    private static final String HARMLESS = BodyMutator.MARK + "harmless text";

    private static final Parser MARKDOWN = Parser.builder()
            .extensions(List.of(TablesExtension.create(), StrikethroughExtension.create(), AutolinkExtension.create()))
            .build();

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_PIECES = 40;

    private static final List<String> PIECES = List.of(
            "|",
            "\n",
            "\n\n",
            "`",
            "```\n",
            "*",
            "**",
            "_",
            "~~",
            "# ",
            "> ",
            "- ",
            "1. ",
            "    ",
            "\\",
            "<b>",
            "<img src=x onerror=alert(1)>",
            "<!--",
            "-->",
            "![x](http://zz.example/x.png)",
            "[x](javascript:alert(1))",
            "](",
            "[x]: http://zz.example\n",
            "<http://zz.example>",
            "http://zz.example",
            "www.zz.example",
            "zz@zz.example",
            "&lt;script&gt;",
            "&#124;",
            "\n|---|---|\n",
            "\n---\n",
            "\u2028",
            "\u202e",
            "\u0000",
            "'",
            "\"",
            "$",
            "%s",
            "{{x}}");

    /** Words that the content understands in a text, or in the words of a code: they may change what is decided. */
    private static final List<String> UNDERSTOOD = List.of(
            "iv",
            "i.v",
            "intra",
            "local",
            "inject",
            "lesional",
            "perianal",
            "subcut",
            "topical",
            "ophthalmic",
            "inadequate",
            "serious",
            "death",
            "life");

    private static final Set<String> TEXTS = Set.of(
            "display",
            "text",
            "family",
            "given",
            "description",
            "title",
            "comment",
            "conclusion",
            "patientInstruction",
            "div",
            "name",
            "line",
            "city");

    private MarkdownFuzz() {}

    /** Called by Jazzer before all else: classes are loaded and instrumented before any time is measured. */
    public static void fuzzerInitialize() {
        fuzzerTestOneInput(new byte[0]);
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        Line line = Line.shared();
        Choices choices = Choices.from(input);
        Line.Call call = choices.of(line.calls());
        Places places = choices.of(List.of(Places.values()));
        int which = choices.below(256);
        String text = hostile(choices);
        // an id with a path is none, and the record gives another, which may be shown
        String hostile = places == Places.IDS ? text.replaceAll("[/#:]", "") : text;
        byte[] body = filled(call.body(), places, which, hostile);
        Findings.keeping("markdown", body, () -> {
            Optional<String> given = answer(line, call, body);
            Optional<String> expected = answer(line, call, filled(call.body(), places, which, HARMLESS));
            if (given.isEmpty() || expected.isEmpty()) {
                return; // refused, which other targets look at
            }
            requireSame(given.get(), expected.get(), isUnderstood(hostile));
            if (places == Places.TEXTS && given.get().contains(BodyMutator.MARK)) {
                throw new AssertionError("a card repeats a text of the record");
            }
        });
    }

    /** What a kept finding is checked for: the whole body is there, but not what it was made of. */
    static void check(byte[] body) {
        Line line = Line.shared();
        String hook = JSON.readTree(body).path("hook").asString("");
        line.services().stream()
                .filter(service -> service.hook().equals(Hook.of(hook).orElse(null)))
                .forEach(service -> {
                    String answer;
                    try {
                        answer = line.answer(service, body);
                    } catch (CdsFailure refused) {
                        return;
                    }
                    details(answer).forEach(detail -> structure(MARKDOWN.parse(detail), new ArrayList<>()));
                });
    }

    /** Where texts are put. */
    private enum Places {
        /** Everything that people write. */
        TEXTS,
        /** Ids of the record's resources. */
        IDS,
        /** Some of the codes. */
        CODES,
        /** Units and systems. */
        UNITS
    }

    private static String hostile(Choices choices) {
        StringBuilder text = new StringBuilder(BodyMutator.MARK);
        int count = choices.below(MOST_PIECES);
        for (int i = 0; i < count; i++) {
            int piece = choices.below(2 * PIECES.size() + 1);
            text.append(piece < PIECES.size() ? PIECES.get(piece) : Character.toString(' ' + choices.below(95)));
        }
        return text.append('!').toString();
    }

    private static boolean isUnderstood(String text) {
        return UNDERSTOOD.stream().anyMatch(text.toLowerCase(Locale.ROOT)::contains);
    }

    private static byte[] filled(ObjectNode body, Places places, int which, String text) {
        ObjectNode copy = body.deepCopy();
        fill(copy.path("prefetch"), places, which, text, new int[1]);
        fill(copy.path("context").path("draftOrders"), places, which, text, new int[1]);
        return copy.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void fill(JsonNode node, Places places, int which, String text, int[] seen) {
        if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                fill(object, name, places, which, text, seen);
            }
            if (places == Places.TEXTS && object.has("coding")) {
                object.put("text", text);
                object.path("coding").forEach(coding -> ((ObjectNode) coding).put("display", text));
            }
        }
        node.forEach(child -> fill(child, places, which, text, seen));
    }

    private static void fill(ObjectNode object, String name, Places places, int which, String text, int[] seen) {
        JsonNode value = object.get(name);
        boolean resource = object.has("resourceType");
        switch (places) {
            case TEXTS -> {
                if (value.isString() && TEXTS.contains(name)) {
                    object.put(name, text);
                } else if (name.equals("given") && value instanceof ArrayNode given) {
                    given.removeAll().add(text);
                }
            }
            case IDS -> {
                boolean fixed = List.of("Patient", "MedicationRequest", "ServiceRequest", "Medication")
                        .contains(object.path("resourceType").asString(""));
                if (resource && !fixed && name.equals("id")) {
                    object.put(name, seen[0]++ + text);
                }
            }
            case CODES -> {
                if (name.equals("code") && value.isString() && (seen[0]++ & 7) == (which & 7)) {
                    object.put(name, text);
                }
            }
            case UNITS -> {
                if (value.isString()
                        && (name.equals("unit") || (name.equals("system") && (seen[0]++ & 7) == (which & 7)))) {
                    object.put(name, text);
                }
            }
        }
    }

    private static Optional<String> answer(Line line, Line.Call call, byte[] body) {
        String answer;
        try {
            answer = line.answer(call.service(), body);
        } catch (CdsFailure refused) {
            return Optional.empty();
        }
        Answers.problem(answer).ifPresent(problem -> {
            throw new AssertionError(problem);
        });
        return Optional.of(answer);
    }

    private static void requireSame(String given, String expected, boolean mayDecideOtherwise) {
        List<String> details = details(given);
        List<String> harmless = details(expected);
        List<List<String>> structures = details.stream()
                .map(detail -> structure(MARKDOWN.parse(detail), new ArrayList<>()))
                .toList();
        if (!mayDecideOtherwise
                && !structures.equals(harmless.stream()
                        .map(detail -> structure(MARKDOWN.parse(detail), new ArrayList<>()))
                        .toList())) {
            throw new AssertionError("a text of the record changes the structure of a card's detail");
        }
    }

    private static List<String> details(String answer) {
        return JSON.readTree(answer)
                .path("cards")
                .valueStream()
                .map(card -> card.path("detail").asString(""))
                .toList();
    }

    /** The kinds of nodes in order, and where links go. Nothing active may be among them. */
    private static List<String> structure(Node node, List<String> into) {
        if (node instanceof HtmlBlock || node instanceof HtmlInline || node instanceof Image) {
            throw new AssertionError("a card's detail holds " + node.getClass().getSimpleName());
        }
        into.add(
                node instanceof Link link
                        ? "Link " + link.getDestination()
                        : node.getClass().getSimpleName());
        for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
            structure(child, into);
        }
        into.add("end");
        return into;
    }
}
