package dev.therapyfit.cql.cases;

import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Resource;

/**
 * One test case of the content.
 *
 * @param name name of its folder under {@code input/tests/Library/TherapyFit/}
 * @param title what it shows, in one line
 * @param resources the patient's resources, draft orders included
 * @param at instant of evaluation
 * @param jurisdiction where the order would be carried out, for example {@code US}
 * @param unread resource types that could not be read; the resources hold what was read of them
 * @param expected what the decision must say
 * @param note what a reader should know besides; may be empty
 */
public record Case(
        String name,
        String title,
        List<Resource> resources,
        Instant at,
        String jurisdiction,
        List<String> unread,
        Expectation expected,
        String note) {
    public Case {
        resources = List.copyOf(resources);
        unread = List.copyOf(unread);
    }

    /** The patient's record, with the draft orders as the hook's context. */
    public PatientRecord record() {
        return record(resources);
    }

    /** The same from another list of resources, for example these in another order. */
    public PatientRecord record(List<Resource> resources) {
        PatientRecord.Builder record = PatientRecord.builder();
        unread.forEach(type -> record.addUnread(type, "the case says so"));
        resources.forEach(resource ->
                record.add(resource, PatientRecord.isDraftOrder(resource) ? Origin.CONTEXT : Origin.PREFETCH));
        return record.build();
    }

    /** Parameters of the main library for this case. */
    public Map<String, Object> parameters() {
        return unread.isEmpty()
                ? Map.of("Jurisdiction", jurisdiction)
                : Map.of("Jurisdiction", jurisdiction, "Unread", unread);
    }
}
