package dev.therapyfit.cql.elm;

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
        evaluation.compare(value, first, variants, slots);
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
}
