package dev.therapyfit.cli;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.mutation.MutationTest;
import dev.therapyfit.authoring.mutation.MutationTest.Fate;
import dev.therapyfit.authoring.mutation.MutationTest.Outcome;
import dev.therapyfit.authoring.mutation.MutationTest.Score;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.hooks.decision.DecisionMaker;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What {@code test --mutate} says.
 *
 * @param all of all libraries
 * @param libraries of each
 * @param unnoticed the mutants that no case notices, in the order of the text
 */
record MutationReport(Score all, Map<String, Score> libraries, List<Unnoticed> unnoticed) {
    /**
     * A mutant that no case notices.
     *
     * @param definition the expression or function that it is in
     * @param text the CQL
     * @param change what stands there instead
     * @param changes a case whose decision it changes, and that would notice it if it expected more; empty: there is none
     */
    record Unnoticed(
            String file,
            int line,
            int column,
            String definition,
            String text,
            String change,
            Fate fate,
            String changes) {
        private static Unnoticed of(Outcome outcome) {
            Clause clause = outcome.mutant().clause();
            return new Unnoticed(
                    clause.file(),
                    clause.start().line(),
                    clause.start().column(),
                    clause.definition(),
                    clause.text(),
                    outcome.mutant().change(),
                    outcome.fate(),
                    outcome.by());
        }
    }

    /** Tries small faults in all CQL of a content whose cases pass. */
    static MutationReport of(Content content, List<Case> cases, DecisionMaker maker) {
        List<Outcome> outcomes = MutationTest.run(
                content,
                cases,
                DecisionMaker.EXPRESSION,
                (one, record, results) -> maker.decide(results, record, one.inputs(), one.name(), one.at()));
        return new MutationReport(
                Score.of(outcomes),
                outcomes.stream()
                        .collect(Collectors.groupingBy(
                                outcome -> outcome.mutant().clause().library(),
                                TreeMap::new,
                                Collectors.collectingAndThen(Collectors.toList(), Score::of))),
                outcomes.stream()
                        .filter(outcome -> outcome.fate() != Fate.KILLED)
                        .map(Unnoticed::of)
                        .sorted(Comparator.comparing(Unnoticed::file)
                                .thenComparing(Unnoticed::line)
                                .thenComparing(Unnoticed::column))
                        .toList());
    }

    void print(PrintWriter out) {
        for (Unnoticed one : unnoticed) {
            if (one.fate() != Fate.NOT_REACHED) {
                String text = one.text().replaceAll("\\s+", " ");
                out.println(one.file() + ":" + one.line() + ":" + one.column() + ": \"" + one.definition() + "\" "
                        + TestCommand.shortened(text) + " -> "
                        + one.change()
                        + (one.changes().isEmpty()
                                ? ": no decision changes"
                                : ": changes " + one.changes() + ", which does not expect it"));
            }
        }
        out.println();
        out.printf(
                "%-28s %8s %12s %10s %13s %9s%n",
                "Faults in", "noticed", "unexpected", "no change", "not reached", "noticed");
        libraries.forEach((library, score) -> row(library, score, out));
        row("All", all, out);
        out.println();
    }

    private static void row(String name, Score score, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-28s %8d %12d %10d %13d %7.1f %%%n",
                name,
                score.killed(),
                score.unexpected(),
                score.survived(),
                score.notReached(),
                TestCommand.roundedDown(score.percent()));
    }
}
