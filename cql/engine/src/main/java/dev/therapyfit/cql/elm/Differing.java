package dev.therapyfit.cql.elm;

import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which variants have another value than what is written, and in which definitions: no other can change a value. */
final class Differing {
    private final BitSet wanted;

    /** By variant: the numbers of definitions; null: none. */
    private final @Nullable BitSet[] places;

    /** @param wanted the variants that are tried; does not change */
    Differing(BitSet wanted) {
        this.wanted = wanted;
        this.places = new @Nullable BitSet[wanted.length()];
    }

    /** True if one of these variants is tried. */
    boolean wantsOneOf(int first, int last) {
        int next = wanted.nextSetBit(first);
        return next >= 0 && next <= last;
    }

    /** True if it is not known yet whether a variant has another value in a definition. */
    boolean wants(int variant, int definition) {
        if (!wanted.get(variant)) {
            return false;
        }
        BitSet known = places[variant];
        return known == null || !known.get(definition);
    }

    void note(int variant, int definition) {
        BitSet known = places[variant];
        if (known == null) {
            known = new BitSet();
            places[variant] = known;
        }
        known.set(definition);
    }

    /** The variants that have another value. */
    IntStream variants() {
        return wanted.stream().filter(variant -> places[variant] != null);
    }

    /** The definitions in which a variant has another value. */
    BitSet places(int variant) {
        BitSet known = variant < places.length ? places[variant] : null;
        return known == null ? new BitSet() : known;
    }
}
