package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.List;

/**
 * One test case of the content.
 *
 * @param name name of its folder under {@code input/tests/Library/TherapyFit/}
 * @param title what it shows, in one line
 * @param resources the patient's resources, orders included
 * @param at instant of evaluation
 * @param jurisdiction where the order would be carried out, for example {@code US}
 * @param selections references of the orders that the call is about, which may have been signed before; none means all
 *     drafts
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
        List<String> selections,
        List<String> unread,
        Expectation expected,
        String note) {
    public Case {
        resources = List.copyOf(resources);
        selections = List.copyOf(selections);
        unread = List.copyOf(unread);
    }

    /** The patient's record, with the orders as the hook's context. */
    public PatientRecord record() {
        return record(resources);
    }

    /** The same from another list of resources, for example these in another order. */
    public PatientRecord record(List<Resource> resources) {
        PatientRecord.Builder record = PatientRecord.builder();
        unread.forEach(type -> record.addIncomplete(type, "the case says so"));
        resources.forEach(resource -> record.add(resource, origin(resource)));
        return record.build();
    }

    /** Where a resource of the case comes from: from the hook's context if it is an order that the call is about. */
    public Origin origin(Resource resource) {
        boolean isOrder = PatientRecord.isDraftOrder(resource)
                || (resource.id().isPresent() && selections.contains(resource.reference()));
        return isOrder ? Origin.CONTEXT : Origin.PREFETCH;
    }

    /** What is asked besides the record. */
    public Inputs inputs() {
        return new Inputs(jurisdiction, selections);
    }
}
