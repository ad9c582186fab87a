package dev.therapyfit.cql.elm;

import java.util.List;
import java.util.Objects;
import org.hl7.elm.r1.FunctionDef;
import org.jspecify.annotations.Nullable;

/** A function that CQL defines. */
final class DefinedFunction {
    private final String name;
    private final FunctionDef elm;
    private @Nullable Body varying;
    private @Nullable Node written;
    private int slots;

    DefinedFunction(String name, FunctionDef elm) {
        this.name = name;
        this.elm = elm;
    }

    FunctionDef elm() {
        return elm;
    }

    void define(Body compiled) {
        varying = compiled.varies() ? compiled : null;
        written = compiled.written();
        slots = compiled.slots();
    }

    private Node body(Evaluation evaluation) {
        return Objects.requireNonNull(varying == null ? written : varying.of(evaluation), name);
    }

    /** A call of a function: its operands are the first slots of its body. */
    static final class Call extends Node {
        private final DefinedFunction function;
        private final Node[] operands;

        Call(DefinedFunction function, List<Node> operands) {
            this.function = function;
            this.operands = operands.toArray(Node[]::new);
        }

        /** The slots of the function's body, its operands first. */
        private @Nullable Object[] own(Evaluation evaluation, @Nullable Object[] slots) {
            @Nullable Object[] own = new @Nullable Object[function.slots];
            fill(own, operands, evaluation, slots);
            return own;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return function.body(evaluation).value(evaluation, own(evaluation, slots));
        }

        @Override
        boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
            return function.body(evaluation).isTrue(evaluation, own(evaluation, slots));
        }
    }
}
