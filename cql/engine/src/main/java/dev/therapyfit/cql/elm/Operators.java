package dev.therapyfit.cql.elm;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.State;

/** Nodes of operators that take the values of their operands, whatever these are. */
final class Operators {
    private Operators() {}

    /** An operator of one operand. */
    @FunctionalInterface
    interface Unary {
        @Nullable
        Object apply(@Nullable Object operand, State state);
    }

    /** An operator of two operands. */
    @FunctionalInterface
    interface Binary {
        @Nullable
        Object apply(@Nullable Object left, @Nullable Object right, State state);
    }

    /** An operator of any number of operands, in their order. */
    @FunctionalInterface
    interface Nary {
        @Nullable
        Object apply(@Nullable Object[] operands, State state);
    }

    /** An operator that compares each element of a list with each, which may take as long as anybody waits. */
    @FunctionalInterface
    interface OverLists {
        @Nullable
        Object apply(@Nullable Object[] operands, Evaluation evaluation);
    }

    static final class UnaryNode extends Node {
        private final String place;
        private final Unary operator;
        private final Node operand;

        UnaryNode(String place, Unary operator, Node operand) {
            this.place = place;
            this.operator = operator;
            this.operand = operand;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = operand.value(evaluation, slots);
            try {
                return operator.apply(value, evaluation.state());
            } catch (RuntimeException e) {
                throw new EvaluationFailure(place, e);
            }
        }
    }

    static final class BinaryNode extends Node {
        private final String place;
        private final Binary operator;
        private final Node left;
        private final Node right;

        BinaryNode(String place, Binary operator, Node left, Node right) {
            this.place = place;
            this.operator = operator;
            this.left = left;
            this.right = right;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object one = left.value(evaluation, slots);
            Object other = right.value(evaluation, slots);
            try {
                return operator.apply(one, other, evaluation.state());
            } catch (RuntimeException e) {
                throw new EvaluationFailure(place, e);
            }
        }
    }

    static final class NaryNode extends Node {
        private final String place;
        private final Nary operator;
        private final Node[] operands;

        NaryNode(String place, Nary operator, List<Node> operands) {
            this.place = place;
            this.operator = operator;
            this.operands = operands.toArray(Node[]::new);
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            @Nullable Object[] values = values(operands, evaluation, slots);
            try {
                return operator.apply(values, evaluation.state());
            } catch (RuntimeException e) {
                throw new EvaluationFailure(place, e);
            }
        }
    }

    static final class OverListsNode extends Node {
        private final OverLists operator;
        private final Node[] operands;

        OverListsNode(OverLists operator, List<Node> operands) {
            this.operator = operator;
            this.operands = operands.toArray(Node[]::new);
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return operator.apply(values(operands, evaluation, slots), evaluation);
        }
    }
}
