package dev.therapyfit.hooks.decision;

import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import java.time.Instant;
import java.util.List;

/**
 * What a decision was made from, so that it can be asked what another answer would make of it.
 *
 * @param record the patient
 * @param inputs what was asked besides
 * @param at evaluation time
 */
public record DecisionInputs(PatientRecord record, Inputs inputs, Instant at) {
    /** The same with more resources in the record. */
    public DecisionInputs with(List<Resource> resources) {
        return new DecisionInputs(record.with(resources), inputs, at);
    }
}
