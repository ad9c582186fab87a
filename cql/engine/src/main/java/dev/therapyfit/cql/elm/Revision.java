package dev.therapyfit.cql.elm;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.hl7.elm.r1.ExpressionDef;
import org.jspecify.annotations.Nullable;

/**
 * A program beside an earlier one, of which it says most. What was evaluated with the earlier one need not be evaluated again:
 * a definition has the value that it had if it is written as it was, and if all that it names have the values they had. Neither
 * program has watchers or variants. Thread-safe.
 */
public final class Revision {
    private final Program program;
    private final Definition[] definitions;

    /** By the number of a definition: the number that it had; -1: it was not there. */
    private final int[] earlier;

    /** Numbers of the definitions that are written otherwise. */
    private final BitSet rewritten = new BitSet();

    /** Numbers of those that rest on one. */
    private final BitSet affected;

    /** By the number of a definition: what it names. */
    private final Definition[][] used;

    private Revision(Program before, Program now, Function<ExpressionDef, String> texts, Set<String> valueSets) {
        this.program = now;
        this.definitions = now.definitions();
        this.earlier = new int[definitions.length];
        this.used = new Definition[definitions.length][];
        Set<Definition> others = new HashSet<>();
        for (Definition definition : definitions) {
            int number = definition.index();
            Written is = Written.of(definition, now.dependents(), texts, valueSets);
            Definition same = before.find(definition.library(), definition.name());
            used[number] = is.used().toArray(Definition[]::new);
            earlier[number] = same == null ? -1 : same.index();
            if (same == null
                    || !is.texts()
                            .equals(Written.of(same, before.dependents(), texts, Set.of())
                                    .texts())) {
                rewritten.set(number);
                others.add(definition);
            }
        }
        this.affected = now.dependents().resting(others);
    }

    /**
     * What a program says otherwise than an earlier one.
     *
     * @param texts what a definition or function of either says: two with the same text are the same, wherever they stand
     * @param valueSets URLs of the value sets that have other members
     */
    public static Revision of(
            Program before, Program now, Function<ExpressionDef, String> texts, Set<String> valueSets) {
        return new Revision(before, now, texts, valueSets);
    }

    /**
     * The evaluation, with what takes part in it as before, as this program has it.
     *
     * @param before made with the earlier program
     * @param data gives the patient's data as before, with the new value sets
     */
    public Evaluation evaluation(Evaluation before, UnaryOperator<Data> data) {
        return before.revised(this, program, data);
    }

    /** Values by the numbers that definitions have now. */
    @Nullable
    Object[] renumbered(@Nullable Object[] values) {
        @Nullable Object[] renumbered = new @Nullable Object[earlier.length];
        for (int i = 0; i < earlier.length; i++) {
            renumbered[i] = earlier[i] < 0 ? Evaluation.UNKNOWN : values[earlier[i]];
        }
        return renumbered;
    }

    /** Numbers of the definitions that may have another value. */
    BitSet affected() {
        return affected;
    }

    /**
     * True if a definition has the value that it had.
     *
     * @param before values of before; what was not known then, nothing that was known rested on
     */
    boolean isAsBefore(int definition, Evaluation evaluation, @Nullable Object[] before) {
        if (rewritten.get(definition)) {
            return false;
        }
        try {
            for (Definition one : used[definition]) {
                Object was = before[one.index()];
                if (was != Evaluation.UNKNOWN && was != one.value(evaluation)) {
                    return false;
                }
            }
            return true;
        } catch (RuntimeException e) {
            return false; // what fails may not be asked for now
        }
    }

    /**
     * What a definition says.
     *
     * @param texts its own, and those of functions that it calls and of constants, which are part of it once it is compiled
     * @param used the other definitions that it names
     */
    private record Written(Set<String> texts, Set<Definition> used) {
        static Written of(
                Definition definition,
                Dependents dependents,
                Function<ExpressionDef, String> texts,
                Set<String> otherValueSets) {
            Written written = new Written(new HashSet<>(Set.of(texts.apply(definition.elm()))), new HashSet<>());
            Set<Object> seen = new HashSet<>();
            Deque<Object> open = new ArrayDeque<>(dependents.usedBy(definition));
            while (!open.isEmpty()) {
                Object one = open.pop();
                if (!seen.add(one)) {
                    continue;
                }
                if (one instanceof DefinedFunction function) {
                    written.texts.add(texts.apply(function.elm()));
                } else if (one instanceof Definition named && named.constant() != null) {
                    written.texts.add(texts.apply(named.elm()));
                } else if (one instanceof Definition named) {
                    written.used.add(named);
                    continue;
                } else if (one instanceof String url && otherValueSets.contains(url)) {
                    written.texts.add("other members of " + url);
                }
                open.addAll(dependents.usedBy(one));
            }
            return written;
        }
    }
}
