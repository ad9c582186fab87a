package dev.therapyfit.cli;

import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A decision as a table for a terminal, 100 columns wide. */
final class DecisionText {
    private static final int WIDTH = 100;

    private final StringBuilder text = new StringBuilder();

    private DecisionText() {}

    static String of(Decision decision) {
        DecisionText table = new DecisionText();
        table.head(decision);
        table.criteria(decision);
        table.gates(decision);
        table.rest(decision);
        return table.text.toString().stripTrailing();
    }

    private void head(Decision decision) {
        row(
                "Outcome",
                decision.outcome() + (decision.reason().isEmpty() ? "" : " (" + decision.reason() + ")") + ", rule "
                        + decision.rule());
        row("Criteria met", count(decision, "msc", "MSC") + ", " + count(decision, "secretome", "secretome"));
        row(
                "Stability",
                decision.provisional()
                        ? "provisional: " + String.join(", ", decision.deciding()) + " could change the outcome"
                        : "stable over the unknown criteria");
        row("Patient", decision.patient());
        row(
                "Order",
                Objects.requireNonNullElse(decision.order().reference(), "none") + ", "
                        + decision.order().modality() + ": " + decision.concordance());
        if (decision.order().reference() == null) {
            row("", "(no code or word of an order is one that the content knows)");
        }
        row(
                "Evaluated",
                decision.evaluatedAt() + " by " + decision.content().name() + " "
                        + decision.content().version() + " ("
                        + decision.content().sha256().substring(0, 12) + ")");
    }

    private static String count(Decision decision, String favours, String name) {
        List<Decision.Criterion> side = decision.criteria().stream()
                .filter(criterion -> criterion.favours().equals(favours))
                .toList();
        long met = side.stream()
                .filter(criterion -> criterion.state().equals("met"))
                .count();
        return name + " " + met + " of " + side.size();
    }

    private void criteria(Decision decision) {
        section("Criteria");
        for (Decision.Criterion criterion : decision.criteria()) {
            entry(criterion.id(), criterion.state(), criterion.why(), criterion.evidence());
        }
        entry(
                "P",
                decision.preference().state(),
                decision.preference().why(),
                decision.preference().evidence());
        section("Axes");
        for (Decision.Axis axis : decision.axes()) {
            entry(axis.id(), axis.known() ? "known" : "not known", axis.why(), axis.evidence());
        }
    }

    private void gates(Decision decision) {
        section("Safety gates"
                + (decision.excluded().isEmpty() ? "" : " (excluded: " + String.join(", ", decision.excluded()) + ")"));
        for (Decision.Gate gate : decision.gates()) {
            boolean raised = gate.state().equals("triggered") || gate.state().equals("unconfirmed");
            entry(
                    gate.id(),
                    gate.state(),
                    gate.title()
                            + (raised
                                    ? ", " + gate.effect() + " for " + String.join(" and ", gate.modalities()) + ". "
                                            + gate.why()
                                    : ""),
                    gate.evidence());
        }
    }

    private void rest(Decision decision) {
        if (!decision.conflicts().isEmpty()) {
            section("Conflicts");
            decision.conflicts().forEach(conflict -> wrapped("  ", conflict));
        }
        if (!decision.leftOut().isEmpty()) {
            section("Left out");
            decision.leftOut().forEach(out -> wrapped("  ", out.reference() + ": " + out.reason()));
        }
        if (!decision.unread().isEmpty()) {
            section("Not read");
            decision.unread().forEach(one -> wrapped("  ", one.type() + ": " + one.reason()));
        }
        section("Published evidence (never changes the outcome)");
        decision.publishedEvidence()
                .forEach(one -> wrapped(
                        "  ",
                        one.modality() + " " + one.level() + (one.year().isEmpty() ? "" : " " + one.year()) + ": "
                                + one.text() + " [" + one.source() + "]"));
        section("Regulatory status (never changes the outcome)");
        decision.regulatory()
                .forEach(one -> wrapped(
                        "  ",
                        one.modality() + " " + one.jurisdiction() + ": " + one.status() + ", checked " + one.checked()
                                + " [" + one.source() + "]"));
    }

    private void section(String title) {
        text.append('\n').append(title).append('\n');
    }

    private void row(String name, String value) {
        text.append(String.format("%-14s%s%n", name, value));
    }

    private void entry(String id, String state, String why, List<Evidence> evidence) {
        String indent = " ".repeat(22);
        String references = evidence.stream().map(Evidence::reference).collect(Collectors.joining(", "));
        List<String> lines = lines(references.isEmpty() ? why : why + " <" + references + ">", WIDTH - indent.length());
        text.append(String.format("  %-5s%-15s%s%n", id, state, lines.get(0)));
        lines.stream().skip(1).forEach(line -> text.append(indent).append(line).append('\n'));
    }

    private void wrapped(String indent, String words) {
        List<String> lines = lines(words, WIDTH - indent.length() - 2);
        text.append(indent).append(lines.get(0)).append('\n');
        lines.stream()
                .skip(1)
                .forEach(line -> text.append(indent).append("  ").append(line).append('\n'));
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
