package dev.therapyfit.cql.elm;

import java.util.List;
import org.hl7.elm.r1.Case;
import org.hl7.elm.r1.CaseItem;
import org.hl7.elm.r1.Coalesce;
import org.hl7.elm.r1.If;
import org.hl7.elm.r1.IsFalse;
import org.hl7.elm.r1.IsNull;
import org.hl7.elm.r1.IsTrue;
import org.jspecify.annotations.Nullable;

/** Conditional and nullological operators: only what they choose is evaluated. */
final class Conditionals {
    private Conditionals() {}

    static void addTo(Operations operations) {
        operations.add(
                If.class,
                (elm, compiler) -> new IfNode(
                        compiler.node(elm.getCondition()), compiler.node(elm.getThen()), compiler.node(elm.getElse())));
        operations.add(Case.class, Conditionals::caseNode);
        operations.add(Coalesce.class, (elm, compiler) -> {
            List<Node> operands = compiler.nodes(elm.getOperand());
            return operands.size() == 1 ? new FirstOfListNode(operands.get(0)) : new CoalesceNode(operands);
        });
        operations.add(IsNull.class, (elm, compiler) -> new IsNullNode(compiler.node(elm.getOperand())));
        operations.add(IsTrue.class, (elm, compiler) -> new IsNode(compiler.node(elm.getOperand()), true));
        operations.add(IsFalse.class, (elm, compiler) -> new IsNode(compiler.node(elm.getOperand()), false));
    }

    private static Node caseNode(Case elm, Compiler compiler) {
        List<Node> conditions =
                compiler.nodes(elm.getCaseItem().stream().map(CaseItem::getWhen).toList());
        List<Node> results =
                compiler.nodes(elm.getCaseItem().stream().map(CaseItem::getThen).toList());
        return new CaseNode(
                elm.getComparand() == null ? null : compiler.node(elm.getComparand()),
                conditions,
                results,
                compiler.node(elm.getElse()));
    }

    private static final class IfNode extends Node {
        private final Node condition;
        private final Node ifTrue;
        private final Node otherwise;

        IfNode(Node condition, Node ifTrue, Node otherwise) {
            this.condition = condition;
            this.ifTrue = ifTrue;
            this.otherwise = otherwise;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return (condition.isTrue(evaluation, slots) ? ifTrue : otherwise).value(evaluation, slots);
        }

        @Override
        boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
            return (condition.isTrue(evaluation, slots) ? ifTrue : otherwise).isTrue(evaluation, slots);
        }
    }

    private static final class CaseNode extends Node {
        private final @Nullable Node comparand;
        private final Node[] conditions;
        private final Node[] results;
        private final Node otherwise;

        CaseNode(@Nullable Node comparand, List<Node> conditions, List<Node> results, Node otherwise) {
            this.comparand = comparand;
            this.conditions = conditions.toArray(Node[]::new);
            this.results = results.toArray(Node[]::new);
            this.otherwise = otherwise;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object compared = comparand == null ? null : comparand.value(evaluation, slots);
            for (int i = 0; i < conditions.length; i++) {
                boolean isChosen = comparand == null
                        ? conditions[i].isTrue(evaluation, slots)
                        : Boolean.TRUE.equals(Comparison.equivalent(
                                compared, conditions[i].value(evaluation, slots), evaluation.state()));
                if (isChosen) {
                    return results[i].value(evaluation, slots);
                }
            }
            return otherwise.value(evaluation, slots);
        }
    }

    private static final class CoalesceNode extends Node {
        private final Node[] operands;

        CoalesceNode(List<Node> operands) {
            this.operands = operands.toArray(Node[]::new);
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            for (Node operand : operands) {
                Object value = operand.value(evaluation, slots);
                if (value != null) {
                    return value;
                }
            }
            return null;
        }
    }

    /** Of one operand the first element that is not null, or the operand if it is no list. */
    private static final class FirstOfListNode extends Node {
        private final Node operand;

        FirstOfListNode(Node operand) {
            this.operand = operand;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = operand.value(evaluation, slots);
            if (!(value instanceof Iterable<?> list)) {
                return value;
            }
            for (Object element : list) {
                if (element != null) {
                    return element;
                }
            }
            return null;
        }
    }

    private static final class IsNullNode extends Node {
        private final Node operand;

        IsNullNode(Node operand) {
            this.operand = operand;
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return operand.value(evaluation, slots) == null;
        }
    }

    private static final class IsNode extends Node {
        private final Node operand;
        private final Boolean expected;

        IsNode(Node operand, Boolean expected) {
            this.operand = operand;
            this.expected = expected;
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return expected.equals(operand.value(evaluation, slots));
        }
    }
}
