package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.fhir.HapiResources;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.opencds.cqf.cql.engine.retrieve.RetrieveProvider;
import org.opencds.cqf.cql.engine.runtime.Code;
import org.opencds.cqf.cql.engine.runtime.Interval;

/** Answers the engine's retrieves from one patient record, as HAPI's classes, for as long as somebody waits. */
final class RecordRetriever implements RetrieveProvider {
    private final PatientRecord record;
    private final Terminology terminology;
    private final Cancellation cancellation;
    private final IdentityHashMap<Resource, Object> hapi = new IdentityHashMap<>();

    RecordRetriever(PatientRecord record, Terminology terminology, Cancellation cancellation) {
        this.record = record;
        this.terminology = terminology;
        this.cancellation = cancellation;
    }

    @Override
    public Iterable<@Nullable Object> retrieve(
            @Nullable String context,
            @Nullable String contextPath,
            @Nullable Object contextValue,
            String dataType,
            @Nullable String templateId,
            @Nullable String codePath,
            @Nullable Iterable<Code> codes,
            @Nullable String valueSet,
            @Nullable String datePath,
            @Nullable String dateLowPath,
            @Nullable String dateHighPath,
            @Nullable Interval dateRange) {
        cancellation.require();
        if (dateRange != null) {
            throw new IllegalStateException("Retrieve of " + dataType + " filters by date: filter in a where clause");
        }
        if (dataType.equals("Patient")) {
            return objects(List.of(record.patient()));
        }
        if (codePath == null || (codes == null && valueSet == null)) {
            return objects(record.retrieve(dataType));
        }
        if (valueSet != null) {
            return objects(record.retrieve(
                    dataType, codePath, code -> terminology.contains(valueSet, code.system(), code.code())));
        }
        Set<Terminology.Code> wanted = new HashSet<>();
        if (codes != null) {
            codes.forEach(code ->
                    wanted.add(new Terminology.Code(String.valueOf(code.getSystem()), String.valueOf(code.getCode()))));
        }
        return objects(record.retrieve(dataType, codePath, wanted::contains));
    }

    private List<@Nullable Object> objects(List<Resource> resources) {
        List<@Nullable Object> objects = new ArrayList<>();
        resources.forEach(resource -> objects.add(hapi.computeIfAbsent(resource, HapiResources::toHapi)));
        return objects;
    }
}
