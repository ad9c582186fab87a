package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.fhir.Element;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.model.ModelResolver;

/**
 * What operators of the CQL engine ask of elements of FHIR as nodes hold them: whether two are equal. Elements and types
 * nodes know themselves, by {@link FhirElements}.
 */
@SuppressWarnings("deprecation") // the interface has methods that it calls deprecated
final class ElementModel implements ModelResolver {
    @Override
    public String getPackageName() {
        return Element.class.getPackageName();
    }

    @Override
    public void setPackageName(@Nullable String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Boolean objectEqual(@Nullable Object left, @Nullable Object right) {
        return left instanceof Element && left.equals(right);
    }

    @Override
    public Boolean objectEquivalent(@Nullable Object left, @Nullable Object right) {
        return objectEqual(left, right);
    }

    @Override
    public Class<?> resolveType(@Nullable String name) {
        return Element.class;
    }

    @Override
    public Class<?> resolveType(@Nullable Object value) {
        return Element.class;
    }

    @Override
    public Boolean is(@Nullable Object value, Class<?> type) {
        return type.isInstance(value);
    }

    @Override
    public @Nullable Object as(@Nullable Object value, Class<?> type, boolean isStrict) {
        if (isStrict && value != null && !type.isInstance(value)) {
            throw new IllegalArgumentException("a value of another type");
        }
        return type.isInstance(value) ? value : null;
    }

    @Override
    public @Nullable String resolveId(@Nullable Object target) {
        return target instanceof Element element ? element.text("id").orElse(null) : null;
    }

    @Override
    public @Nullable Object resolvePath(@Nullable Object target, String path) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public @Nullable Object getContextPath(@Nullable String type, @Nullable String target) {
        throw new UnsupportedOperationException(type);
    }

    @Override
    public @Nullable Object createInstance(@Nullable String type) {
        throw new UnsupportedOperationException(type);
    }

    @Override
    public void setValue(@Nullable Object target, String path, @Nullable Object value) {
        throw new UnsupportedOperationException(path);
    }
}
