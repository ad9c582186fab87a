package dev.therapyfit.authoring.mutation;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.EvaluationException;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.evaluation.Mutants;
import dev.therapyfit.cql.evaluation.Mutants.Mutant;
import dev.therapyfit.cql.record.PatientRecord;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the test cases notice of small faults in the CQL. A mutant is killed if a case that it reaches is not as expected any
 * more. A case in which the mutated piece of CQL has no other value cannot notice it and is not tried.
 */
public final class MutationTest {
    /** What is answered about a case. */
    public interface Trial {
        /** The answer. Throws {@link IllegalStateException} or {@link EvaluationException} if there can be none. */
        Map<String, Object> answer(Case about, PatientRecord record, ExpressionResults results);

        /** What is not as the case expects. Throws as {@link #answer} does, if it notices. */
        List<String> differences(Case about, PatientRecord record, ExpressionResults results);
    }

    /** What became of a mutant. */
    public enum Fate {
        /** A case is not as expected any more. */
        KILLED,
        /** An answer is another, but no case expects anything of what changed. */
        UNEXPECTED,
        /** The piece of CQL has another value in a case, but no answer changes. */
        SURVIVED,
        /** No case reaches it, or its value is the same in all of them. */
        NOT_REACHED,
        /** No case notices it, and the content says why none can. */
        EQUIVALENT
    }

    /**
     * A mutant and what became of it.
     *
     * @param by a case that killed it, or the first that would if it expected more, or why none can; empty: none
     */
    public record Outcome(Mutant mutant, Fate fate, String by) {}

    /**
     * Mutants by what became of them.
     *
     * @param killed noticed by a case
     * @param unexpected change an answer in a way that no case expects anything of
     * @param survived reached, and no answer changes
     * @param notReached by no case, or with the same value in each
     * @param equivalent the content says why no case can notice them
     */
    public record Score(long killed, long unexpected, long survived, long notReached, long equivalent) {
        /** Of outcomes. */
        public static Score of(List<Outcome> outcomes) {
            Map<Fate, Long> counts =
                    outcomes.stream().collect(Collectors.groupingBy(Outcome::fate, Collectors.counting()));
            return new Score(
                    counts.getOrDefault(Fate.KILLED, 0L),
                    counts.getOrDefault(Fate.UNEXPECTED, 0L),
                    counts.getOrDefault(Fate.SURVIVED, 0L),
                    counts.getOrDefault(Fate.NOT_REACHED, 0L),
                    counts.getOrDefault(Fate.EQUIVALENT, 0L));
        }

        /** How many of those that could be noticed are; 100 if there are none. */
        public double percent() {
            long all = killed + unexpected + survived + notReached;
            return all == 0 ? 100 : 100.0 * killed / all;
        }
    }

    private final Mutants mutants;
    private final List<Case> cases;
    private final Trial trial;
    private final BitSet wanted;
    private final SameByReason same;
    private final AtomicIntegerArray reached;
    private final AtomicReferenceArray<@Nullable String> killers;
    /** By mutant: the first case whose answer it changes. */
    private final AtomicIntegerArray changed;

    private MutationTest(Content content, List<Case> cases, Trial trial, Predicate<Mutant> wanted) {
        this.mutants = Mutants.compile(content);
        this.cases = cases.stream()
                .sorted(Comparator.comparing(one -> one.expected().answer().isEmpty())) // those notice most
                .toList();
        this.trial = trial;
        this.wanted = mutants.all().stream()
                .filter(wanted)
                .mapToInt(Mutant::number)
                .collect(BitSet::new, BitSet::set, BitSet::or);
        this.same = new SameByReason(content);
        int size = mutants.all().size();
        this.reached = new AtomicIntegerArray(size);
        this.killers = new AtomicReferenceArray<>(size);
        this.changed = new AtomicIntegerArray(
                IntStream.generate(() -> Integer.MAX_VALUE).limit(size).toArray());
    }

    /**
     * Tries mutants of a content, on all cores.
     *
     * @param cases its cases, all of which are as expected
     * @param trial answers about them
     * @param wanted which mutants are tried
     */
    public static List<Outcome> run(Content content, List<Case> cases, Trial trial, Predicate<Mutant> wanted) {
        return new MutationTest(content, cases, trial, wanted).run();
    }

    private List<Outcome> run() {
        // each thread takes the next case: a part of the cases for each would begin with some that notice little
        AtomicInteger next = new AtomicInteger();
        IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .parallel()
                .forEach(thread -> {
                    for (int place = next.getAndIncrement(); place < cases.size(); place = next.getAndIncrement()) {
                        tryAll(place);
                    }
                });
        return wanted.stream().mapToObj(mutants.all()::get).map(this::outcome).toList();
    }

    /** Tries the mutants that a case reaches and none has killed yet. */
    private void tryAll(int place) {
        Case one = cases.get(place);
        PatientRecord record = one.record();
        Map<String, Object> written = new HashMap<>();
        Mutants.Baseline baseline = mutants.baseline(
                record, one.inputs(), one.at(), left(), results -> written.putAll(trial.answer(one, record, results)));
        baseline.differing().forEach(number -> {
            reached.set(number, 1);
            if (killers.get(number) == null) {
                tryOne(place, record, baseline, written, number);
            }
        });
    }

    /** The mutants that none has killed yet. */
    private BitSet left() {
        BitSet left = (BitSet) wanted.clone();
        wanted.stream().filter(number -> killers.get(number) != null).forEach(left::clear);
        return left;
    }

    private void tryOne(
            int place, PatientRecord record, Mutants.Baseline baseline, Map<String, Object> written, int number) {
        Case one = cases.get(place);
        try {
            Optional<ExpressionResults> results = baseline.with(number);
            if (results.isPresent()) {
                if (!trial.differences(one, record, results.get()).isEmpty()) {
                    killers.compareAndSet(number, null, one.name());
                } else if (changed.get(number) > place
                        && !trial.answer(one, record, results.get()).equals(written)) {
                    changed.getAndAccumulate(number, place, Math::min);
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
        return same.of(mutant)
                .map(why -> new Outcome(mutant, Fate.EQUIVALENT, why))
                .orElseGet(() -> new Outcome(mutant, reached.get(number) == 0 ? Fate.NOT_REACHED : Fate.SURVIVED, ""));
    }
}
