package dev.therapyfit.cql.elm;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression as written, or one of its variants, as the evaluation has chosen. */
final class VariedNode extends Node {
    private final Node written;
    private final int first;
    private final Node[] variants;

    VariedNode(Node written, int first, List<Node> variants) {
        this.written = written;
        this.first = first;
        this.variants = variants.toArray(Node[]::new);
    }

    @Override
    @Nullable
    Object value(Evaluation evaluation, @Nullable Object[] slots) {
        int chosen = evaluation.variant() - first;
        if (chosen >= 0 && chosen < variants.length) {
            return variants[chosen].value(evaluation, slots);
        }
        Object value = written.value(evaluation, slots);
        BitSet differing = evaluation.differing();
        if (differing != null) {
            for (int i = 0; i < variants.length; i++) {
                if (!differing.get(first + i) && differs(variants[i], value, evaluation, slots)) {
                    differing.set(first + i);
                }
            }
        }
        return value;
    }

    @Override
    boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
        return isWritten(evaluation)
                ? written.isTrue(evaluation, slots)
                : Boolean.TRUE.equals(value(evaluation, slots));
    }

    @Override
    boolean exists(Evaluation evaluation, @Nullable Object[] slots) {
        return isWritten(evaluation) ? written.exists(evaluation, slots) : super.exists(evaluation, slots);
    }

    private boolean isWritten(Evaluation evaluation) {
        return !evaluation.varies(first, first + variants.length - 1);
    }

    private static boolean differs(
            Node variant, @Nullable Object value, Evaluation evaluation, @Nullable Object[] slots) {
        try {
            return !same(value, variant.value(evaluation, slots));
        } catch (RuntimeException e) {
            return true; // it fails where the other does not
        }
    }

    /** True if it is certain that nothing can tell one from the other. */
    private static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one == other) {
            return true;
        }
        if (one instanceof List<?> list && other instanceof List<?> otherList) {
            if (list.size() != otherList.size()) {
                return false;
            }
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) != otherList.get(i)) {
                    return false;
                }
            }
            return true;
        }
        return (one instanceof Boolean || one instanceof String || one instanceof Integer) && one.equals(other);
    }
}
