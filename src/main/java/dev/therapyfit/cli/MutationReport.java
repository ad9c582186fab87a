package dev.therapyfit.cli;

import dev.therapyfit.app.CaseRuns;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.mutation.MutationTest;
import dev.therapyfit.authoring.mutation.MutationTest.Fate;
import dev.therapyfit.authoring.mutation.MutationTest.Outcome;
import dev.therapyfit.authoring.mutation.MutationTest.Score;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What {@code test --mutate} says.
 *
 * @param all of all libraries
 * @param libraries of each
 * @param unnoticed the mutants that no case notices, in the order of the text
 * @param equivalent those that no case can notice, as the content says; {@code changes} says why
 */
record MutationReport(Score all, Map<String, Score> libraries, List<Unnoticed> unnoticed, List<Unnoticed> equivalent) {
    /**
     * A mutant that no case notices.
     *
     * @param definition the expression or function that it is in
     * @param text the CQL
     * @param kind what is mistaken
     * @param change what stands there instead
     * @param changes a case whose decision it changes, and that would notice it if it expected more; empty: there is none
     */
    record Unnoticed(
            String file,
            int line,
            int column,
            String definition,
            String text,
            String kind,
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
                    outcome.mutant().kind(),
                    outcome.mutant().change(),
                    outcome.fate(),
                    outcome.by());
        }
    }

    /** Tries small faults in all CQL of a content whose cases pass. */
    static MutationReport of(Content content, List<Case> cases, CaseRuns runs, Pattern libraries) {
        List<Outcome> outcomes = MutationTest.run(content, cases, runs, mutant -> libraries
                .matcher(mutant.clause().library())
                .find());
        return new MutationReport(
                Score.of(outcomes),
                outcomes.stream()
                        .collect(Collectors.groupingBy(
                                outcome -> outcome.mutant().clause().library(),
                                TreeMap::new,
                                Collectors.collectingAndThen(Collectors.toList(), Score::of))),
                sorted(outcomes, fate -> fate != Fate.KILLED && fate != Fate.EQUIVALENT),
                sorted(outcomes, fate -> fate == Fate.EQUIVALENT));
    }

    private static List<Unnoticed> sorted(List<Outcome> outcomes, Predicate<Fate> wanted) {
        return outcomes.stream()
                .filter(outcome -> wanted.test(outcome.fate()))
                .map(Unnoticed::of)
                .sorted(Comparator.comparing(Unnoticed::file)
                        .thenComparing(Unnoticed::line)
                        .thenComparing(Unnoticed::column))
                .toList();
    }

    void print(PrintWriter out) {
        for (Unnoticed one : unnoticed) {
            String text = one.text().replaceAll("\\s+", " ");
            out.println(one.file() + ":" + one.line() + ":" + one.column() + ": \"" + one.definition() + "\" "
                    + TestCommand.shortened(text) + " -> " + one.change() + ": "
                    + switch (one.fate()) {
                        case UNEXPECTED -> "changes " + one.changes() + ", which does not expect it";
                        case SURVIVED -> "no answer changes";
                        default -> "no case reaches it";
                    });
        }
        out.println();
        equivalent.stream()
                .collect(Collectors.groupingBy(
                        one -> one.file() + ": \"" + one.definition() + "\": ",
                        TreeMap::new,
                        Collectors.groupingBy(Unnoticed::changes, TreeMap::new, Collectors.counting())))
                .forEach((place, reasons) ->
                        reasons.forEach((why, count) -> out.println(place + count + " that change nothing: " + why)));
        if (!equivalent.isEmpty()) {
            out.println();
        }
        out.printf(
                "%-28s %8s %12s %10s %13s %11s %9s%n",
                "Faults in", "noticed", "unexpected", "no change", "not reached", "equivalent", "noticed");
        libraries.forEach((library, score) -> row(library, score, out));
        row("All", all, out);
        out.println();
    }

    private static void row(String name, Score score, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-28s %8d %12d %10d %13d %11d %7.1f %%%n",
                name,
                score.killed(),
                score.unexpected(),
                score.survived(),
                score.notReached(),
                score.equivalent(),
                TestCommand.roundedDown(score.percent()));
    }
}
