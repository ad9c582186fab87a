package dev.therapyfit.cql.elm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.hl7.elm.r1.AggregateClause;
import org.hl7.elm.r1.AliasedQuerySource;
import org.hl7.elm.r1.ByColumn;
import org.hl7.elm.r1.ByExpression;
import org.hl7.elm.r1.LetClause;
import org.hl7.elm.r1.Query;
import org.hl7.elm.r1.RelationshipClause;
import org.hl7.elm.r1.ReturnClause;
import org.hl7.elm.r1.SortByItem;
import org.hl7.elm.r1.SortClause;
import org.hl7.elm.r1.SortDirection;
import org.hl7.elm.r1.Without;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.execution.State;
import org.opencds.cqf.cql.engine.runtime.CqlList;

/** Queries. */
final class Queries {
    private Queries() {}

    static void addTo(Operations operations) {
        operations.add(Query.class, Queries::query);
    }

    private static Node query(Query elm, Compiler compiler) {
        List<Source> sources = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Node> lists = compiler.nodes(
                elm.getSource().stream().map(AliasedQuerySource::getExpression).toList());
        for (int i = 0; i < lists.size(); i++) {
            String alias = String.valueOf(elm.getSource().get(i).getAlias());
            sources.add(new Source(alias, compiler.open(alias), lists.get(i)));
            names.add(alias);
        }
        List<Integer> lets = new ArrayList<>();
        for (LetClause let : elm.getLet()) {
            Node definition = compiler.node(let.getExpression());
            String name = String.valueOf(let.getIdentifier());
            lets.add(compiler.openLet(name, definition));
            names.add(name);
        }
        List<Relationship> relationships = new ArrayList<>();
        for (RelationshipClause clause : elm.getRelationship()) {
            Node list = compiler.node(clause.getExpression());
            String alias = String.valueOf(clause.getAlias());
            int slot = compiler.open(alias);
            Node condition = compiler.node(clause.getSuchThat());
            compiler.close(alias);
            relationships.add(new Relationship(!(clause instanceof Without), slot, list, condition));
        }
        Node where = elm.getWhere() == null ? null : compiler.node(elm.getWhere());
        ReturnClause returned = elm.getReturn();
        Node row = returned != null
                ? compiler.node(returned.getExpression())
                : sources.size() == 1 && elm.getAggregate() == null
                        ? new References.SlotNode(sources.get(0).slot())
                        : new RowNode(sources);
        Aggregation aggregation =
                elm.getAggregate() == null ? null : aggregation(elm.getAggregate(), sources, lets, compiler);
        names.forEach(compiler::close);
        return new QueryNode(
                sources.toArray(Source[]::new),
                lets.stream().mapToInt(Integer::intValue).toArray(),
                relationships.toArray(Relationship[]::new),
                where,
                row,
                returned != null && Boolean.TRUE.equals(returned.isDistinct()),
                aggregation,
                elm.getSort() == null ? null : sorting(elm.getSort(), compiler));
    }

    private static Aggregation aggregation(
            AggregateClause clause, List<Source> sources, List<Integer> lets, Compiler compiler) {
        Node starting = clause.getStarting() == null ? new Node.Constant(null) : compiler.node(clause.getStarting());
        String name = String.valueOf(clause.getIdentifier());
        int slot = compiler.open(name);
        Node next = compiler.node(clause.getExpression());
        compiler.close(name);
        return new Aggregation(slot, starting, next, Boolean.TRUE.equals(clause.isDistinct()), sources, lets);
    }

    private static Sorting sorting(SortClause clause, Compiler compiler) {
        List<Key> keys = new ArrayList<>();
        for (SortByItem item : clause.getBy()) {
            boolean isDescending =
                    item.getDirection() == SortDirection.DESC || item.getDirection() == SortDirection.DESCENDING;
            int slot = compiler.open(Compiler.THIS);
            Node element = new References.SlotNode(slot);
            Node key = element;
            if (item instanceof ByColumn column) {
                key = new Structured.PropertyNode(
                        compiler.place(item), element, String.valueOf(column.getPath()), compiler.model());
            } else if (item instanceof ByExpression expression) {
                key = compiler.node(expression.getExpression());
            }
            compiler.close(Compiler.THIS);
            keys.add(new Key(slot, key, isDescending));
        }
        return new Sorting(compiler.place(clause), keys);
    }

    /** A source of a query: what each element is called, the slot it stands in, where the elements come from. */
    private record Source(String alias, int slot, Node list) {}

    /** {@code with} or {@code without}. */
    private record Relationship(boolean isWith, int slot, Node list, Node condition) {
        boolean holds(Evaluation evaluation, @Nullable Object[] slots) {
            for (Object element : QueryNode.elements(list.value(evaluation, slots))) {
                evaluation.row();
                slots[slot] = element;
                if (condition.isTrue(evaluation, slots)) {
                    return isWith;
                }
            }
            return !isWith;
        }
    }

    /** The elements of all sources in one row, as a tuple. */
    private static final class RowNode extends Node {
        private final String[] names;
        private final int[] elements;

        RowNode(List<Source> sources) {
            this.names = sources.stream().map(Source::alias).toArray(String[]::new);
            this.elements = sources.stream().mapToInt(Source::slot).toArray();
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            @Nullable Object[] values = new @Nullable Object[elements.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = slots[elements[i]];
            }
            return new Row(names, values);
        }
    }

    /** {@code aggregate}. */
    private record Aggregation(
            int slot, Node starting, Node next, boolean isDistinct, List<Source> sources, List<Integer> lets) {
        @Nullable
        Object of(List<@Nullable Object> rows, Evaluation evaluation, @Nullable Object[] slots) {
            Object result = starting.value(evaluation, slots);
            for (Object row : isDistinct ? Lists.distinct(rows, evaluation) : rows) {
                for (int i = 0; row != null && i < sources.size(); i++) {
                    slots[sources.get(i).slot()] = ((Row) row).value(i);
                }
                lets.forEach(let -> slots[let] = Evaluation.UNKNOWN);
                slots[slot] = result;
                result = next.value(evaluation, slots);
            }
            return result;
        }
    }

    private record Key(int slot, Node node, boolean isDescending) {}

    /** {@code sort}: by the first key, those equal by the next; equal elements stay in their order. */
    private record Sorting(String place, List<Key> keys) {
        private record Keyed(@Nullable Object element, List<@Nullable Object> keys) {}

        List<@Nullable Object> of(List<@Nullable Object> rows, Evaluation evaluation, @Nullable Object[] slots) {
            List<Keyed> keyed = new ArrayList<>(rows.size());
            for (Object row : rows) {
                List<@Nullable Object> values = new ArrayList<>(keys.size());
                for (Key key : keys) {
                    slots[key.slot()] = row;
                    values.add(key.node().value(evaluation, slots));
                }
                keyed.add(new Keyed(row, values));
            }
            try {
                keyed.sort(order(evaluation.state()));
            } catch (RuntimeException e) {
                throw new EvaluationFailure(place, e);
            }
            List<@Nullable Object> sorted = new ArrayList<>(rows.size());
            keyed.forEach(one -> sorted.add(one.element()));
            return sorted;
        }

        private Comparator<Keyed> order(State state) {
            CqlList values = new CqlList(state);
            return (left, right) -> {
                for (int i = 0; i < keys.size(); i++) {
                    int order =
                            values.compareTo(left.keys().get(i), right.keys().get(i));
                    if (order != 0) {
                        return keys.get(i).isDescending() ? -order : order;
                    }
                }
                return 0;
            };
        }
    }

    private static final class QueryNode extends Node {
        private final Source[] sources;
        private final int[] lets;
        private final Relationship[] relationships;
        private final @Nullable Node where;
        private final Node row;
        private final boolean isDistinct;
        private final @Nullable Aggregation aggregation;
        private final @Nullable Sorting sorting;

        QueryNode(
                Source[] sources,
                int[] lets,
                Relationship[] relationships,
                @Nullable Node where,
                Node row,
                boolean isDistinct,
                @Nullable Aggregation aggregation,
                @Nullable Sorting sorting) {
            this.sources = sources;
            this.lets = lets;
            this.relationships = relationships;
            this.where = where;
            this.row = row;
            this.isDistinct = isDistinct;
            this.aggregation = aggregation;
            this.sorting = sorting;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            boolean isList = false;
            Iterable<?>[] lists = new Iterable<?>[sources.length];
            for (int i = 0; i < lists.length; i++) {
                Object list = sources[i].list().value(evaluation, slots);
                isList |= list instanceof Iterable<?>;
                lists[i] = elements(list);
            }
            List<@Nullable Object> rows = addRows(0, lists, List.of(), evaluation, slots);
            if (aggregation != null) {
                return aggregation.of(rows, evaluation, slots);
            }
            if (isDistinct && rows.size() > 1) {
                rows = Lists.distinct(rows, evaluation);
            }
            if (sorting != null && rows.size() > 1) {
                rows = sorting.of(rows, evaluation, slots);
            }
            return isList ? rows : rows.isEmpty() ? null : rows.get(0);
        }

        /** Of what is neither sorted nor made distinct nor aggregated the first row decides. */
        @Override
        boolean exists(Evaluation evaluation, @Nullable Object[] slots) {
            if (aggregation != null || sources.length > 1) {
                return super.exists(evaluation, slots);
            }
            Object list = sources[0].list().value(evaluation, slots);
            if (list != null && !(list instanceof Iterable<?>)) {
                return super.exists(evaluation, slots);
            }
            for (Object element : elements(list)) {
                if (isRow(element, evaluation, slots) && row.value(evaluation, slots) != null) {
                    return true;
                }
            }
            return false;
        }

        static Iterable<?> elements(@Nullable Object value) {
            return value instanceof Iterable<?> list
                    ? list
                    : value == null ? List.of() : Collections.singletonList(value);
        }

        /** The rows with some more: a new list if there were none, as there are none in most queries over a chart. */
        private List<@Nullable Object> addRows(
                int source,
                Iterable<?>[] lists,
                List<@Nullable Object> before,
                Evaluation evaluation,
                @Nullable Object[] slots) {
            List<@Nullable Object> rows = before;
            for (Object element : lists[source]) {
                slots[sources[source].slot()] = element;
                if (source + 1 < sources.length) {
                    rows = addRows(source + 1, lists, rows, evaluation, slots);
                } else if (isRow(element, evaluation, slots)) {
                    Object value = row.value(evaluation, slots);
                    if (rows.isEmpty()) {
                        rows = new ArrayList<>();
                    }
                    rows.add(value);
                }
            }
            return rows;
        }

        /** Whether the element of the last source makes a row with those of the others. */
        private boolean isRow(@Nullable Object element, Evaluation evaluation, @Nullable Object[] slots) {
            evaluation.row();
            slots[sources[sources.length - 1].slot()] = element;
            for (int let : lets) {
                slots[let] = Evaluation.UNKNOWN;
            }
            for (Relationship relationship : relationships) {
                if (!relationship.holds(evaluation, slots)) {
                    return false;
                }
            }
            return where == null || where.isTrue(evaluation, slots);
        }
    }
}
