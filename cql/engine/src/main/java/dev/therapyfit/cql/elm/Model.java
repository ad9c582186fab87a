package dev.therapyfit.cql.elm;

import java.util.List;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/** How elements are read of the values that retrieves give. */
public interface Model {
    /**
     * How one element is read of all values of one Java class; asked for once for a place in the CQL and a class.
     *
     * @param type class of the value that the element is read of
     * @param path name of the element, or several joined by dots
     */
    Element element(Class<?> type, String path);

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

    /** One element of values of one class. */
    @FunctionalInterface
    interface Element {
        /** A CQL value, a value of the model, a list of those, or null if the element is not there. */
        @Nullable
        Object of(Object value);
    }
}
