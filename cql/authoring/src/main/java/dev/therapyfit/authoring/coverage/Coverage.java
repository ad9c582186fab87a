package dev.therapyfit.authoring.coverage;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.evaluation.ClauseCounter;
import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.evaluation.ClauseCounter.Seen;
import dev.therapyfit.cql.evaluation.EvaluationException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of the content's CQL its cases evaluate.
 *
 * <p>For each case every expression of the main library is evaluated: what the plan definitions name and the decision.
 * What is counted, in each library of the content (those that come with the engine do not count):
 *
 * <ul>
 *   <li><b>Named expressions</b>: the {@code define} statements, functions included, that a case evaluated at least
 *       once. One that no case evaluates is dead, or reached by no case.
 *   <li><b>Clauses</b>: every piece of CQL that has a value, from a whole definition down to a literal; precisely those
 *       of {@link Clause}. A clause is evaluated if some case gave it a value, null included: with three-valued logic
 *       an answer "unknown" is an answer. A branch that no case takes, or a {@code where} over a list that is always
 *       empty, is not evaluated.
 * </ul>
 *
 * A condition was tried both ways if it was true for one case and false for another. One that was only ever true, or null,
 * could be left out, and no case would tell.
 *
 * @param libraries one entry a library, in the order of their files
 * @param all every clause with the values that it had
 */
public record Coverage(List<OfLibrary> libraries, List<Clause> all) {
    public Coverage {
        libraries = List.copyOf(libraries);
        all = List.copyOf(all);
    }

    /**
     * Of one library.
     *
     * @param library its name
     * @param expressions named expressions and functions
     * @param clauses clauses
     * @param conditions those of the clauses that were true or false, and how many of them were both
     * @param missed what no case evaluated, in the order of the text
     */
    public record OfLibrary(String library, Count expressions, Count clauses, Count conditions, List<Missed> missed) {
        public OfLibrary {
            missed = List.copyOf(missed);
        }
    }

    /** How many there are and how many of them were evaluated. */
    public record Count(int evaluated, int all) {
        /** Evaluated ones in a hundred; 100 if there are none at all. */
        public double percent() {
            return all == 0 ? 100 : 100.0 * evaluated / all;
        }

        private Count plus(Count other) {
            return new Count(evaluated + other.evaluated, all + other.all);
        }
    }

    /**
     * A clause that no case evaluated and that lies in no other such clause.
     *
     * @param file path inside the content
     * @param line line, from 1
     * @param column column, from 1
     * @param expression name of the expression or function that it is in
     * @param whole true if nothing of that expression was evaluated
     * @param clauses how many clauses it is made of, itself included
     * @param text the CQL, in one line
     */
    public record Missed(
            String file, int line, int column, String expression, boolean whole, int clauses, String text) {}

    /**
     * Runs cases.
     *
     * @throws ContentException if the content does not compile
     */
    public static Coverage of(Content content, List<Case> cases) {
        ClauseCounter counter =
                ClauseCounter.compile(content, content.mainLibrary().name());
        cases.parallelStream().forEach(one -> run(counter, one));
        Map<String, List<Clause>> byLibrary = new LinkedHashMap<>();
        content.libraries().forEach(library -> byLibrary.put(library.name(), new ArrayList<>()));
        List<Clause> all = counter.clauses();
        all.forEach(clause -> byLibrary
                .computeIfAbsent(clause.library(), name -> new ArrayList<>())
                .add(clause));
        List<OfLibrary> libraries = new ArrayList<>();
        byLibrary.forEach((name, clauses) -> libraries.add(new OfLibrary(
                name,
                count(clauses.stream().filter(Clause::body).toList()),
                count(clauses),
                conditions(clauses),
                missed(clauses))));
        return new Coverage(libraries, all);
    }

    private static void run(ClauseCounter counter, Case one) {
        try {
            counter.evaluate(one.record(), one.inputs(), one.at());
        } catch (EvaluationException ignored) {
            // What it evaluated before counts; that it failed is for the run of the cases to say.
        }
    }

    /** Named expressions of all libraries. */
    public Count expressions() {
        return libraries.stream().map(OfLibrary::expressions).reduce(new Count(0, 0), Count::plus);
    }

    /** Clauses of all libraries. */
    public Count clauses() {
        return libraries.stream().map(OfLibrary::clauses).reduce(new Count(0, 0), Count::plus);
    }

    /** Conditions of all libraries. */
    public Count conditions() {
        return libraries.stream().map(OfLibrary::conditions).reduce(new Count(0, 0), Count::plus);
    }

    private static Count conditions(List<Clause> clauses) {
        List<Seen> conditions =
                clauses.stream().filter(Clause::isCondition).map(Clause::seen).toList();
        return new Count((int) conditions.stream().filter(Seen::isBoth).count(), conditions.size());
    }

    private static Count count(List<Clause> clauses) {
        return new Count((int) clauses.stream().filter(Clause::evaluated).count(), clauses.size());
    }

    private static List<Missed> missed(List<Clause> clauses) {
        List<Clause> open = clauses.stream()
                .filter(clause -> !clause.evaluated())
                .sorted(Comparator.comparing(Clause::start).thenComparing(Clause::end, Comparator.reverseOrder()))
                .toList();
        List<Missed> missed = new ArrayList<>();
        int from = 0;
        while (from < open.size()) {
            Clause outer = open.get(from);
            int to = from + 1;
            while (to < open.size() && open.get(to).end().compareTo(outer.end()) <= 0) {
                to++;
            }
            missed.add(new Missed(
                    outer.file(),
                    outer.start().line(),
                    outer.start().column(),
                    outer.definition(),
                    outer.body(),
                    to - from,
                    outer.text().replaceAll("\\s+", " ")));
            from = to;
        }
        return missed;
    }
}
