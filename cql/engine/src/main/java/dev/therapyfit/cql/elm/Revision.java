package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.elm.Dependents.Written;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.hl7.elm.r1.ExpressionDef;
import org.jspecify.annotations.Nullable;

/**
 * A program beside an earlier one, of which it says most: what was evaluated with the earlier one is evaluated again at the cost of
 * what differs. Neither has watchers or variants. Thread-safe.
 */
public final class Revision {
    private final Program program;
    private final BitSet rewritten;

    /** By the number of a definition: the number that it had; -1: it was not there. */
    private final int[] earlier;

    private Revision(Program program, BitSet rewritten, int[] earlier) {
        this.program = program;
        this.rewritten = rewritten;
        this.earlier = earlier;
    }

    /**
     * What a program says otherwise than an earlier one.
     *
     * @param texts what a definition or function of either says: two with the same text are the same, wherever they stand
     * @param valueSets URLs of the value sets that have other members
     */
    public static Revision of(
            Program before, Program now, Function<ExpressionDef, String> texts, Set<String> valueSets) {
        Definition[] definitions = now.definitions();
        Written[] written = now.written();
        int[] earlier = new int[definitions.length];
        BitSet rewritten = new BitSet();
        for (Definition definition : definitions) {
            Definition same = before.find(definition.library(), definition.name());
            earlier[definition.index()] = same == null ? -1 : same.index();
            rewritten.set(
                    definition.index(),
                    same == null
                            || !texts(written[definition.index()], texts, valueSets)
                                    .equals(texts(before.written()[same.index()], texts, Set.of())));
        }
        return new Revision(now, rewritten, earlier);
    }

    private static Set<String> texts(
            Written written, Function<ExpressionDef, String> texts, Set<String> otherValueSets) {
        Set<String> all = new HashSet<>();
        for (Object part : written.parts()) {
            if (part instanceof Definition one) {
                all.add(texts.apply(one.elm()));
            } else if (part instanceof DefinedFunction function) {
                all.add(texts.apply(function.elm()));
            } else if (otherValueSets.contains(part)) {
                all.add("other members of " + part);
            }
        }
        return all;
    }

    /**
     * The same evaluation with this program.
     *
     * @param before made with the earlier program
     * @param data gives the patient's data as before, with the new value sets
     */
    public Evaluation evaluation(Evaluation before, UnaryOperator<Data> data) {
        @Nullable Object[] numbered = new @Nullable Object[earlier.length];
        for (int i = 0; i < earlier.length; i++) {
            numbered[i] = earlier[i] < 0 ? Evaluation.UNKNOWN : before.known(earlier[i]);
        }
        return before.continued(program, data.apply(before.data()), numbered, rewritten);
    }
}
