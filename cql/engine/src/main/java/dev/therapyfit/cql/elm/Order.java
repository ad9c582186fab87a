package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.elm.Dependents.Written;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The definitions of a program, each after all that it names: in this order those are evaluated again that may have another value. */
final class Order {
    private final Definition[] sorted;

    /** By the number of a definition: its place in the order. */
    private final int[] places;

    /** By the number of a definition: the places of those that name it. */
    private final BitSet[] users;

    private Order(Definition[] sorted, int[] places, BitSet[] users) {
        this.sorted = sorted;
        this.places = places;
        this.users = users;
    }

    /**
     * The order of some definitions.
     *
     * @param all the definitions, by their numbers
     * @param written what they say
     */
    static Order of(Definition[] all, Written[] written) {
        List<Definition> sorted = new ArrayList<>();
        BitSet seen = new BitSet();
        for (Definition one : all) {
            addAfterWhatItNames(one, written, seen, sorted);
        }
        int[] places = new int[all.length];
        BitSet[] users = new BitSet[all.length];
        for (int place = 0; place < all.length; place++) {
            int number = sorted.get(place).index();
            places[number] = place;
            users[number] = new BitSet();
            for (Definition used : written[number].used()) {
                users[used.index()].set(place);
            }
        }
        return new Order(sorted.toArray(Definition[]::new), places, users);
    }

    private static void addAfterWhatItNames(Definition one, Written[] written, BitSet seen, List<Definition> sorted) {
        if (!seen.get(one.index())) {
            seen.set(one.index());
            written[one.index()].used().forEach(used -> addAfterWhatItNames(used, written, seen, sorted));
            sorted.add(one);
        }
    }

    /**
     * Evaluates again what may have another value than before; gives the numbers of the definitions that have, or that fail now.
     *
     * @param evaluation knows the values of before; then those of now, but not of what fails
     * @param rewritten numbers of the definitions that say something else
     */
    BitSet evaluateAgain(Evaluation evaluation, BitSet rewritten) {
        BitSet others = new BitSet();
        BitSet open = new BitSet();
        rewritten.stream().map(number -> places[number]).forEach(open::set);
        for (int place = open.nextSetBit(0); place >= 0; place = open.nextSetBit(place + 1)) {
            Definition definition = sorted[place];
            // on what was not known, nothing rests that was
            if (evaluation.known(definition.index()) != Evaluation.UNKNOWN && isOther(definition, evaluation)) {
                others.set(definition.index());
                open.or(users[definition.index()]);
            }
        }
        return others;
    }

    private static boolean isOther(Definition definition, Evaluation evaluation) {
        @Nullable Object before = evaluation.known(definition.index());
        evaluation.forget(definition.index());
        try {
            return definition.value(evaluation) != before;
        } catch (RuntimeException e) {
            return true; // fails again for whoever asks
        }
    }
}
