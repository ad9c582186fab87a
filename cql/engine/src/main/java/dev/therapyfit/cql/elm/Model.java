package dev.therapyfit.cql.elm;

import java.util.List;
import java.util.function.Predicate;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/** How elements are read of the values that retrieves give. */
public interface Model {
    /**
     * What all values have in common whose elements are read in one way, such as their class or their type. Asked for with
     * each value, so it should cost little; the same object for the same shape.
     */
    Object shape(Object value);

    /**
     * How one element is read of all values of one shape; asked for once for a place in the CQL and a shape.
     *
     * @param shape see {@link #shape}
     * @param path name of the element, or several joined by dots
     */
    Getter element(Object shape, String path);

    /** Which values are of a type; null if the type is none of this model. */
    @Nullable
    Predicate<Object> instances(QName type);

    /**
     * How instances of a class are made; asked for once for a place in the CQL.
     *
     * @param type qualified name of the class
     * @param elements names of the elements that are given, in the order of their values
     */
    Maker maker(QName type, List<String> elements);

    /** Makes instances of one class. */
    @FunctionalInterface
    interface Maker {
        /** An instance with these elements; null for one without a value. */
        Object make(@Nullable Object[] values);
    }

    /** One element of values of one shape. */
    @FunctionalInterface
    interface Getter {
        /** A CQL value, a value of the model, a list of those, or null if the element is not there. */
        @Nullable
        Object of(Object value);
    }
}
