package dev.therapyfit.cql.evaluation;

import java.util.Map;

/** Results for the tests of later stages, made by hand instead of by CQL. */
public final class GivenResults {
    private GivenResults() {}

    public static ExpressionResults of(Map<String, Object> values) {
        return new ExpressionResults(values);
    }
}
