package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.terminology.Terminology.Code;
import java.util.SortedSet;

/**
 * What the CQL reads of one resource type, over all its retrieves.
 *
 * @param type FHIR resource type
 * @param codePath element the codes belong to, empty if no retrieve filters by codes
 * @param codes the codes that retrieves filter by
 * @param whole true if some retrieve reads the type without a filter on codes that could be written down
 */
public record DataRequirement(String type, String codePath, SortedSet<Code> codes, boolean whole) {
    /** The same without what is read by no code, unless all of it is. */
    public DataRequirement byCode() {
        return new DataRequirement(type, codePath, codes, codes.isEmpty());
    }
}
