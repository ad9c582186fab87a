package dev.therapyfit.cli;

import dev.therapyfit.cql.content.DecisionSchema;
import dev.therapyfit.cql.content.DecisionSchema.Kind;
import dev.therapyfit.cql.content.DecisionSchema.Part;
import dev.therapyfit.hooks.decision.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A decision as a table for a terminal, 100 columns wide: each part that its schema gives a title, in that order. */
final class DecisionText {
    private static final int WIDTH = 100;
    private static final String STATE = "state";
    private static final JsonMapper JSON = new JsonMapper();

    private DecisionText() {}

    static String of(Decision decision, DecisionSchema schema) {
        StringBuilder text = new StringBuilder();
        head(decision).toString(text);
        JsonNode json = JSON.valueToTree(decision);
        schema.parts().stream()
                .filter(part -> !part.title().isEmpty() && !isEmpty(json.path(part.name())))
                .forEach(part -> part(part, json.path(part.name()))
                        .toString(text.append('\n').append(part.title()).append('\n')));
        return text.toString().stripTrailing();
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
        return decision.outcomeWithReason();
    }

    private static TextTable head(Decision decision) {
        TextTable table = table(0, new Column(14, 0, Overflow.WRAP), new Column(WIDTH - 14, 0, Overflow.WRAP));
        table.addRowValues("Outcome", outcome(decision) + ", rule " + decision.rule());
        decision.part("summary").valueStream().forEach(sentence -> table.addRowValues("", sentence.asString()));
        table.addRowValues("Patient", decision.patient());
        table.addRowValues(
                "Order",
                decision.order()
                        .map(order -> order + ": " + decision.concordance())
                        .orElse("none"));
        table.addRowValues(
                "Evaluated",
                decision.evaluatedAt() + " by " + decision.content().name() + " "
                        + decision.content().version() + " ("
                        + decision.content().sha256().substring(0, 12) + ")");
        return table;
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isMissingNode() || (value.isContainer() && value.isEmpty());
    }

    private static TextTable part(Part part, JsonNode value) {
        if (part.kind() == Kind.ITEM || part.kind() == Kind.ITEMS) {
            TextTable items = table(
                    0,
                    new Column(7, 2, Overflow.WRAP),
                    new Column(15, 0, Overflow.WRAP),
                    new Column(WIDTH - 22, 0, Overflow.WRAP));
            entries(value)
                    .forEach(entry -> items.addRowValues(text(entry, "id"), text(entry, STATE), words(part, entry)));
            return items;
        }
        TextTable lines = table(2, new Column(WIDTH, 2, Overflow.WRAP));
        entries(value)
                .forEach(entry ->
                        lines.addRowValues(part.kind() == Kind.ROWS ? columns(part, entry) : entry.asString()));
        return lines;
    }

    /** Its title, why it is so, and the data; only its title if it needs nobody's attention. */
    private static String words(Part part, JsonNode entry) {
        String references = entry.path("evidence")
                .valueStream()
                .map(datum -> text(datum, "reference"))
                .collect(Collectors.joining(", "));
        String title = text(entry, "title");
        return part.quiet().contains(text(entry, STATE))
                ? title
                : title + ". " + text(entry, "why") + columns(part, entry)
                        + (references.isEmpty() ? "" : " <" + references + ">");
    }

    /** What its columns say: those that need their titles in brackets, of a row those that are lists. */
    private static String columns(Part part, JsonNode entry) {
        List<String> plain = new ArrayList<>();
        List<String> titled = new ArrayList<>();
        for (Map.Entry<String, String> column : part.columns().entrySet()) {
            JsonNode given = entry.path(column.getKey());
            String value = entries(given)
                    .map(one -> part.word(column.getKey(), one.asString()))
                    .collect(Collectors.joining(", "));
            if (part.kind() == Kind.ROWS && !given.isArray()) {
                plain.add(value.replaceFirst("\\.$", ""));
            } else if (!value.isEmpty()) {
                titled.add(column.getValue().toLowerCase(Locale.ROOT) + ": " + value);
            }
        }
        plain.removeIf(String::isEmpty);
        return String.join(", ", plain) + (titled.isEmpty() ? "" : " (" + String.join("; ", titled) + ")");
    }

    /** The entries of a list, or the one value itself. */
    private static Stream<JsonNode> entries(JsonNode value) {
        return value.isArray() ? value.valueStream() : Stream.of(value).filter(one -> !one.isMissingNode());
    }

    private static String text(JsonNode entry, String field) {
        return entry.path(field).asString("");
    }

    /** A table; the lines after the first of a cell are indented by so much more. */
    private static TextTable table(int indent, Column... columns) {
        TextTable table = TextTable.forColumns(Help.defaultColorScheme(Ansi.OFF), columns);
        table.indentWrappedLines = indent;
        return table;
    }
}
