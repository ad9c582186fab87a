package dev.therapyfit.cql.elm;

import org.hl7.elm.r1.Equal;
import org.hl7.elm.r1.Equivalent;
import org.hl7.elm.r1.Greater;
import org.hl7.elm.r1.GreaterOrEqual;
import org.hl7.elm.r1.Less;
import org.hl7.elm.r1.LessOrEqual;
import org.hl7.elm.r1.NotEqual;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.EqualEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.EquivalentEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.GreaterEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.GreaterOrEqualEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LessEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LessOrEqualEvaluator;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.CqlType;

/** Comparison operators. Texts and whole numbers, nearly all that is compared, are compared here. */
final class Comparison {
    private Comparison() {}

    static void addTo(Operations operations) {
        operations.add(Equal.class, (elm, compiler) -> {
            Node left = compiler.node(elm.getOperand().get(0));
            Node right = compiler.node(elm.getOperand().get(1));
            return right instanceof Node.Constant constant && constant.value() instanceof String text
                    ? new IsTextNode(left, text)
                    : new Operators.BinaryNode(compiler.place(elm), Comparison::equal, left, right);
        });
        operations.binary(NotEqual.class, (left, right, state) -> {
            Boolean equal = equal(left, right, state);
            return equal == null ? null : !equal;
        });
        operations.binary(Equivalent.class, Comparison::equivalent);
        operations.binary(
                Greater.class,
                (left, right, state) -> left instanceof Integer one && right instanceof Integer other
                        ? one > other
                        : GreaterEvaluator.greater(left, right, state));
        operations.binary(
                GreaterOrEqual.class,
                (left, right, state) -> left instanceof Integer one && right instanceof Integer other
                        ? one >= other
                        : GreaterOrEqualEvaluator.greaterOrEqual(left, right, state));
        operations.binary(
                Less.class,
                (left, right, state) -> left instanceof Integer one && right instanceof Integer other
                        ? one < other
                        : LessEvaluator.less(left, right, state));
        operations.binary(
                LessOrEqual.class,
                (left, right, state) -> left instanceof Integer one && right instanceof Integer other
                        ? one <= other
                        : LessOrEqualEvaluator.lessOrEqual(left, right, state));
    }

    /** CQL's equality: null if it cannot be known. */
    static @Nullable Boolean equal(@Nullable Object left, @Nullable Object right, State state) {
        if (left == null || right == null) {
            return null;
        }
        if (left instanceof String || left instanceof Boolean) {
            return left.equals(right);
        }
        if (left == right && isOfModel(left)) {
            return true;
        }
        if (left instanceof Row one && right instanceof Row other) {
            return equal(one, other, state);
        }
        if (left instanceof Iterable<?> || left instanceof Row) {
            return EqualEvaluator.equal(Row.forEngine(left), Row.forEngine(right), state);
        }
        return EqualEvaluator.equal(left, right, state);
    }

    /** Equal are tuples of which each element is equal, or null in both. */
    private static @Nullable Boolean equal(Row left, Row right, State state) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < right.size(); i++) {
            int index = left.shape() == right.shape() ? i : left.indexOf(right.name(i));
            if (index < 0) {
                return false;
            }
            Object one = left.value(index);
            Object other = right.value(i);
            if (one != null || other != null) {
                Boolean equal = equal(one, other, state);
                if (!Boolean.TRUE.equals(equal)) {
                    return equal;
                }
            }
        }
        return true;
    }

    static @Nullable Boolean equivalent(@Nullable Object left, @Nullable Object right, State state) {
        return EquivalentEvaluator.equivalent(Row.forEngine(left), Row.forEngine(right), state);
    }

    /** Whether a value is one of the patient's data, and none that CQL itself knows. Those that are equal have one hash code. */
    static boolean isOfModel(Object value) {
        return !(value instanceof CqlType) && !(value instanceof Iterable<?>) && !(value instanceof Row);
    }

    /** Whether a value is a text that the CQL writes. */
    private static final class IsTextNode extends Node {
        private final Node operand;
        private final String text;

        IsTextNode(Node operand, String text) {
            this.operand = operand;
            this.text = text;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = operand.value(evaluation, slots);
            return value == null ? null : text.equals(value);
        }

        @Override
        boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
            return text.equals(operand.value(evaluation, slots));
        }
    }
}
