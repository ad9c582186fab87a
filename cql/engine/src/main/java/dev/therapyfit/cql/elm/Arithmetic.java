package dev.therapyfit.cql.elm;

import java.util.Arrays;
import java.util.List;
import org.hl7.elm.r1.Abs;
import org.hl7.elm.r1.Add;
import org.hl7.elm.r1.Ceiling;
import org.hl7.elm.r1.Divide;
import org.hl7.elm.r1.Exp;
import org.hl7.elm.r1.Floor;
import org.hl7.elm.r1.HighBoundary;
import org.hl7.elm.r1.Literal;
import org.hl7.elm.r1.Ln;
import org.hl7.elm.r1.Log;
import org.hl7.elm.r1.LowBoundary;
import org.hl7.elm.r1.MaxValue;
import org.hl7.elm.r1.MinValue;
import org.hl7.elm.r1.Modulo;
import org.hl7.elm.r1.Multiply;
import org.hl7.elm.r1.Negate;
import org.hl7.elm.r1.Power;
import org.hl7.elm.r1.Precision;
import org.hl7.elm.r1.Predecessor;
import org.hl7.elm.r1.Round;
import org.hl7.elm.r1.Subtract;
import org.hl7.elm.r1.Successor;
import org.hl7.elm.r1.Truncate;
import org.hl7.elm.r1.TruncatedDivide;
import org.opencds.cqf.cql.engine.elm.executing.AbsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.AddEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.CeilingEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.DivideEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ExpEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.FloorEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.HighBoundaryEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LiteralEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LnEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LogEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LowBoundaryEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MaxValueEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MinValueEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ModuloEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.MultiplyEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.NegateEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.PowerEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.PrecisionEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.PredecessorEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.RoundEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SubtractEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SuccessorEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.TruncateEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.TruncatedDivideEvaluator;

/** Arithmetic operators, by the arithmetic of the CQL engine. */
final class Arithmetic {
    private Arithmetic() {}

    static void addTo(Operations operations) {
        operations.unary(Abs.class, (value, state) -> AbsEvaluator.abs(value));
        operations.binary(Add.class, AddEvaluator::add);
        operations.unary(Ceiling.class, (value, state) -> CeilingEvaluator.ceiling(value));
        operations.binary(Divide.class, DivideEvaluator::divide);
        operations.unary(Exp.class, (value, state) -> ExpEvaluator.exp(value));
        operations.unary(Floor.class, (value, state) -> FloorEvaluator.floor(value));
        operations.binary(
                HighBoundary.class, (value, precision, state) -> HighBoundaryEvaluator.highBoundary(value, precision));
        operations.unary(Ln.class, (value, state) -> LnEvaluator.ln(value));
        operations.binary(Log.class, (value, base, state) -> LogEvaluator.log(value, base));
        operations.binary(
                LowBoundary.class, (value, precision, state) -> LowBoundaryEvaluator.lowBoundary(value, precision));
        operations.add(
                MaxValue.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> MaxValueEvaluator.internalEvaluate(elm.getValueType(), state),
                        List.of()));
        operations.add(
                MinValue.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> MinValueEvaluator.internalEvaluate(elm.getValueType(), state),
                        List.of()));
        operations.binary(Modulo.class, (left, right, state) -> ModuloEvaluator.modulo(left, right));
        operations.binary(Multiply.class, MultiplyEvaluator::multiply);
        operations.add(Negate.class, Arithmetic::negate);
        operations.binary(Power.class, (left, right, state) -> PowerEvaluator.power(left, right));
        operations.unary(Precision.class, (value, state) -> PrecisionEvaluator.precision(value));
        operations.unary(Predecessor.class, (value, state) -> PredecessorEvaluator.predecessor(value));
        operations.add(
                Round.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> RoundEvaluator.round(values[0], values[1]),
                        Arrays.asList(elm.getOperand(), elm.getPrecision())));
        operations.binary(Subtract.class, SubtractEvaluator::subtract);
        operations.unary(Successor.class, (value, state) -> SuccessorEvaluator.successor(value));
        operations.unary(Truncate.class, (value, state) -> TruncateEvaluator.truncate(value));
        operations.binary(TruncatedDivide.class, TruncatedDivideEvaluator::div);
    }

    /** Of a literal the sign belongs to the number: the smallest one has no positive counterpart. */
    private static Node negate(Negate elm, Compiler compiler) {
        if (elm.getOperand() instanceof Literal literal) {
            return Operations.nary(
                    elm,
                    compiler,
                    (values, state) ->
                            LiteralEvaluator.internalEvaluate(literal.getValueType(), "-" + literal.getValue(), state),
                    List.of());
        }
        return Operations.nary(
                elm,
                compiler,
                (values, state) -> NegateEvaluator.INSTANCE.negate(values[0]),
                List.of(elm.getOperand()));
    }
}
