package dev.therapyfit.cql.evaluation;

import ca.uhn.fhir.context.FhirContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.r4.model.DateType;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.fhir.model.R4FhirModelResolver;

/**
 * FHIR R4 for the engine. A {@code date} has no time of day, but HAPI reads one that has, and the engine then fails the
 * whole evaluation: here it is the day that was written. And the engine looks up the class of each instance that CQL makes
 * by trying names, which took a third of the time of a call: here once for each name.
 */
final class FhirModel extends R4FhirModelResolver {
    private static final int DAY_LENGTH = "2026-06-15".length();

    private final Map<String, Class<?>> types = new ConcurrentHashMap<>();

    private FhirModel() {
        super(FhirContext.forR4Cached());
    }

    /** One for all, made when the reference engine is first asked: it loads a thousand classes. */
    static FhirModel shared() {
        return Shared.MODEL;
    }

    private static final class Shared {
        private static final FhirModel MODEL = new FhirModel();
    }

    @Override
    public @Nullable Class<?> resolveType(@Nullable String name) {
        return name == null ? super.resolveType((String) null) : types.computeIfAbsent(name, super::resolveType);
    }

    @Override
    public @Nullable Object resolvePath(@Nullable Object target, String path) {
        return super.resolvePath(target instanceof DateType date && hasTime(date) ? day(date) : target, path);
    }

    private static boolean hasTime(DateType date) {
        return date.hasValue() && date.getValueAsString().strip().length() > DAY_LENGTH;
    }

    private static DateType day(DateType date) {
        return new DateType(date.getValueAsString().strip().substring(0, DAY_LENGTH));
    }
}
