package dev.therapyfit.cql.elm;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import javax.xml.namespace.QName;
import org.hl7.elm.r1.As;
import org.hl7.elm.r1.Children;
import org.hl7.elm.r1.Convert;
import org.hl7.elm.r1.ConvertQuantity;
import org.hl7.elm.r1.ConvertsToBoolean;
import org.hl7.elm.r1.ConvertsToDate;
import org.hl7.elm.r1.ConvertsToDateTime;
import org.hl7.elm.r1.ConvertsToDecimal;
import org.hl7.elm.r1.ConvertsToInteger;
import org.hl7.elm.r1.ConvertsToLong;
import org.hl7.elm.r1.ConvertsToQuantity;
import org.hl7.elm.r1.ConvertsToString;
import org.hl7.elm.r1.ConvertsToTime;
import org.hl7.elm.r1.Descendents;
import org.hl7.elm.r1.Is;
import org.hl7.elm.r1.NamedTypeSpecifier;
import org.hl7.elm.r1.ToBoolean;
import org.hl7.elm.r1.ToChars;
import org.hl7.elm.r1.ToConcept;
import org.hl7.elm.r1.ToDate;
import org.hl7.elm.r1.ToDateTime;
import org.hl7.elm.r1.ToDecimal;
import org.hl7.elm.r1.ToInteger;
import org.hl7.elm.r1.ToList;
import org.hl7.elm.r1.ToLong;
import org.hl7.elm.r1.ToQuantity;
import org.hl7.elm.r1.ToRatio;
import org.hl7.elm.r1.ToString;
import org.hl7.elm.r1.ToTime;
import org.hl7.elm.r1.TypeSpecifier;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.ChildrenEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertQuantityEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToBooleanEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToDateEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToDateTimeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToDecimalEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToIntegerEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToLongEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToQuantityEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToStringEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ConvertsToTimeEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.DescendentsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToBooleanEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToCharsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToConceptEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToDecimalEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToIntegerEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToListEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToLongEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToQuantityEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToRatioEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ToTimeEvaluator;
import org.opencds.cqf.cql.engine.execution.Environment;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.Tuple;

/** Type operators: tests, casts, conversions. */
final class Types {
    private Types() {}

    static void addTo(Operations operations) {
        operations.add(
                As.class,
                (elm, compiler) -> new AsNode(
                        compiler.place(elm),
                        compiler.node(elm.getOperand()),
                        Instances.of(compiler, elm.getAsType(), elm.getAsTypeSpecifier()),
                        Boolean.TRUE.equals(elm.isStrict())));
        operations.add(
                Is.class,
                (elm, compiler) -> new IsNode(
                        compiler.place(elm),
                        compiler.node(elm.getOperand()),
                        Instances.of(compiler, elm.isType(), elm.isTypeSpecifier())));
        operations.unary(
                Children.class,
                Children::getSource,
                (value, state) -> Row.ofEngine(ChildrenEvaluator.children(Row.forEngine(value))));
        operations.unary(
                Descendents.class,
                Descendents::getSource,
                (value, state) -> Row.ofEngine(DescendentsEvaluator.descendents(Row.forEngine(value))));
        operations.add(
                Convert.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> ConvertEvaluator.internalEvaluate(
                                values[0], elm.getToType(), elm.getToTypeSpecifier(), state),
                        List.of(elm.getOperand())));
        operations.binary(
                ConvertQuantity.class,
                (quantity, unit, state) -> ConvertQuantityEvaluator.convertQuantity(
                        quantity,
                        unit,
                        state.getEnvironment().getLibraryManager().getUcumService()));
        operations.unary(ToBoolean.class, (value, state) -> ToBooleanEvaluator.toBoolean(value));
        operations.unary(ToChars.class, (value, state) -> ToCharsEvaluator.toChars(value));
        operations.unary(ToConcept.class, (value, state) -> ToConceptEvaluator.toConcept(value));
        operations.unary(ToDate.class, (value, state) -> Texts.toDate(value));
        operations.unary(ToDateTime.class, Texts::toDateTime);
        operations.unary(ToDecimal.class, (value, state) -> ToDecimalEvaluator.toDecimal(value));
        operations.unary(ToInteger.class, (value, state) -> ToIntegerEvaluator.toInteger(value));
        operations.unary(ToList.class, (value, state) -> ToListEvaluator.toList(value));
        operations.unary(ToLong.class, (value, state) -> ToLongEvaluator.toLong(value));
        operations.unary(ToQuantity.class, ToQuantityEvaluator::toQuantity);
        operations.unary(ToRatio.class, (value, state) -> ToRatioEvaluator.toRatio(value));
        operations.unary(ToString.class, (value, state) -> Texts.toText(value));
        operations.unary(ToTime.class, (value, state) -> ToTimeEvaluator.toTime(value));
        operations.unary(
                ConvertsToBoolean.class, (value, state) -> ConvertsToBooleanEvaluator.convertsToBoolean(value));
        operations.unary(ConvertsToDate.class, (value, state) -> ConvertsToDateEvaluator.convertsToDate(value));
        operations.unary(
                ConvertsToDateTime.class,
                (value, state) -> ConvertsToDateTimeEvaluator.convertsToDateTime(
                        value, state.getEvaluationDateTime().getZoneOffset()));
        operations.unary(
                ConvertsToDecimal.class, (value, state) -> ConvertsToDecimalEvaluator.convertsToDecimal(value));
        operations.unary(
                ConvertsToInteger.class, (value, state) -> ConvertsToIntegerEvaluator.convertsToInteger(value));
        operations.unary(ConvertsToLong.class, (value, state) -> ConvertsToLongEvaluator.convertsToLong(value));
        operations.unary(ConvertsToQuantity.class, ConvertsToQuantityEvaluator::convertsToQuantity);
        operations.unary(ConvertsToString.class, (value, state) -> ConvertsToStringEvaluator.convertsToString(value));
        operations.unary(ConvertsToTime.class, (value, state) -> ConvertsToTimeEvaluator.convertsToTime(value));
    }

    /**
     * The values of a type.
     *
     * @param type class of a type of CQL; null for one of the data
     * @param ofData which data are of it; null for a type of CQL
     */
    private record Instances(
            @Nullable Class<?> type, @Nullable Predicate<Object> ofData) {
        static Instances of(Compiler compiler, @Nullable QName name, @Nullable TypeSpecifier specifier) {
            QName named = specifier instanceof NamedTypeSpecifier one ? one.getName() : name;
            Predicate<Object> ofData = named == null ? null : compiler.model().instances(named);
            if (ofData != null) {
                return new Instances(null, ofData);
            }
            Environment environment = compiler.state().getEnvironment();
            Class<?> type = specifier == null ? environment.resolveType(name) : environment.resolveType(specifier);
            if (type == null) {
                throw new IllegalArgumentException("no type " + named);
            }
            return new Instances(type == Tuple.class ? Row.class : type, null);
        }

        boolean has(Object value, State state) {
            if (type == null) {
                return Objects.requireNonNull(ofData).test(value);
            }
            return type.isInstance(value)
                    || Boolean.TRUE.equals(state.getEnvironment().is(value, type));
        }

        /** The value as one of these; null, or a failure if it has to be one, for any other. */
        @Nullable
        Object cast(Object value, boolean isStrict, State state) {
            if (type == null ? Objects.requireNonNull(ofData).test(value) : type.isInstance(value)) {
                return value;
            }
            if (type != null) {
                return state.getEnvironment().as(value, type, isStrict);
            }
            if (isStrict) {
                throw new IllegalArgumentException("a value of another type");
            }
            return null;
        }
    }

    private static final class AsNode extends Node {
        private final String place;
        private final Node operand;
        private final Instances instances;
        private final boolean isStrict;

        AsNode(String place, Node operand, Instances instances, boolean isStrict) {
            this.place = place;
            this.operand = operand;
            this.instances = instances;
            this.isStrict = isStrict;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = operand.value(evaluation, slots);
            if (value == null) {
                return null;
            }
            try {
                return instances.cast(value, isStrict, evaluation.state());
            } catch (RuntimeException e) {
                throw new EvaluationFailure(place, e);
            }
        }
    }

    private static final class IsNode extends Node {
        private final String place;
        private final Node operand;
        private final Instances instances;

        IsNode(String place, Node operand, Instances instances) {
            this.place = place;
            this.operand = operand;
            this.instances = instances;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = operand.value(evaluation, slots);
            if (value == null) {
                return null;
            }
            try {
                return instances.has(value, evaluation.state());
            } catch (RuntimeException e) {
                throw new EvaluationFailure(place, e);
            }
        }
    }
}
