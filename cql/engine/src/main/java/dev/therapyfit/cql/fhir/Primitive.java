package dev.therapyfit.cql.fhir;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A primitive element: a value, or extensions that say why there is none, or both. */
public final class Primitive extends Element {
    private static final @Nullable Object[] PLAIN = {};

    private final @Nullable Object value;

    /** What readers made of the value, so that they do it once; it depends on the value only. */
    private volatile @Nullable Object converted;

    /**
     * One without id and extensions.
     *
     * @param value see {@link #value()}
     */
    public Primitive(FhirType type, Object value) {
        this(type, value, PLAIN);
    }

    Primitive(FhirType type, @Nullable Object value, @Nullable Object[] values) {
        super(type, values);
        this.value = value;
    }

    Primitive withValue(@Nullable Object other) {
        return new Primitive(type(), other, values());
    }

    /** A text, a Boolean, an Integer or a BigDecimal, as JSON has it: dates are texts. Null if there is none. */
    public @Nullable Object value() {
        return value;
    }

    @Override
    public Optional<String> text() {
        return value == null ? Optional.empty() : Optional.of(value.toString());
    }

    /** What {@link #convert} was given; null if nothing was yet. */
    public @Nullable Object converted() {
        return converted;
    }

    /** Remembers what follows from the value alone. Threads may do so at once, since it is always the same. */
    public Object convert(Object made) {
        converted = made;
        return made;
    }

    @Override
    Primitive copied(@Nullable Object[] other) {
        return new Primitive(type(), value, other);
    }

    @Override
    boolean isEmpty() {
        return value == null && hasNoElements();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Primitive primitive && Objects.equals(value, primitive.value) && super.equals(other);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + Objects.hashCode(value);
    }
}
