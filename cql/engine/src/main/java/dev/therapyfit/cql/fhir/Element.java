package dev.therapyfit.cql.fhir;

import dev.therapyfit.cql.fhir.FhirType.Child;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An element of a FHIR R4 resource, with its elements. Never changes: what is called a change here gives another one that
 * shares the rest. An element without a value and without elements is not there at all.
 */
public sealed class Element permits Primitive, Resource {
    private static final @Nullable Object[] NOTHING = {};

    private final FhirType type;

    /** By the index of the child: an Element, a list of them, or null; the last ones may be missing. */
    private final @Nullable Object[] values;

    Element(FhirType type, @Nullable Object[] values) {
        this.type = type;
        this.values = values;
    }

    /** One of a type, without elements. */
    public static Element of(String type) {
        return made(FhirType.of(type), NOTHING);
    }

    /** One of a type with these values; a primitive has no value of its own. */
    static Element made(FhirType type, @Nullable Object[] values) {
        return switch (type.kind()) {
            case RESOURCE -> new Resource(type, values);
            case COMPLEX -> new Element(type, values);
            case PRIMITIVE -> new Primitive(type, null, values);
        };
    }

    /** Its type, such as {@code CodeableConcept}, {@code Observation} or {@code Observation.Component}. */
    public final FhirType type() {
        return type;
    }

    /** True if it is of a type, or of one that specialises it. */
    public final boolean is(String typeName) {
        return type.name().equals(typeName) || type.isA(FhirType.of(typeName));
    }

    /** The value of a child as it is held: an Element, a list of Elements, or null. */
    public final @Nullable Object value(Child child) {
        return child.index() < values.length ? values[child.index()] : null;
    }

    final @Nullable Object[] values() {
        return values;
    }

    private @Nullable Object value(String name) {
        Child child = type.child(name);
        return child == null ? null : value(child);
    }

    /** True if it has an element of a name, with a value or with elements. */
    public final boolean has(String name) {
        return value(name) != null;
    }

    /**
     * Its elements of a name, in order.
     *
     * @param name without the type of a choice: {@code value}, not {@code valueQuantity}; of a name that the type does not
     *     have there are none
     */
    @SuppressWarnings("unchecked")
    public final List<Element> all(String name) {
        Object value = value(name);
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> list ? (List<Element>) list : List.of((Element) value);
    }

    /** Its first element of a name. */
    public final Optional<Element> first(String name) {
        Object value = value(name);
        if (value instanceof List<?> list) {
            return Optional.of((Element) list.get(0));
        }
        return Optional.ofNullable((Element) value);
    }

    /** The value of its first element of a name, which is primitive, as a text; empty if it has none. */
    public final Optional<String> text(String name) {
        return first(name).flatMap(Element::text);
    }

    /** Its extensions of a URL, in order. */
    public final Stream<Element> extensions(String url) {
        return all("extension").stream().filter(extension -> extension.hasText("url", url));
    }

    /** The value of a primitive as a text; empty for any other. */
    public Optional<String> text() {
        return Optional.empty();
    }

    /** True if the value of its first element of a name is this text. */
    public final boolean hasText(String name, String value) {
        return text(name).filter(value::equals).isPresent();
    }

    /** All its elements, in FHIR's order. */
    @SuppressWarnings("unchecked")
    public final Stream<Element> children() {
        return Arrays.stream(values)
                .filter(Objects::nonNull)
                .flatMap(value -> value instanceof List<?> list
                        ? ((List<Element>) list).stream()
                        : Stream.of((Element) Objects.requireNonNull(value)));
    }

    /** The same with these elements of a name, and no others of that name. */
    public Element with(String name, List<? extends Element> elements) {
        Child child = type.child(name);
        if (child == null) {
            throw new IllegalArgumentException("FHIR's " + type + " has no element " + name);
        }
        if (elements.isEmpty()) {
            return replaced(child, null);
        }
        if (!child.isList() && elements.size() > 1) {
            throw new IllegalArgumentException("FHIR's " + type + " has one " + name + ", not " + elements.size());
        }
        return replaced(child, child.isList() ? List.copyOf(elements) : elements.get(0));
    }

    /** The same with an element of a name, and no other of that name. */
    public Element with(String name, Element element) {
        return with(name, List.of(element));
    }

    /** The same with a value of a primitive element, which has one type, and one whose values are texts. */
    public Element with(String name, String value) {
        FhirType.Field field = type.field(name);
        if (field == null) {
            throw new IllegalArgumentException("FHIR's " + type + " has no element " + name);
        }
        if (!Primitives.isText(field.type().name())) {
            throw new IllegalArgumentException("FHIR's " + type + "." + name + " is no text");
        }
        return with(name, new Primitive(field.type(), value));
    }

    /** The same with each of its elements of a name changed; itself if none is. */
    @SuppressWarnings("unchecked")
    public final Element changing(String name, UnaryOperator<Element> change) {
        Child child = type.child(name);
        Object value = child == null ? null : value(child);
        if (child == null || value == null) {
            return this;
        }
        Object changed =
                value instanceof List<?> list ? changed((List<Element>) list, change) : change.apply((Element) value);
        return changed == value ? this : replaced(child, changed);
    }

    /** The same without the elements of some names. */
    public Element without(String... names) {
        Element without = this;
        for (String name : names) {
            without = without.has(name) ? without.with(name, List.of()) : without;
        }
        return without;
    }

    /** The same with one more element of a name, which may be repeated. */
    public Element adding(String name, Element element) {
        List<Element> all = new ArrayList<>(all(name));
        all.add(element);
        return with(name, all);
    }

    private Element replaced(Child child, @Nullable Object value) {
        int index = child.index();
        @Nullable Object[] copy = Arrays.copyOf(values, Math.max(values.length, index + 1));
        copy[index] = value;
        return copied(copy);
    }

    /**
     * The same with each element in it replaced, the inner ones first; itself if nothing is.
     *
     * @param change gives an element of the same type, or the same element
     */
    @SuppressWarnings("unchecked")
    public final Element mapped(UnaryOperator<Element> change) {
        @Nullable Object[] copy = null;
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            Object other = value == null
                    ? null
                    : value instanceof List<?> list
                            ? changed((List<Element>) list, one -> one.mapped(change))
                            : ((Element) value).mapped(change);
            if (other != value) {
                copy = copy == null ? values.clone() : copy;
                copy[i] = other;
            }
        }
        return change.apply(copy == null ? this : copied(copy));
    }

    @SuppressWarnings("ReferenceEquality") // a change gives the same object where it changes nothing
    private static List<Element> changed(List<Element> list, UnaryOperator<Element> change) {
        List<Element> changed = null;
        for (int i = 0; i < list.size(); i++) {
            Element one = change.apply(list.get(i));
            if (one != list.get(i)) {
                changed = changed == null ? new ArrayList<>(list) : changed;
                changed.set(i, one);
            }
        }
        return changed == null ? list : List.copyOf(changed);
    }

    /** Another one like this with these values. */
    Element copied(@Nullable Object[] other) {
        return new Element(type, other);
    }

    /** True if it has neither a value nor elements, and so is not there. */
    boolean isEmpty() {
        return hasNoElements();
    }

    final boolean hasNoElements() {
        for (Object value : values) {
            if (value != null) {
                return false;
            }
        }
        return true;
    }

    /** Equal are elements of one type with the same elements and values. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Element element) || type != element.type) {
            return false;
        }
        int length = Math.max(values.length, element.values.length);
        for (int i = 0; i < length; i++) {
            if (!Objects.equals(
                    i < values.length ? values[i] : null, i < element.values.length ? element.values[i] : null)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = type.hashCode();
        for (int i = 0; i < values.length; i++) {
            hash += (i + 1) * Objects.hashCode(values[i]); // missing ones at the end change nothing
        }
        return hash;
    }

    /** Type only: what it holds may be patient data, and logs hold none. */
    @Override
    public final String toString() {
        return type.name();
    }
}
