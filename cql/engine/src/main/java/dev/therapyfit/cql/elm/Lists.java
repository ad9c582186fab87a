package dev.therapyfit.cql.elm;

import dev.therapyfit.cql.elm.Operators.OverListsNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.elm.r1.Contains;
import org.hl7.elm.r1.Distinct;
import org.hl7.elm.r1.Except;
import org.hl7.elm.r1.Exists;
import org.hl7.elm.r1.First;
import org.hl7.elm.r1.Flatten;
import org.hl7.elm.r1.In;
import org.hl7.elm.r1.IncludedIn;
import org.hl7.elm.r1.Includes;
import org.hl7.elm.r1.IndexOf;
import org.hl7.elm.r1.Indexer;
import org.hl7.elm.r1.Intersect;
import org.hl7.elm.r1.Last;
import org.hl7.elm.r1.ProperContains;
import org.hl7.elm.r1.ProperIn;
import org.hl7.elm.r1.ProperIncludedIn;
import org.hl7.elm.r1.ProperIncludes;
import org.hl7.elm.r1.SingletonFrom;
import org.hl7.elm.r1.Slice;
import org.hl7.elm.r1.Union;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.elm.executing.ContainsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ExceptEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.FirstEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.FlattenEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.InEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.IncludedInEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.IncludesEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.IndexOfEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.IndexerEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.IntersectEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.LastEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ProperContainsEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ProperInEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ProperIncludedInEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.ProperIncludesEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SingletonFromEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.SliceEvaluator;
import org.opencds.cqf.cql.engine.elm.executing.UnionEvaluator;
import org.opencds.cqf.cql.engine.runtime.Interval;

/** List operators, and those that lists and intervals share. */
final class Lists {
    /** In a list of so many each element is looked at; of a longer one it is remembered which have which key. */
    private static final int FEW = 8;

    private Lists() {}

    static void addTo(Operations operations) {
        operations.add(org.hl7.elm.r1.List.class, (elm, compiler) -> new ListNode(compiler.nodes(elm.getElement())));
        operations.add(Contains.class, (elm, compiler) -> {
            String precision =
                    elm.getPrecision() == null ? null : elm.getPrecision().value();
            return new OverListsNode(
                    (values, evaluation) -> values[0] instanceof Iterable<?> list
                            ? (Object) isIn(values[1], list, evaluation)
                            : ContainsEvaluator.internalEvaluate(
                                    values[0], values[1], elm.getOperand().get(0), precision, evaluation.state()),
                    compiler.nodes(elm.getOperand()));
        });
        operations.add(
                Distinct.class,
                (elm, compiler) -> new OverListsNode(
                        (values, evaluation) ->
                                values[0] == null ? null : distinct((Iterable<?>) values[0], evaluation),
                        List.of(compiler.node(elm.getOperand()))));
        operations.add(
                Except.class,
                (elm, compiler) -> new OverListsNode(
                        (values, evaluation) -> values[0] instanceof Iterable<?> list
                                ? except(list, (Iterable<?>) values[1], evaluation)
                                : ExceptEvaluator.except(values[0], values[1], evaluation.state()),
                        compiler.nodes(elm.getOperand())));
        operations.add(Exists.class, (elm, compiler) -> new ExistsNode(compiler.node(elm.getOperand())));
        operations.unary(First.class, First::getSource, (list, state) -> FirstEvaluator.first(list));
        operations.unary(Flatten.class, (list, state) -> FlattenEvaluator.flatten(list));
        operations.add(In.class, Lists::in);
        operations.binary(IncludedIn.class, IncludedIn::getPrecision, forEngine(IncludedInEvaluator::internalEvaluate));
        operations.binary(Includes.class, Includes::getPrecision, forEngine(IncludesEvaluator::internalEvaluate));
        operations.binary(
                IndexOf.class,
                IndexOf::getSource,
                IndexOf::getElement,
                (list, element, state) -> IndexOfEvaluator.indexOf(Row.forEngine(list), Row.forEngine(element), state));
        operations.binary(Indexer.class, (list, index, state) -> IndexerEvaluator.indexer(list, index));
        operations.add(
                Intersect.class,
                (elm, compiler) -> new OverListsNode(
                        (values, evaluation) -> values[0] instanceof Iterable<?> list && values[1] != null
                                ? intersect(list, (Iterable<?>) values[1], evaluation)
                                : IntersectEvaluator.intersect(values[0], values[1], evaluation.state()),
                        compiler.nodes(elm.getOperand())));
        operations.unary(Last.class, Last::getSource, (list, state) -> LastEvaluator.last(list));
        operations.binary(
                ProperContains.class, ProperContains::getPrecision, forEngine(ProperContainsEvaluator::properContains));
        operations.binary(ProperIn.class, ProperIn::getPrecision, forEngine(ProperInEvaluator::internalEvaluate));
        operations.binary(
                ProperIncludedIn.class,
                ProperIncludedIn::getPrecision,
                forEngine(ProperIncludedInEvaluator::properlyIncludedIn));
        operations.binary(
                ProperIncludes.class,
                ProperIncludes::getPrecision,
                forEngine(ProperIncludesEvaluator::properlyIncludes));
        operations.unary(SingletonFrom.class, (list, state) -> SingletonFromEvaluator.singletonFrom(list));
        operations.add(
                Slice.class,
                (elm, compiler) -> Operations.nary(
                        elm,
                        compiler,
                        (values, state) -> SliceEvaluator.slice(values[0], (Integer) values[1], (Integer) values[2]),
                        Arrays.asList(elm.getSource(), elm.getStartIndex(), elm.getEndIndex())));
        operations.add(
                Union.class,
                (elm, compiler) -> new OverListsNode(
                        compiler.isOfIntervals(elm)
                                ? (values, evaluation) -> UnionEvaluator.unionInterval(
                                        (Interval) values[0], (Interval) values[1], evaluation.state())
                                : (values, evaluation) ->
                                        union((Iterable<?>) values[0], (Iterable<?>) values[1], evaluation),
                        compiler.nodes(elm.getOperand())));
    }

    private static Node in(In elm, Compiler compiler) {
        Node element = compiler.node(elm.getOperand().get(0));
        Node list = compiler.node(elm.getOperand().get(1));
        if (list instanceof Node.Constant constant
                && constant.value() instanceof List<?> texts
                && texts.stream().allMatch(String.class::isInstance)) {
            return new IsOneOfNode(element, Set.copyOf(texts));
        }
        String precision =
                elm.getPrecision() == null ? null : elm.getPrecision().value();
        return new OverListsNode(
                (values, evaluation) -> values[1] instanceof Iterable<?> elements
                        ? (Object) isIn(values[0], elements, evaluation)
                        : InEvaluator.internalEvaluate(values[0], values[1], precision, evaluation.state()),
                List.of(element, list));
    }

    private static Operations.AtPrecision forEngine(Operations.AtPrecision operator) {
        return (left, right, precision, state) ->
                operator.apply(Row.forEngine(left), Row.forEngine(right), precision, state);
    }

    private static List<@Nullable Object> union(
            @Nullable Iterable<?> left, @Nullable Iterable<?> right, Evaluation evaluation) {
        List<@Nullable Object> all = new ArrayList<>();
        if (left != null) {
            left.forEach(all::add);
        }
        if (right != null) {
            right.forEach(all::add);
        }
        return distinct(all, evaluation);
    }

    private static List<@Nullable Object> except(Iterable<?> left, @Nullable Iterable<?> right, Evaluation evaluation) {
        List<@Nullable Object> kept = new ArrayList<>();
        left.forEach(element -> {
            if (right == null || !isIn(element, right, evaluation)) {
                kept.add(element);
            }
        });
        return distinct(kept, evaluation);
    }

    private static List<@Nullable Object> intersect(Iterable<?> left, Iterable<?> right, Evaluation evaluation) {
        List<@Nullable Object> kept = new ArrayList<>();
        left.forEach(element -> {
            if (isIn(element, right, evaluation)) {
                kept.add(element);
            }
        });
        return distinct(kept, evaluation);
    }

    private static boolean isIn(@Nullable Object sought, Iterable<?> list, Evaluation evaluation) {
        boolean isLong = list instanceof Collection<?> elements && elements.size() > FEW;
        return isLong
                ? isAmong(sought, evaluation.byKey(list).getOrDefault(key(sought), List.of()), evaluation)
                : isAmong(sought, list, evaluation);
    }

    private static boolean isAmong(@Nullable Object sought, Iterable<?> list, Evaluation evaluation) {
        for (Object element : list) {
            evaluation.row();
            boolean isIt = sought == null
                    ? element == null
                    : Boolean.TRUE.equals(Comparison.equal(sought, element, evaluation.state()));
            if (isIt) {
                return true;
            }
        }
        return false;
    }

    /** Each element once, the first of equal ones, in their order. Only those are compared that have the same key. */
    static List<@Nullable Object> distinct(Iterable<?> list, Evaluation evaluation) {
        List<@Nullable Object> distinct = new ArrayList<>();
        Map<Object, List<@Nullable Object>> byKey = new HashMap<>();
        for (Object element : list) {
            List<@Nullable Object> alike = byKey.computeIfAbsent(key(element), key -> new ArrayList<>(1));
            if (!isAmong(element, alike, evaluation)) {
                alike.add(element);
                distinct.add(element);
            }
        }
        return distinct;
    }

    /** The elements of a list by their {@link #key}. */
    static Map<Object, List<@Nullable Object>> byKey(Iterable<?> list) {
        Map<Object, List<@Nullable Object>> byKey = new HashMap<>();
        list.forEach(element ->
                byKey.computeIfAbsent(key(element), key -> new ArrayList<>(1)).add(element));
        return byKey;
    }

    /** The same for all values that are equal; most that are not equal have others. */
    static Object key(@Nullable Object value) {
        if (value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Number number) {
            return new BigDecimal(number.toString()).stripTrailingZeros();
        }
        if (value instanceof Row row) {
            return row.key();
        }
        return value != null && Comparison.isOfModel(value) ? value.hashCode() : List.of();
    }

    private static final class ListNode extends Node {
        private final Node[] elements;

        ListNode(List<Node> elements) {
            this.elements = elements.toArray(Node[]::new);
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            List<@Nullable Object> values = new ArrayList<>(elements.length);
            for (Node element : elements) {
                values.add(element.value(evaluation, slots));
            }
            return values;
        }
    }

    /** Whether a list has an element that is not null. */
    private static final class ExistsNode extends Node {
        private final Node operand;

        ExistsNode(Node operand) {
            this.operand = operand;
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return operand.exists(evaluation, slots);
        }

        @Override
        boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
            return operand.exists(evaluation, slots);
        }
    }

    /** Whether a value is one of the texts that the CQL writes. */
    private static final class IsOneOfNode extends Node {
        private final Node operand;
        private final Set<?> texts;

        IsOneOfNode(Node operand, Set<?> texts) {
            this.operand = operand;
            this.texts = texts;
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return isTrue(evaluation, slots);
        }

        @Override
        boolean isTrue(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = operand.value(evaluation, slots);
            return value instanceof String && texts.contains(value);
        }
    }
}
