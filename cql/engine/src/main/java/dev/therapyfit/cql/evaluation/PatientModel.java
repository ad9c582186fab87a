package dev.therapyfit.cql.evaluation;

import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.model.CachingModelResolverDecorator;
import org.opencds.cqf.cql.engine.model.ModelResolver;

/** FHIR for one evaluation, for as long as somebody waits: every loop over a chart reads elements of it. */
final class PatientModel extends CachingModelResolverDecorator {
    /** Of so many elements one asks whether somebody still waits, which costs as much as reading some. */
    private static final int SELDOM = 64;

    private final Patience patience;
    private int read;

    PatientModel(ModelResolver shared, Patience patience) {
        super(shared);
        this.patience = patience;
    }

    @Override
    public @Nullable Object resolvePath(@Nullable Object target, String path) {
        if (++read % SELDOM == 0) {
            patience.require();
        }
        return super.resolvePath(target, path);
    }
}
