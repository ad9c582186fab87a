package dev.therapyfit.cql.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Written;
import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the outcomes in a Bundle say about whether it holds all that was asked for. */
class BundleContentsTest {
    /** Epic's 59204 is such a warning: "Results of this sub-type will not be returned." */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "suppressed",
                "forbidden",
                "security",
                "login",
                "expired",
                "business-rule",
                "not-supported",
                "exception",
                "no-store",
                "lock-error",
                "incomplete",
                "timeout",
                "throttled",
                "too-costly",
                "transient"
            })
    void a_warning_of_what_was_not_returned_is_a_fault_as_an_error_is(String code) {
        for (IssueSeverity severity : List.of(IssueSeverity.WARNING, IssueSeverity.ERROR, IssueSeverity.FATAL)) {
            OperationOutcome outcome = outcome(severity, IssueType.fromCode(code));

            assertThat(BundleContents.fault(read(outcome))).as("an entry").isPresent();
            assertThat(BundleContents.fault(Written.read(responding(outcome))))
                    .as("the response of an entry")
                    .isPresent();
            Bundle outer = new Bundle();
            outer.addEntry().setResource(bundle(outcome));
            assertThat(BundleContents.fault(Written.read(outer)))
                    .as("a Bundle in a Bundle")
                    .isPresent();
        }
    }

    @Test
    void one_such_issue_among_others_is_a_fault() {
        OperationOutcome outcome = outcome(IssueSeverity.INFORMATION, IssueType.INFORMATIONAL);
        outcome.addIssue().setSeverity(IssueSeverity.WARNING).setCode(IssueType.PROCESSING);
        outcome.addIssue().setSeverity(IssueSeverity.WARNING).setCode(IssueType.SUPPRESSED);

        assertThat(BundleContents.fault(read(outcome))).isPresent();
    }

    @Test
    void the_fault_does_not_repeat_what_the_server_wrote() {
        OperationOutcome outcome = outcome(IssueSeverity.WARNING, IssueType.SUPPRESSED);
        outcome.getIssueFirstRep().setDiagnostics("zz-diagnostics").getDetails().setText("zz-details");

        assertThat(BundleContents.fault(read(outcome)))
                .hasValueSatisfying(fault -> assertThat(fault).doesNotContain("zz"));
    }

    @Test
    void what_came_besides_is_kept() {
        assertThat(BundleContents.of(read(outcome(IssueSeverity.WARNING, IssueType.SUPPRESSED))))
                .singleElement()
                .matches(resource -> resource.isOf("Condition"));
    }

    @Test
    void what_is_said_for_information_is_no_fault() {
        assertThat(BundleContents.fault(read(outcome(IssueSeverity.INFORMATION, IssueType.INFORMATIONAL))))
                .isEmpty();
        assertThat(BundleContents.fault(
                        Written.read(responding(outcome(IssueSeverity.INFORMATION, IssueType.INFORMATIONAL)))))
                .isEmpty();
    }

    /** Servers send these with nearly every answer: a parameter that was not understood, a value that was mended. */
    @ParameterizedTest
    @EnumSource(
            value = IssueType.class,
            names = {"INFORMATIONAL", "PROCESSING", "INVALID", "VALUE", "CODEINVALID", "INVARIANT"})
    void a_warning_of_something_else_is_no_fault(IssueType code) {
        assertThat(BundleContents.fault(read(outcome(IssueSeverity.WARNING, code))))
                .isEmpty();
    }

    @Test
    void a_warning_without_a_code_is_no_fault() {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue().setSeverity(IssueSeverity.WARNING);

        assertThat(BundleContents.fault(read(outcome))).isEmpty();
    }

    private static OperationOutcome outcome(IssueSeverity severity, IssueType code) {
        OperationOutcome outcome = new OperationOutcome();
        outcome.addIssue().setSeverity(severity).setCode(code);
        return outcome;
    }

    private static Resource read(OperationOutcome outcome) {
        return Written.read(bundle(outcome));
    }

    private static Bundle bundle(OperationOutcome outcome) {
        Bundle bundle = new Bundle();
        bundle.addEntry().setResource(new Condition().setId("c"));
        bundle.addEntry().setResource(outcome);
        return bundle;
    }

    private static Bundle responding(OperationOutcome outcome) {
        Bundle bundle = new Bundle();
        bundle.addEntry()
                .setResource(new Condition().setId("c"))
                .getResponse()
                .setStatus("200")
                .setOutcome(outcome);
        return bundle;
    }
}
