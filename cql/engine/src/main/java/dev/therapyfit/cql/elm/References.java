package dev.therapyfit.cql.elm;

import java.util.List;
import org.hl7.elm.r1.AliasRef;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.ExpressionRef;
import org.hl7.elm.r1.FunctionRef;
import org.hl7.elm.r1.IdentifierRef;
import org.hl7.elm.r1.Literal;
import org.hl7.elm.r1.Null;
import org.hl7.elm.r1.OperandRef;
import org.hl7.elm.r1.ParameterRef;
import org.hl7.elm.r1.QueryLetRef;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.LiteralEvaluator;

/** Literals, and names of what is defined elsewhere. */
final class References {
    private References() {}

    static void addTo(Operations operations) {
        operations.add(Null.class, (elm, compiler) -> new Node.Constant(null));
        operations.add(
                Literal.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> LiteralEvaluator.internalEvaluate(elm.getValueType(), elm.getValue(), state),
                        List.of()));
        operations.add(ExpressionRef.class, (elm, compiler) -> {
            Definition definition = compiler.definition(elm.getLibraryName(), String.valueOf(elm.getName()));
            Node.Constant constant = definition.constant();
            return constant == null ? new Definition.Ref(definition) : constant;
        });
        operations.add(FunctionRef.class, References::call);
        operations.add(AliasRef.class, (elm, compiler) -> compiler.variable(String.valueOf(elm.getName())));
        operations.add(QueryLetRef.class, (elm, compiler) -> compiler.variable(String.valueOf(elm.getName())));
        operations.add(OperandRef.class, (elm, compiler) -> compiler.variable(String.valueOf(elm.getName())));
        operations.add(
                IdentifierRef.class,
                (elm, compiler) -> compiler.identifier(compiler.place(elm), String.valueOf(elm.getName())));
        operations.add(ParameterRef.class, (elm, compiler) -> {
            Expression otherwise = compiler.parameterDefault(elm.getLibraryName(), String.valueOf(elm.getName()));
            Compiler there = compiler.of(elm.getLibraryName());
            Node value = there.node(otherwise);
            return new ParameterNode(String.valueOf(elm.getName()), value, there.slots());
        });
    }

    private static Node call(FunctionRef elm, Compiler compiler) {
        List<Node> operands = compiler.nodes(elm.getOperand());
        return new DefinedFunction.Call(compiler.function(elm), operands);
    }

    /** An alias or an operand. */
    static final class SlotNode extends Node {
        private final int slot;

        SlotNode(int slot) {
            this.slot = slot;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return slots[slot];
        }
    }

    /** What a let says, evaluated when it is first asked for. */
    static final class LetNode extends Node {
        private final int slot;
        private final Node definition;

        LetNode(int slot, Node definition) {
            this.slot = slot;
            this.definition = definition;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = slots[slot];
            if (value == Evaluation.UNKNOWN) {
                value = definition.value(evaluation, slots);
                slots[slot] = value;
            }
            return value;
        }
    }

    private static final class ParameterNode extends Node {
        private final String name;
        private final Node otherwise;
        private final int slotsOfOtherwise;

        ParameterNode(String name, Node otherwise, int slotsOfOtherwise) {
            this.name = name;
            this.otherwise = otherwise;
            this.slotsOfOtherwise = slotsOfOtherwise;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return evaluation.parameters().containsKey(name)
                    ? evaluation.parameters().get(name)
                    : otherwise.value(evaluation, new @Nullable Object[slotsOfOtherwise]);
        }
    }
}
