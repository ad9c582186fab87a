package dev.therapyfit.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.therapyfit.hooks.failure.CdsFailure.Problem;
import java.util.List;

/** A FHIR R4 OperationOutcome as JSON. */
record OperationOutcomeBody(String resourceType, List<Issue> issue) {

    static OperationOutcomeBody of(String code, List<Problem> problems) {
        return new OperationOutcomeBody(
                "OperationOutcome",
                problems.stream()
                        .map(problem -> new Issue(
                                "error",
                                code,
                                problem.diagnostics(),
                                problem.expression().isEmpty() ? List.of() : List.of(problem.expression())))
                        .toList());
    }

    /**
     * One issue.
     *
     * @param severity {@code error}
     * @param code FHIR issue-type
     * @param diagnostics what was expected
     * @param expression the field
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Issue(String severity, String code, String diagnostics, List<String> expression) {}
}
