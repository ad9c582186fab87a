package dev.therapyfit.cql.evaluation;

import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.model.CachingModelResolverDecorator;
import org.opencds.cqf.cql.engine.model.ModelResolver;

/** FHIR for one evaluation, for as long as somebody waits: every loop over a chart reads elements of it. */
final class PatientModel extends CachingModelResolverDecorator {
    /** Of so many elements one asks whether somebody still waits, which costs as much as reading some. */
    private static final int SELDOM = 64;

    private final Cancellation cancellation;
    private int read;

    PatientModel(ModelResolver shared, Cancellation cancellation) {
        super(shared);
        this.cancellation = cancellation;
    }

    @Override
    public @Nullable Object resolvePath(@Nullable Object target, String path) {
        if (++read % SELDOM == 0) {
            cancellation.require();
        }
        return super.resolvePath(target, path);
    }
}
