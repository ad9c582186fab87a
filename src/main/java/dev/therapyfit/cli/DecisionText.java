package dev.therapyfit.cli;

import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.content.DecisionSchema.Kind;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import dev.therapyfit.hooks.decision.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A decision as a table for a terminal, 100 columns wide: each part that its schema gives a title, in that order. */
final class DecisionText {
    private static final int WIDTH = 100;
    private static final String STATE = "state";
    private static final JsonMapper JSON = new JsonMapper();

    private final StringBuilder text = new StringBuilder();

    private DecisionText() {}

    static String of(Decision decision, DecisionSchema schema) {
        DecisionText table = new DecisionText();
        table.head(decision);
        JsonNode json = JSON.valueToTree(decision);
        schema.parts().stream()
                .filter(part -> !part.title().isEmpty())
                .forEach(part -> table.part(part, json.path(part.name())));
        return table.text.toString().stripTrailing();
    }

    /** The outcome, and after it what needs somebody's attention, in one line. */
    static String line(Decision decision, DecisionSchema schema) {
        String raised = schema.parts().stream()
                .filter(part -> !part.quiet().isEmpty())
                .flatMap(part -> entries(decision.part(part.name()))
                        .filter(entry -> !part.quiet().contains(text(entry, STATE)))
                        .map(entry -> text(entry, "id") + " " + text(entry, STATE)))
                .collect(Collectors.joining(", "));
        String unread = decision.unread().stream().map(Decision.NotRead::type).collect(Collectors.joining(", "));
        return outcome(decision)
                + (raised.isEmpty() ? "" : "; " + raised)
                + (unread.isEmpty() ? "" : "; not read: " + unread);
    }

    private static String outcome(Decision decision) {
        return decision.outcome() + (decision.reason().isEmpty() ? "" : " (" + decision.reason() + ")");
    }

    private void head(Decision decision) {
        row("Outcome", outcome(decision) + ", rule " + decision.rule());
        decision.part("summary").valueStream().forEach(sentence -> row("", sentence.asString()));
        row("Patient", decision.patient());
        row(
                "Order",
                decision.order()
                        .map(order -> order + ": " + decision.concordance())
                        .orElse("none"));
        row(
                "Evaluated",
                decision.evaluatedAt() + " by " + decision.content().name() + " "
                        + decision.content().version() + " ("
                        + decision.content().sha256().substring(0, 12) + ")");
    }

    private void part(Part part, JsonNode value) {
        if (value.isMissingNode() || (value.isContainer() && value.isEmpty())) {
            return;
        }
        text.append('\n').append(part.title()).append('\n');
        switch (part.kind()) {
            case ITEM, ITEMS -> entries(value).forEach(entry -> item(part, entry));
            case ROWS -> value.forEach(row -> wrapped(columns(part, row, "", ", ")));
            default -> entries(value).forEach(entry -> wrapped(entry.asString()));
        }
    }

    /** Its title, why it is so, and the data; only its title if it needs nobody's attention. */
    private void item(Part part, JsonNode entry) {
        String state = text(entry, STATE);
        String references = entry.path("evidence")
                .valueStream()
                .map(datum -> text(datum, "reference"))
                .collect(Collectors.joining(", "));
        String title = text(entry, "title");
        String words = part.quiet().contains(state)
                ? title
                : title + ". " + text(entry, "why") + columns(part, entry, " (", "; ")
                        + (references.isEmpty() ? "" : " <" + references + ">");
        entry(text(entry, "id"), state, words);
    }

    /** What its columns say, in brackets if they have titles to go with them. */
    private static String columns(Part part, JsonNode entry, String bracket, String separator) {
        List<String> said = new ArrayList<>();
        for (Map.Entry<String, String> column : part.columns().entrySet()) {
            String value =
                    entries(entry.path(column.getKey())).map(JsonNode::asString).collect(Collectors.joining(", "));
            if (!value.isEmpty()) {
                said.add(
                        part.kind() == Kind.ROWS
                                ? value
                                : column.getValue().toLowerCase(java.util.Locale.ROOT) + ": " + value);
            }
        }
        return said.isEmpty() || bracket.isEmpty()
                ? String.join(separator, said)
                : bracket + String.join(separator, said) + ")";
    }

    /** The entries of a list, or the one value itself. */
    private static Stream<JsonNode> entries(JsonNode value) {
        return value.isArray() ? value.valueStream() : Stream.of(value).filter(one -> !one.isMissingNode());
    }

    private static String text(JsonNode entry, String field) {
        return entry.path(field).asString("");
    }

    private void row(String name, String value) {
        text.append(String.format("%-14s%s%n", name, value));
    }

    private void entry(String id, String state, String words) {
        String indent = " ".repeat(22);
        List<String> lines = lines(words, WIDTH - indent.length());
        text.append(String.format("  %-5s%-15s%s%n", id, state, lines.get(0)));
        lines.stream().skip(1).forEach(line -> text.append(indent).append(line).append('\n'));
    }

    private void wrapped(String words) {
        List<String> lines = lines(words, WIDTH - 4);
        text.append("  ").append(lines.get(0)).append('\n');
        lines.stream().skip(1).forEach(line -> text.append("    ").append(line).append('\n'));
    }

    private static List<String> lines(String words, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
