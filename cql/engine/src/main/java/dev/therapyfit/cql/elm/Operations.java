package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.elm.Operators.Binary;
import dev.therapyfit.cql.elm.Operators.BinaryNode;
import dev.therapyfit.cql.elm.Operators.Nary;
import dev.therapyfit.cql.elm.Operators.NaryNode;
import dev.therapyfit.cql.elm.Operators.Unary;
import dev.therapyfit.cql.elm.Operators.UnaryNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hl7.elm.r1.AggregateExpression;
import org.hl7.elm.r1.BinaryExpression;
import org.hl7.elm.r1.DateTimePrecision;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.NaryExpression;
import org.hl7.elm.r1.UnaryExpression;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.State;

/** How a node is made of each kind of ELM expression. What is not here is not supported. */
final class Operations {
    private final Map<Class<?>, Maker<?>> makers = new HashMap<>();

    /** Makes a node of one kind of expression. */
    @FunctionalInterface
    interface Maker<E extends Expression> {
        Node make(E elm, Compiler compiler);
    }

    /** An operator of two operands and a precision; null if none is given. */
    @FunctionalInterface
    interface AtPrecision {
        @Nullable
        Object apply(@Nullable Object left, @Nullable Object right, @Nullable String precision, State state);
    }

    /** All kinds, grouped as Appendix B of the CQL specification groups them. */
    static Operations all() {
        Operations operations = new Operations();
        References.addTo(operations);
        Structured.addTo(operations);
        Logical.addTo(operations);
        Conditionals.addTo(operations);
        Types.addTo(operations);
        Comparison.addTo(operations);
        Arithmetic.addTo(operations);
        Strings.addTo(operations);
        Dates.addTo(operations);
        Intervals.addTo(operations);
        Lists.addTo(operations);
        Aggregates.addTo(operations);
        Clinical.addTo(operations);
        Queries.addTo(operations);
        return operations;
    }

    <E extends Expression> void add(Class<E> kind, Maker<E> maker) {
        makers.put(kind, maker);
    }

    <E extends UnaryExpression> void unary(Class<E> kind, Unary operator) {
        add(kind, (elm, compiler) -> new UnaryNode(compiler.place(elm), operator, compiler.node(elm.getOperand())));
    }

    <E extends BinaryExpression> void binary(Class<E> kind, Binary operator) {
        add(kind, (elm, compiler) -> binary(elm, compiler, operator));
    }

    /** The same, of an operator that ELM gives a precision. */
    <E extends BinaryExpression> void binary(
            Class<E> kind, Function<E, @Nullable DateTimePrecision> precision, AtPrecision operator) {
        add(kind, (elm, compiler) -> {
            DateTimePrecision given = precision.apply(elm);
            String name = given == null ? null : given.value();
            return binary(elm, compiler, (left, right, state) -> operator.apply(left, right, name, state));
        });
    }

    private static Node binary(BinaryExpression elm, Compiler compiler, Binary operator) {
        Node left = compiler.node(elm.getOperand().get(0));
        Node right = compiler.node(elm.getOperand().get(1));
        return new BinaryNode(compiler.place(elm), operator, left, right);
    }

    <E extends NaryExpression> void nary(Class<E> kind, Nary operator) {
        add(kind, (elm, compiler) -> nary(elm, compiler, operator, elm.getOperand()));
    }

    <E extends AggregateExpression> void aggregate(Class<E> kind, Unary operator) {
        unary(kind, AggregateExpression::getSource, operator);
    }

    /** An operator of one operand that has a name of its own in ELM. */
    <E extends Expression> void unary(
            Class<E> kind, Function<? super E, @Nullable Expression> operand, Unary operator) {
        add(kind, (elm, compiler) -> new UnaryNode(compiler.place(elm), operator, compiler.node(operand.apply(elm))));
    }

    /** The same of two. */
    <E extends Expression> void binary(
            Class<E> kind,
            Function<E, @Nullable Expression> left,
            Function<E, @Nullable Expression> right,
            Binary operator) {
        add(kind, (elm, compiler) -> {
            Node one = compiler.node(left.apply(elm));
            Node other = compiler.node(right.apply(elm));
            return new BinaryNode(compiler.place(elm), operator, one, other);
        });
    }

    /** A node of an operator whose operands ELM names one by one; null for one that is not given. */
    static Node nary(Expression elm, Compiler compiler, Nary operator, List<? extends @Nullable Expression> operands) {
        return new NaryNode(
                compiler.place(elm),
                operator,
                operands.stream().map(compiler::node).toList());
    }

    /** Makes the node of an expression; null if its kind is not supported. */
    @Nullable
    Node make(Expression elm, Compiler compiler) {
        Maker<?> maker = makers.get(elm.getClass());
        return maker == null ? null : make(maker, elm, compiler);
    }

    @SuppressWarnings("unchecked") // add() ties the maker to the class that it is found by
    private static <E extends Expression> Node make(Maker<E> maker, Expression elm, Compiler compiler) {
        return maker.make((E) elm, compiler);
    }
}
