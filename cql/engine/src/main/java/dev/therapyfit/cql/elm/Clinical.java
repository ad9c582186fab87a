package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.terminology.Terminology;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.hl7.elm.r1.AnyInCodeSystem;
import org.hl7.elm.r1.AnyInValueSet;
import org.hl7.elm.r1.CodeRef;
import org.hl7.elm.r1.CodeSystemRef;
import org.hl7.elm.r1.ConceptRef;
import org.hl7.elm.r1.ExpandValueSet;
import org.hl7.elm.r1.Expression;
import org.hl7.elm.r1.InCodeSystem;
import org.hl7.elm.r1.InValueSet;
import org.hl7.elm.r1.Message;
import org.hl7.elm.r1.Quantity;
import org.hl7.elm.r1.Ratio;
import org.hl7.elm.r1.Retrieve;
import org.hl7.elm.r1.ValueSetRef;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.AnyInCodeSystemEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.AnyInValueSetEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ExpandValueSetEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.InCodeSystemEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.InValueSetEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.QuantityEvaluator;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Concept;
import org.opencds.cqf.cql.engine.runtime.ValueSet;

/** Clinical operators: codes, value sets, retrieves. */
final class Clinical {
    private Clinical() {}

    static void addTo(Operations operations) {
        operations.add(
                Quantity.class,
                (elm, compiler) -> new Node.Constant(QuantityEvaluator.internalEvaluate(elm, compiler.state())));
        operations.add(Ratio.class, (elm, compiler) -> {
            var ratio = new org.opencds.cqf.cql.engine.runtime.Ratio();
            ratio.setNumerator(quantity(elm.getNumerator(), compiler));
            ratio.setDenominator(quantity(elm.getDenominator(), compiler));
            return new Node.Constant(ratio);
        });
        operations.add(org.hl7.elm.r1.Code.class, (elm, compiler) -> new Node.Constant(code(elm, compiler)));
        operations.add(
                org.hl7.elm.r1.Concept.class,
                (elm, compiler) -> new Node.Constant(new Concept()
                        .withDisplay(elm.getDisplay())
                        .withCodes(elm.getCode().stream()
                                .map(code -> code(code, compiler))
                                .toList())));
        operations.add(CodeRef.class, (elm, compiler) -> new Node.Constant(compiler.code(elm)));
        operations.add(CodeSystemRef.class, (elm, compiler) -> new Node.Constant(compiler.codeSystem(elm)));
        operations.add(ConceptRef.class, (elm, compiler) -> new Node.Constant(compiler.concept(elm)));
        operations.add(ValueSetRef.class, (elm, compiler) -> {
            Node set = new Node.Constant(compiler.valueSet(elm));
            return Boolean.TRUE.equals(elm.isPreserve()) ? set : expansion(elm, compiler, set);
        });
        operations.unary(ExpandValueSet.class, ExpandValueSetEvaluator::expand);
        operations.add(InValueSet.class, Clinical::inValueSet);
        operations.add(
                AnyInValueSet.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        elm.getValueset() == null
                                ? (values, state) ->
                                        AnyInValueSetEvaluator.internalEvaluate(values[0], null, values[1], state)
                                : anyInValueSet(elm.getValueset(), compiler),
                        Arrays.asList(elm.getCodes(), elm.getValuesetExpression())));
        operations.add(InCodeSystem.class, (elm, compiler) -> {
            Object named = elm.getCodesystem() == null ? null : compiler.codeSystem(elm.getCodesystem());
            return Operations.nary(
                    elm,
                    compiler,
                    (values, state) ->
                            InCodeSystemEvaluator.inCodeSystem(values[0], named == null ? values[1] : named, state),
                    Arrays.asList(elm.getCode(), elm.getCodesystemExpression()));
        });
        operations.add(AnyInCodeSystem.class, (elm, compiler) -> {
            Object named = elm.getCodesystem() == null ? null : compiler.codeSystem(elm.getCodesystem());
            return Operations.nary(
                    elm,
                    compiler,
                    (values, state) -> AnyInCodeSystemEvaluator.internalEvaluate(
                            values[0], null, named == null ? values[1] : named, state),
                    Arrays.asList(elm.getCodes(), elm.getCodesystemExpression()));
        });
        operations.add(Retrieve.class, Clinical::retrieve);
        operations.add(
                Message.class,
                (elm, compiler) -> new MessageNode(
                        compiler.place(elm),
                        compiler.node(elm.getSource()),
                        compiler.node(elm.getCondition()),
                        compiler.node(elm.getSeverity())));
    }

    private static org.opencds.cqf.cql.engine.runtime.@Nullable Quantity quantity(
            @Nullable Quantity elm, Compiler compiler) {
        return elm == null
                ? null
                : (org.opencds.cqf.cql.engine.runtime.Quantity)
                        QuantityEvaluator.internalEvaluate(elm, compiler.state());
    }

    private static Code code(org.hl7.elm.r1.Code elm, Compiler compiler) {
        return new Code()
                .withCode(elm.getCode())
                .withDisplay(elm.getDisplay())
                .withSystem(compiler.codeSystem(elm.getSystem()).getId());
    }

    private static Node expansion(Expression elm, Compiler compiler, Node set) {
        return new Operators.UnaryNode(compiler.place(elm), ExpandValueSetEvaluator::expand, set);
    }

    private static Node inValueSet(InValueSet elm, Compiler compiler) {
        ValueSetRef named = elm.getValueset();
        if (named == null) {
            return Operations.nary(
                    elm,
                    compiler,
                    (values, state) -> InValueSetEvaluator.inValueSet(values[0], values[1], state),
                    Arrays.asList(elm.getCode(), elm.getValuesetExpression()));
        }
        ValueSet set = compiler.valueSet(named);
        Predicate<Terminology.Code> members = compiler.members(String.valueOf(set.getId()));
        return Operations.nary(elm, compiler, (values, state) -> isIn(members, values[0]), List.of(elm.getCode()));
    }

    private static Operators.Nary anyInValueSet(ValueSetRef named, Compiler compiler) {
        Predicate<Terminology.Code> members =
                compiler.members(String.valueOf(compiler.valueSet(named).getId()));
        return (values, state) -> {
            if (values[0] == null) {
                return false;
            }
            for (Object code : (Iterable<?>) values[0]) {
                if (Boolean.TRUE.equals(isIn(members, code))) {
                    return true;
                }
            }
            return false;
        };
    }

    /** Whether a code, or one code of a concept, is a member; a text is a code of no system, which is none. */
    private static @Nullable Boolean isIn(Predicate<Terminology.Code> members, @Nullable Object value) {
        if (value instanceof Code code) {
            return isMember(members, code);
        }
        if (value instanceof Concept concept) {
            List<@Nullable Code> codes = concept.getCodes();
            if (codes == null) {
                return false;
            }
            for (Code code : codes) {
                if (code == null) {
                    return null;
                }
                if (isMember(members, code)) {
                    return true;
                }
            }
            return false;
        }
        if (value == null || value instanceof String) {
            return false;
        }
        throw new IllegalArgumentException("neither a code nor a concept");
    }

    private static boolean isMember(Predicate<Terminology.Code> members, Code code) {
        return code.getSystem() != null
                && code.getCode() != null
                && members.test(new Terminology.Code(code.getSystem(), code.getCode()));
    }

    private static Node retrieve(Retrieve elm, Compiler compiler) {
        String type = elm.getDataType().getLocalPart();
        if (elm.getDateRange() != null) {
            throw new IllegalArgumentException("a retrieve of " + type + " filters by date: filter in a where clause");
        }
        Expression codes = elm.getCodes();
        if (codes == null || elm.getCodeProperty() == null) {
            return new RetrieveNode(type, null, null, null);
        }
        if (codes instanceof ExpandValueSet expand && expand.getOperand() instanceof ValueSetRef named) {
            codes = named;
        }
        if (codes instanceof ValueSetRef named) {
            String url = String.valueOf(compiler.valueSet(named).getId());
            return new RetrieveNode(type, elm.getCodeProperty(), compiler.members(url), null);
        }
        return new RetrieveNode(type, elm.getCodeProperty(), null, compiler.node(codes));
    }

    /** The resources of a type; of those with a code only, if members of a value set or a list of codes are asked for. */
    private static final class RetrieveNode extends Node {
        private final String type;
        private final @Nullable String codePath;
        private final @Nullable Predicate<Terminology.Code> members;
        private final @Nullable Node codes;

        RetrieveNode(
                String type,
                @Nullable String codePath,
                @Nullable Predicate<Terminology.Code> members,
                @Nullable Node codes) {
            this.type = type;
            this.codePath = codePath;
            this.members = members;
            this.codes = codes;
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            evaluation.retrieve();
            Predicate<Terminology.Code> asked =
                    codes == null ? members : listed((Iterable<?>) codes.value(evaluation, slots))::contains;
            return evaluation.data().retrieve(type, codePath, asked);
        }

        private static Set<Terminology.Code> listed(@Nullable Iterable<?> codes) {
            Set<Terminology.Code> listed = new HashSet<>();
            if (codes != null) {
                for (Object one : codes) {
                    if (one instanceof Code code) {
                        listed.add(
                                new Terminology.Code(String.valueOf(code.getSystem()), String.valueOf(code.getCode())));
                    }
                }
            }
            return listed;
        }
    }

    /** An error that CQL raises; other messages are not logged, since they may hold patient data. */
    private static final class MessageNode extends Node {
        private final String place;
        private final Node source;
        private final Node condition;
        private final Node severity;

        MessageNode(String place, Node source, Node condition, Node severity) {
            this.place = place;
            this.source = source;
            this.condition = condition;
            this.severity = severity;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            if (condition.isTrue(evaluation, slots)
                    && severity.value(evaluation, slots) instanceof String word
                    && word.equalsIgnoreCase("error")) {
                throw new EvaluationFailure(place, new IllegalStateException("an error that the CQL raises"));
            }
            return source.value(evaluation, slots);
        }
    }
}
