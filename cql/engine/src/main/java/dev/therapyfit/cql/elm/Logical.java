package dev.therapyfit.cql.elm;

import org.hl7.elm.r1.And;
import org.hl7.elm.r1.Implies;
import org.hl7.elm.r1.Not;
import org.hl7.elm.r1.Or;
import org.hl7.elm.r1.Xor;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.XorEvaluator;

/** Logical operators with three values, of which the second operand is evaluated only if the first decides nothing. */
final class Logical {
    private Logical() {}

    static void addTo(Operations operations) {
        operations.add(
                And.class,
                (elm, compiler) -> new AndNode(
                        compiler.node(elm.getOperand().get(0)),
                        compiler.node(elm.getOperand().get(1))));
        operations.add(
                Or.class,
                (elm, compiler) -> new OrNode(
                        compiler.node(elm.getOperand().get(0)),
                        compiler.node(elm.getOperand().get(1))));
        operations.add(
                Implies.class,
                (elm, compiler) -> new OrNode(
                        new NotNode(compiler.node(elm.getOperand().get(0))),
                        compiler.node(elm.getOperand().get(1))));
        operations.add(Not.class, (elm, compiler) -> new NotNode(compiler.node(elm.getOperand())));
        operations.binary(Xor.class, (left, right, state) -> XorEvaluator.xor(left, right));
    }

    private static final class AndNode extends Node {
        private final Node left;
        private final Node right;

        AndNode(Node left, Node right) {
            this.left = left;
            this.right = right;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Boolean one = (Boolean) left.value(evaluation, slots);
            if (Boolean.FALSE.equals(one)) {
                return one;
            }
            Boolean other = (Boolean) right.value(evaluation, slots);
            return (one == null && Boolean.TRUE.equals(other)) ? null : other;
        }

        @Override
        boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
            return left.isTrue(evaluation, slots) && right.isTrue(evaluation, slots);
        }
    }

    private static final class OrNode extends Node {
        private final Node left;
        private final Node right;

        OrNode(Node left, Node right) {
            this.left = left;
            this.right = right;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Boolean one = (Boolean) left.value(evaluation, slots);
            if (Boolean.TRUE.equals(one)) {
                return one;
            }
            Boolean other = (Boolean) right.value(evaluation, slots);
            return (one == null && Boolean.FALSE.equals(other)) ? null : other;
        }

        @Override
        boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
            return left.isTrue(evaluation, slots) || right.isTrue(evaluation, slots);
        }
    }

    private static final class NotNode extends Node {
        private final Node operand;

        NotNode(Node operand) {
            this.operand = operand;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Boolean value = (Boolean) operand.value(evaluation, slots);
            return value == null ? null : !value;
        }
    }
}
