package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.elm.Dependents.Written;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of one evaluation another one can take over, in which some definitions are written otherwise: a definition has the value that
 * it had if it is written as it was, and if all that it names have the values they had.
 */
final class Reuse {
    private final Definition[] all;
    private final Written[] written;
    private final BitSet rewritten;
    private final List<Definition> others;
    private final int[] affected;

    private Reuse(Definition[] all, Written[] written, BitSet rewritten, int[] affected) {
        this.all = all;
        this.written = written;
        this.rewritten = rewritten;
        this.others = rewritten.stream().mapToObj(i -> all[i]).toList();
        this.affected = affected;
    }

    /**
     * Where some definitions are written otherwise.
     *
     * @param all the definitions, by their numbers
     * @param written what they say
     * @param rewritten numbers of those that are written otherwise
     */
    static Reuse of(Definition[] all, Written[] written, BitSet rewritten) {
        BitSet affected = (BitSet) rewritten.clone();
        int known;
        do {
            known = affected.cardinality();
            for (int i = 0; i < all.length; i++) {
                if (!affected.get(i) && written[i].used().stream().anyMatch(one -> affected.get(one.index()))) {
                    affected.set(i);
                }
            }
        } while (affected.cardinality() > known);
        return new Reuse(all, written, rewritten, affected.stream().toArray());
    }

    /** The same if of what is written otherwise only some have other parts for a patient. */
    Reuse where(BitSet some) {
        return new Reuse(all, written, some, affected);
    }

    /** The values of before without those that may be others. */
    @Nullable
    Object[] takenOver(@Nullable Object[] before) {
        @Nullable Object[] values = before.clone();
        for (int i : affected) {
            values[i] = Evaluation.UNKNOWN;
        }
        return values;
    }

    /**
     * True if a definition has the value that it had.
     *
     * @param before values of before; what was not known then, nothing that was known rested on
     */
    boolean isAsBefore(int definition, Evaluation evaluation, @Nullable Object[] before) {
        return !rewritten.get(definition) && areAsBefore(written[definition].used(), evaluation, before);
    }

    /** True if all that is written otherwise has the value that it had; then all has. */
    boolean changesNothing(Evaluation evaluation, @Nullable Object[] before) {
        return areAsBefore(others, evaluation, before);
    }

    private static boolean areAsBefore(List<Definition> definitions, Evaluation evaluation, @Nullable Object[] before) {
        try {
            for (Definition one : definitions) {
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
}
