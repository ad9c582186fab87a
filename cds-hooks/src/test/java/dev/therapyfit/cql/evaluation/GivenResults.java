package dev.therapyfit.cql.evaluation;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Results for the tests of later stages, made by hand instead of by CQL. */
public final class GivenResults {
    private GivenResults() {}

    public static ExpressionResults of(Map<String, Object> values) {
        return new ExpressionResults(names ->
                names.stream().collect(Collectors.toMap(name -> name, name -> Optional.ofNullable(values.get(name)))));
    }
}
