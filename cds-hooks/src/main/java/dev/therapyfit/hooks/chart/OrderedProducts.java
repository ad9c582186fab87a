package dev.therapyfit.hooks.chart;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.hooks.failure.CdsFailure.DataUnavailable;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import java.util.List;
import java.util.stream.Stream;

/**
 * What selected orders refer to.
 *
 * @param sent what came with the call
 * @param fetched what was read
 * @param missing of which orders the product is not known, and why
 */
public record OrderedProducts(List<Resource> sent, List<Resource> fetched, List<Problem> missing) {
    /** All that is known. */
    public List<Resource> all() {
        return Stream.concat(sent.stream(), fetched.stream()).toList();
    }

    /**
     * Sees that every product is known.
     *
     * @throws DataUnavailable naming those that are not
     */
    public void requireAll() {
        if (!missing.isEmpty()) {
            throw new DataUnavailable(missing.stream()
                    .map(problem -> new Problem(problem.expression(), Reads.needed(problem.diagnostics())))
                    .toList());
        }
    }
}
