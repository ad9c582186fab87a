package dev.therapyfit.cql.elm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.hl7.elm.r1.Combine;
import org.hl7.elm.r1.Concatenate;
import org.hl7.elm.r1.EndsWith;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.LastPositionOf;
import org.hl7.elm.r1.Length;
import org.hl7.elm.r1.Lower;
import org.hl7.elm.r1.Matches;
import org.hl7.elm.r1.PositionOf;
import org.hl7.elm.r1.ReplaceMatches;
import org.hl7.elm.r1.Split;
import org.hl7.elm.r1.SplitOnMatches;
import org.hl7.elm.r1.StartsWith;
import org.hl7.elm.r1.Substring;
import org.hl7.elm.r1.Upper;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.CombineEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.EndsWithEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LastPositionOfEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LengthEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LowerEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.PositionOfEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SplitEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SplitOnMatchesEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.StartsWithEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SubstringEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.UpperEvaluator;

/** String operators. A sentence is put together at once, and a pattern that is written in the CQL is compiled once. */
final class Strings {
    private Strings() {}

    static void addTo(Operations operations) {
        operations.add(
                Combine.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> CombineEvaluator.combine(
                                values[0], elm.getSeparator() == null ? "" : (String) values[1]),
                        Arrays.asList(elm.getSource(), elm.getSeparator())));
        operations.add(Concatenate.class, (elm, compiler) -> {
            List<Node> parts = new ArrayList<>();
            addParts(elm, compiler, parts);
            return new ConcatenateNode(parts);
        });
        operations.binary(
                EndsWith.class, (text, end, state) -> EndsWithEvaluator.endsWith((String) text, (String) end));
        operations.binary(
                LastPositionOf.class,
                LastPositionOf::getString,
                LastPositionOf::getPattern,
                (one, other, state) -> LastPositionOfEvaluator.lastPositionOf(one, other));
        operations.add(
                Length.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> LengthEvaluator.internalEvaluate(values[0], elm, state),
                        Arrays.asList(elm.getOperand())));
        operations.unary(Lower.class, (text, state) -> LowerEvaluator.lower(text));
        operations.add(Matches.class, Strings::matches);
        operations.binary(
                PositionOf.class,
                PositionOf::getPattern,
                PositionOf::getString,
                (one, other, state) -> PositionOfEvaluator.positionOf(one, other));
        operations.add(ReplaceMatches.class, Strings::replaceMatches);
        operations.binary(
                Split.class,
                Split::getStringToSplit,
                Split::getSeparator,
                (one, other, state) -> SplitEvaluator.split(one, other));
        operations.binary(
                SplitOnMatches.class,
                SplitOnMatches::getStringToSplit,
                SplitOnMatches::getSeparatorPattern,
                (one, other, state) -> SplitOnMatchesEvaluator.splitOnMatches(one, other));
        operations.binary(StartsWith.class, (text, start, state) -> StartsWithEvaluator.startsWith(text, start));
        operations.add(
                Substring.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> SubstringEvaluator.substring(values[0], values[1], values[2]),
                        Arrays.asList(elm.getStringToSub(), elm.getStartIndex(), elm.getLength())));
        operations.unary(Upper.class, (text, state) -> UpperEvaluator.upper(text));
    }

    /** What a chain of {@code +} joins, from left to right. */
    private static void addParts(Concatenate elm, Compiler compiler, List<Node> parts) {
        for (Expression operand : elm.getOperand()) {
            if (operand instanceof Concatenate inner && compiler.isPlain()) {
                addParts(inner, compiler, parts);
            } else {
                parts.add(compiler.node(operand));
            }
        }
    }

    private static Node matches(Matches elm, Compiler compiler) {
        Node pattern = compiler.node(elm.getOperand().get(1));
        Regex regex = new Regex(pattern);
        return new Operators.BinaryNode(
                compiler.place(elm),
                (text, sought, state) -> (text == null || sought == null)
                        ? null
                        : regex.of((String) sought).matcher((String) text).matches(),
                compiler.node(elm.getOperand().get(0)),
                pattern);
    }

    private static Node replaceMatches(ReplaceMatches elm, Compiler compiler) {
        List<Node> operands = compiler.nodes(elm.getOperand());
        Regex regex = new Regex(operands.get(1));
        return new Operators.NaryNode(
                compiler.place(elm),
                (values, state) -> (values[0] == null || values[1] == null || values[2] == null)
                        ? null
                        : regex.of((String) values[1])
                                .matcher((String) values[0])
                                .replaceAll((String) values[2]),
                operands);
    }

    private static final class ConcatenateNode extends Node {
        private final Node[] parts;

        ConcatenateNode(List<Node> parts) {
            this.parts = parts.toArray(Node[]::new);
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            StringBuilder text = new StringBuilder();
            for (Node part : parts) {
                String value = (String) part.value(evaluation, slots);
                if (value == null) {
                    return null;
                }
                text.append(value);
            }
            return text.toString();
        }
    }

    /** A regular expression: compiled here if it is always the same. */
    private static final class Regex {
        private final @Nullable Pattern compiled;

        Regex(Node pattern) {
            compiled = pattern instanceof Node.Constant constant ? compiled(constant) : null;
        }

        private static @Nullable Pattern compiled(Node.Constant constant) {
            return constant.value() instanceof String text ? Pattern.compile(text) : null;
        }

        Pattern of(String pattern) {
            return compiled == null ? Pattern.compile(pattern) : compiled;
        }
    }
}
