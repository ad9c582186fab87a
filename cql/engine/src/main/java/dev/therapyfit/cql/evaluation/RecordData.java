package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.data.CompositeDataProvider;
import org.opencds.cqf.cql.engine.model.ModelResolver;

/** Answers what the engine asks of one patient record and of the elements of its resources, for as long as somebody waits. */
final class RecordData extends CompositeDataProvider {
    private final Patience patience;

    RecordData(ModelResolver modelResolver, PatientRecord record, Terminology terminology, Patience patience) {
        super(modelResolver, new RecordRetriever(record, terminology, patience));
        this.patience = patience;
    }

    @Override
    public @Nullable Object resolvePath(@Nullable Object target, String path) {
        patience.require();
        return super.resolvePath(target, path);
    }
}
