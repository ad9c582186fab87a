package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.elm.Data;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A patient's record by value sets: once for each type that is asked for by code, the value sets of all codes are looked
 * up, and each retrieve then only takes its list.
 */
final class RecordData implements Data {
    private final PatientRecord record;
    private final Terminology terminology;
    private final Map<String, Map<String, Map<Integer, List<Resource>>>> bySet = new HashMap<>();

    /**
     * The data of one evaluation.
     *
     * @param record the record as the CQL reads it
     */
    RecordData(PatientRecord record, Terminology terminology) {
        this.record = record;
        this.terminology = terminology;
    }

    PatientRecord record() {
        return record;
    }

    /** The same record by other value sets. */
    RecordData with(Terminology other) {
        return new RecordData(record, other);
    }

    @Override
    public List<Resource> retrieve(
            String type, @Nullable String codePath, @Nullable Predicate<Terminology.Code> codes) {
        if (type.equals("Patient")) {
            return List.of(record.patient());
        }
        if (codePath == null || codes == null) {
            return record.retrieve(type);
        }
        if (codes instanceof Terminology.CodeSet set) {
            return bySet.computeIfAbsent(type, key -> new HashMap<>())
                    .computeIfAbsent(codePath, key -> sorted(record.retrieve(type), codePath))
                    .getOrDefault(set.number(), List.of());
        }
        return record.retrieve(type, codePath, codes);
    }

    private Map<Integer, List<Resource>> sorted(List<Resource> resources, String codePath) {
        Map<Integer, List<Resource>> sorted = new HashMap<>();
        for (Resource resource : resources) {
            BitSet sets = new BitSet();
            PatientRecord.codes(resource, codePath).forEach(code -> sets.or(terminology.setsOf(code)));
            sets.stream().forEach(set -> sorted.computeIfAbsent(set, key -> new ArrayList<>())
                    .add(resource));
        }
        return sorted;
    }
}
