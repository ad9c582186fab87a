package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.record.Incomplete;
import dev.therapyfit.cql.record.PatientRecord;
import java.util.List;
import java.util.Map;

/**
 * What is asked besides the record and the instant. Only from here come values of the content's CQL parameters, so that a
 * hook call, a command and a test case are decided alike: what of the record could not be read is always among them.
 *
 * @param jurisdiction where the client practises
 * @param selections references of the orders that the call is about; empty: every draft
 */
public record Inputs(String jurisdiction, List<String> selections) {
    private static final String JURISDICTION = "Jurisdiction";
    private static final String SELECTIONS = "Selections";
    private static final String UNREAD = "Unread";

    /** CQL parameters that the content's main library must declare. */
    public static final List<String> PARAMETERS = List.of(JURISDICTION, SELECTIONS, UNREAD);

    /** Values of the {@link #PARAMETERS} for a record: these inputs, and the resource types that could not be read. */
    public Map<String, Object> parameters(PatientRecord record) {
        return Map.of(
                JURISDICTION,
                jurisdiction,
                SELECTIONS,
                selections,
                UNREAD,
                record.incomplete().stream().map(Incomplete::type).toList());
    }
}
