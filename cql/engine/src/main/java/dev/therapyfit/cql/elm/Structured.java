package dev.therapyfit.cql.elm;

import java.util.List;
import org.hl7.elm.r1.Instance;
import org.hl7.elm.r1.InstanceElement;
import org.hl7.elm.r1.Property;
import org.hl7.elm.r1.Tuple;
import org.hl7.elm.r1.TupleElement;
import org.jspecify.annotations.Nullable;

/** Tuples, instances of classes, and the elements of both. */
final class Structured {
    private Structured() {}

    static void addTo(Operations operations) {
        operations.add(
                Tuple.class,
                (elm, compiler) -> new TupleNode(
                        elm.getElement().stream()
                                .map(element -> String.valueOf(element.getName()))
                                .toList(),
                        compiler.nodes(elm.getElement().stream()
                                .map(TupleElement::getValue)
                                .toList())));
        operations.add(Instance.class, (elm, compiler) -> {
            List<String> names = elm.getElement().stream()
                    .map(element -> String.valueOf(element.getName()))
                    .toList();
            return new InstanceNode(
                    compiler.place(elm),
                    compiler.model().maker(elm.getClassType(), names),
                    compiler.nodes(elm.getElement().stream()
                            .map(InstanceElement::getValue)
                            .toList()));
        });
        operations.add(
                Property.class,
                (elm, compiler) -> new PropertyNode(
                        compiler.place(elm),
                        elm.getSource() == null
                                ? compiler.variable(String.valueOf(elm.getScope()))
                                : compiler.node(elm.getSource()),
                        String.valueOf(elm.getPath()),
                        compiler.model()));
    }

    private static final class TupleNode extends Node {
        private final String[] names;
        private final Node[] elements;

        TupleNode(List<String> names, List<Node> elements) {
            this.names = names.toArray(String[]::new);
            this.elements = elements.toArray(Node[]::new);
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            return new Row(names, values(elements, evaluation, slots));
        }
    }

    private static final class InstanceNode extends Node {
        private final String place;
        private final Model.Maker maker;
        private final Node[] elements;

        InstanceNode(String place, Model.Maker maker, List<Node> elements) {
            this.place = place;
            this.maker = maker;
            this.elements = elements.toArray(Node[]::new);
        }

        @Override
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            @Nullable Object[] values = values(elements, evaluation, slots);
            try {
                return maker.make(values);
            } catch (RuntimeException e) {
                throw new EvaluationFailure(place, e);
            }
        }
    }

    /** An element of a value. Remembers how it is read of the shape that it met last, which is nearly always the next. */
    static final class PropertyNode extends Node {
        private final String place;
        private final Node source;
        private final String path;
        private final Model model;
        private @Nullable Known known;
        private @Nullable KnownRow knownRow;

        private record Known(Object shape, Model.Getter element) {}

        private record KnownRow(Object shape, int index) {}

        PropertyNode(String place, Node source, String path, Model model) {
            this.place = place;
            this.source = source;
            this.path = path;
            this.model = model;
        }

        @Override
        @Nullable
        Object value(Evaluation evaluation, @Nullable Object[] slots) {
            Object value = source.value(evaluation, slots);
            if (value == null) {
                return null;
            }
            if (value instanceof Row row) {
                return ofRow(row);
            }
            Known last = known;
            try {
                Object shape = model.shape(value);
                if (last == null || last.shape() != shape) {
                    last = new Known(shape, model.element(shape, path));
                    known = last;
                }
                return last.element().of(value);
            } catch (RuntimeException e) {
                throw new EvaluationFailure(place, e);
            }
        }

        private @Nullable Object ofRow(Row row) {
            KnownRow last = knownRow;
            if (last == null) {
                last = new KnownRow(row.shape(), row.indexOf(path));
                knownRow = last;
            }
            // rows of several shapes would only take turns to be remembered
            int index = last.shape() == row.shape() ? last.index() : row.indexOf(path);
            return index < 0 ? null : row.value(index);
        }
    }
}
