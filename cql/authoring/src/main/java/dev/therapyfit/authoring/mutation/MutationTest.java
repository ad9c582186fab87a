package dev.therapyfit.authoring.mutation;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.Mutants;
import dev.therapyfit.cql.evaluation.Mutants.Mutant;
import dev.therapyfit.cql.record.PatientRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the test cases notice of small faults in the CQL. A mutant is killed if a case that it reaches is not as expected any
 * more. A case in which the mutated piece of CQL has no other value cannot notice it and is not tried.
 */
public final class MutationTest {
    /** What is asked of each decision, besides what a case expects: that it can be made, and fits its schema. */
    @FunctionalInterface
    public interface Check {
        /** Throws {@link IllegalStateException} or {@link EvaluationException} if there is no such decision. */
        void require(Case about, PatientRecord record, ExpressionResults results);
    }

    /** What became of a mutant. */
    public enum Fate {
        /** A case is not as expected any more. */
        KILLED,
        /** A decision is another, but no case expects anything of what changed. */
        UNEXPECTED,
        /** The piece of CQL has another value in a case, but no decision changes. */
        SURVIVED,
        /** No case reaches it, or its value is the same in all of them. */
        NOT_REACHED
    }

    /**
     * A mutant and what became of it.
     *
     * @param by a case that killed it, or the first that would if it expected more; empty: none
     */
    public record Outcome(Mutant mutant, Fate fate, String by) {}

    /**
     * Mutants by what became of them.
     *
     * @param killed noticed by a case
     * @param unexpected change a decision in a way that no case expects anything of
     * @param survived reached, and no decision changes
     * @param notReached by no case, or with the same value in each
     */
    public record Score(long killed, long unexpected, long survived, long notReached) {
        /** Of outcomes. */
        public static Score of(List<Outcome> outcomes) {
            Map<Fate, Long> counts =
                    outcomes.stream().collect(Collectors.groupingBy(Outcome::fate, Collectors.counting()));
            return new Score(
                    counts.getOrDefault(Fate.KILLED, 0L),
                    counts.getOrDefault(Fate.UNEXPECTED, 0L),
                    counts.getOrDefault(Fate.SURVIVED, 0L),
                    counts.getOrDefault(Fate.NOT_REACHED, 0L));
        }

        /** How many of those that a case reaches are noticed; 100 if none is reached. */
        public double percent() {
            long reached = killed + unexpected + survived;
            return reached == 0 ? 100 : 100.0 * killed / reached;
        }
    }

    private final Mutants mutants;
    private final List<Case> cases;
    private final String decision;
    private final Check check;
    private final AtomicIntegerArray reached;
    private final AtomicReferenceArray<@Nullable String> killers;
    /** By mutant: the first case whose decision it changes. */
    private final AtomicIntegerArray changed;

    private MutationTest(Mutants mutants, List<Case> cases, String decision, Check check) {
        this.mutants = mutants;
        this.cases = cases;
        this.decision = decision;
        this.check = check;
        int size = mutants.all().size();
        this.reached = new AtomicIntegerArray(size);
        this.killers = new AtomicReferenceArray<>(size);
        this.changed = new AtomicIntegerArray(
                IntStream.generate(() -> Integer.MAX_VALUE).limit(size).toArray());
    }

    /**
     * Tries all mutants of a content, on all cores.
     *
     * @param cases its cases, all of which are as expected
     * @param decision the expression that is the decision
     * @param check is asked once of each mutant that changes a decision as no case expects
     */
    public static List<Outcome> run(Content content, List<Case> cases, String decision, Check check) {
        return new MutationTest(Mutants.compile(content), List.copyOf(cases), decision, check).run();
    }

    private List<Outcome> run() {
        IntStream.range(0, cases.size()).parallel().forEach(this::tryAll);
        return mutants.all().stream().map(this::outcome).toList();
    }

    /** Tries the mutants that a case reaches and none has killed yet. */
    private void tryAll(int place) {
        Case one = cases.get(place);
        PatientRecord record = one.record();
        Mutants.Baseline baseline = mutants.baseline(record, List.of(decision), one.inputs(), one.at());
        baseline.differing().forEach(number -> {
            reached.set(number, 1);
            if (killers.get(number) == null) {
                tryOne(place, record, baseline, number);
            }
        });
    }

    private void tryOne(int place, PatientRecord record, Mutants.Baseline baseline, int number) {
        Case one = cases.get(place);
        try {
            Optional<ExpressionResults> results = baseline.with(number);
            if (results.isPresent()) {
                Object value = results.get().value(decision).orElse(Map.of());
                if (!one.expected().differences((Map<?, ?>) value).isEmpty()) {
                    killers.compareAndSet(number, null, one.name());
                } else if (changed.getAndAccumulate(number, place, Math::min) == Integer.MAX_VALUE) {
                    check.require(one, record, results.get());
                }
            }
        } catch (EvaluationException | IllegalStateException e) {
            killers.compareAndSet(number, null, one.name());
        }
    }

    private Outcome outcome(Mutant mutant) {
        int number = mutant.number();
        String killer = killers.get(number);
        if (killer != null) {
            return new Outcome(mutant, Fate.KILLED, killer);
        }
        if (changed.get(number) < cases.size()) {
            return new Outcome(
                    mutant, Fate.UNEXPECTED, cases.get(changed.get(number)).name());
        }
        return new Outcome(mutant, reached.get(number) == 0 ? Fate.NOT_REACHED : Fate.SURVIVED, "");
    }
}
