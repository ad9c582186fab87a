package dev.therapyfit.cql.evaluation;

import dev.therapyfit.cql.terminology.Terminology.Code;
import java.util.SortedSet;

/**
 * What the CQL reads of one resource type, over all its retrieves.
 *
 * @param type FHIR resource type
 * @param codePath element the codes belong to, empty if the type is read whole
 * @param codes the codes that are read, empty if the type is read whole
 */
public record DataRequirement(String type, String codePath, SortedSet<Code> codes) {
    /** True if some retrieve reads the type without a filter on codes that could be written down. */
    public boolean whole() {
        return codes.isEmpty();
    }
}
