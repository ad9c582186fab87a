package dev.therapyfit.app.sandbox.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.ContentCopy;
import dev.therapyfit.app.sandbox.workbench.Workbench.Published;
import dev.therapyfit.app.sandbox.workbench.Workbench.Report;
import dev.therapyfit.app.sandbox.workbench.Workbench.Tried;
import dev.therapyfit.app.sandbox.workbench.Workbench.Value;
import dev.therapyfit.hooks.decision.DecisionChanges.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The content of this repository with two of its cases. */
class WorkbenchTest {
    private static final String THRESHOLDS = "input/cql/TherapyFitThresholds.cql";
    private static final String CRITERIA = "input/cql/TherapyFitCriteria.cql";
    private static final String CARDS = "input/cql/TherapyFitCards.cql";
    private static final String GRADE = "advancedFrom: 4, window: 24 months";

    @TempDir
    private Path folder = Path.of("");

    private Workbench workbench = new Workbench(null, Clock.systemUTC());

    @BeforeEach
    void copy() throws IOException {
        ContentCopy.to(folder, "o1", "o2");
        workbench = new Workbench(folder, Clock.fixed(Instant.parse("2026-06-15T00:00:00Z"), ZoneOffset.UTC));
    }

    private String thresholds() {
        return workbench.text(THRESHOLDS).orElseThrow();
    }

    @Test
    void a_draft_tells_which_cases_it_decides_otherwise_and_what_moved_them() {
        assertThat(workbench.report().changed()).isEmpty();
        workbench.put(THRESHOLDS, thresholds().replace(GRADE, GRADE.replace('4', '5')));
        Report report = workbench.report();

        assertThat(report.ran().check().problems()).isEmpty();
        assertThat(report.changed()).hasSize(2).first().satisfies(changed -> {
            assertThat(changed.name()).isEqualTo("o1");
            assertThat(changed.changes()).anySatisfy(change -> {
                assertThat(change.id()).isEqualTo("M1");
                assertThat(change.field()).isEqualTo("why");
            });
        });
        assertThat(workbench.changedFiles()).containsExactly(THRESHOLDS);
        assertThat(folder.resolve(THRESHOLDS)).as("only a draft").content().contains(GRADE);
    }

    @Test
    void words_of_a_card_alone_are_told_with_their_place() {
        workbench.put(CARDS, workbench.text(CARDS).orElseThrow().replace("Trials of", "Studies of"));

        assertThat(workbench.report().changed()).isNotEmpty().allSatisfy(changed -> assertThat(changed.changes())
                .isNotEmpty()
                .allSatisfy(change -> {
                    assertThat(change.id()).isEqualTo("card of");
                    assertThat(change.field()).matches("[a-z-]+/0/[a-z]+");
                    assertThat(change.before()).contains("Trials of");
                    assertThat(change.after()).contains("Studies of");
                }));
    }

    @ParameterizedTest
    @CsvSource({
        "input/cql/TherapyFitThresholds.cql, 'advancedFrom: 4', 'advancedFrom: 5'",
        "input/cql/TherapyFitCards.cql, Trials of, Studies of",
        "input/vocabulary/valueset/knee-osteoarthritis.json, M17, M99",
        "input/resources/plandefinition/therapy-fit-order-select.json, Card Detail, Card Summary"
    })
    void what_is_taken_over_from_the_run_before_is_what_a_new_run_gives(String file, String text, String other) {
        workbench.report();
        assertThat(workbench.text(file).orElseThrow()).contains(text);
        workbench.put(file, workbench.text(file).orElseThrow().replace(text, other));
        Report draft = workbench.report();
        workbench.publish();
        Report anew = new Workbench(folder, Clock.systemUTC()).report();

        assertThat(draft.ran().tried().values().stream().map(Tried::digest))
                .hasSize(2)
                .containsExactlyElementsOf(
                        anew.ran().tried().values().stream().map(Tried::digest).toList());
        assertThat(draft.ran().tried().values().stream()
                        .map(tried -> tried.results().orElseThrow().asked()))
                .containsExactlyElementsOf(anew.ran().tried().values().stream()
                        .map(tried -> tried.results().orElseThrow().asked())
                        .toList());
    }

    @Test
    void what_is_shown_before_the_cases_are_run_takes_no_run() {
        assertThat(workbench.cases()).containsExactly("o1", "o2");
        assertThat(workbench.files("o1"))
                .contains(THRESHOLDS, "expected/o1.yaml")
                .doesNotContain("expected/o2.yaml");
        assertThat(workbench.names()).containsKey("TherapyFitThresholds");
        workbench.put(THRESHOLDS, thresholds().replace(GRADE, GRADE.replace('4', '5')));
        assertThat(workbench.isRun()).isFalse();

        assertThat(workbench.report().changed()).hasSize(2);
        assertThat(workbench.isRun()).isTrue();
    }

    @Test
    void an_edit_that_was_undone_leaves_nothing_behind() {
        workbench.report();
        workbench.put(
                THRESHOLDS,
                thresholds()
                                .replace(
                                        "library TherapyFitThresholds version '0.1.0'",
                                        "library TherapyFitThresholds version '0.2.0'")
                        + "define \"New Limit\": 5\n");
        assertThat(workbench.report().ran().check().problems()).isNotEmpty();
        workbench.discard();
        workbench.put(THRESHOLDS, thresholds().replace(GRADE, GRADE.replace('4', '5')));
        Report report = workbench.report();

        assertThat(report.ran().check().problems()).isEmpty();
        assertThat(report.changed())
                .allSatisfy(changed ->
                        assertThat(changed.changes()).extracting(Change::field).doesNotContain("decision"));
        assertThat(report.ran().tried().values())
                .allSatisfy(tried -> assertThat(tried.outcome()).isNotEmpty());
    }

    @Test
    void a_draft_that_mends_the_folder_is_compared_with_what_answers() throws IOException {
        workbench.report();
        String before = thresholds();
        Files.writeString(folder.resolve(THRESHOLDS), before.replace(GRADE, "advancedFrom: ,"));
        workbench.refresh();
        assertThat(workbench.report().ran().check().problems()).isNotEmpty();
        workbench.put(THRESHOLDS, before);

        assertThat(workbench.report().isCompared()).isTrue();
        assertThat(workbench.report().changed()).isEmpty();
        assertThat(new Workbench(folder, Clock.systemUTC()).report().isCompared())
                .isFalse();
    }

    @Test
    void a_case_that_fails_says_why() {
        workbench.put(
                CRITERIA,
                workbench
                        .text(CRITERIA)
                        .orElseThrow()
                        .replace(
                                "define \"Is Advanced\": Stages.\"Stage\".class = 'advanced'",
                                "define \"Is Advanced\": Message(Stages.\"Stage\".class = 'advanced', true, 'E1', 'Error', 'no')"));
        Report report = workbench.report();

        assertThat(report.ran().check().problems()).isEmpty();
        assertThat(report.changed()).isNotEmpty().allSatisfy(changed -> assertThat(changed.changes())
                .singleElement()
                .satisfies(change -> assertThat(change.after()).contains("CQL evaluation failed")));
    }

    @Test
    void a_file_that_is_not_there_yet_can_be_written() {
        String file = "input/vocabulary/valueset/new.json";
        assertThat(Workbench.canHold(file)).isTrue();
        assertThat(Workbench.canHold("input/vocabulary/valueset/")).isFalse();
        assertThat(Workbench.canHold("../pom.xml")).isFalse();
        assertThat(workbench.text(file)).isEmpty();
        workbench.put(file, "");
        assertThat(workbench.changedFiles()).isEmpty();
        workbench.put(file, "{");
        assertThat(workbench.report().ran().check().problems())
                .anySatisfy(problem -> assertThat(problem.file()).isEqualTo(file));
    }

    @Test
    void a_text_as_it_was_is_no_draft() {
        String before = thresholds();
        workbench.put(THRESHOLDS, before + "// more\n");
        workbench.put(THRESHOLDS, before);

        assertThat(workbench.changedFiles()).isEmpty();
    }

    @Test
    void a_draft_with_a_problem_is_told_with_its_place_and_is_not_written() {
        workbench.put(THRESHOLDS, thresholds().replace(GRADE, "advancedFrom: four"));
        Report report = workbench.report();

        assertThat(report.ran().check().problems())
                .anySatisfy(problem -> assertThat(problem.file()).isEqualTo(THRESHOLDS));
        assertThat(report.ran().tried()).isEmpty();
        assertThat(workbench.publish()).isEqualTo(Published.HAS_PROBLEMS);
        assertThat(folder.resolve(THRESHOLDS)).content().contains(GRADE);
    }

    @Test
    void a_draft_is_written_into_the_folder_and_is_then_what_others_are_compared_with() {
        workbench.put(THRESHOLDS, thresholds().replace(GRADE, GRADE.replace('4', '5')));

        assertThat(workbench.publish()).isEqualTo(Published.WRITTEN);
        assertThat(folder.resolve(THRESHOLDS)).content().contains(GRADE.replace('4', '5'));
        assertThat(workbench.changedFiles()).isEmpty();
        assertThat(workbench.report().changed()).isEmpty();
    }

    @Test
    void what_a_case_expects_can_be_changed_too() {
        String file = "expected/o2.yaml";
        workbench.put(file, workbench.text(file).orElseThrow().replaceFirst("outcome: .*", "outcome: neither"));
        Report report = workbench.report();

        assertThat(report.changed()).as("it is answered as before").isEmpty();
        assertThat(report.ran().failed()).singleElement().satisfies(failed -> assertThat(failed.differences())
                .anyMatch(difference -> difference.contains("neither")));
    }

    @Test
    void a_forgotten_draft_leaves_nothing() {
        workbench.put(THRESHOLDS, "nothing");
        workbench.discard();

        assertThat(workbench.report().ran().check().problems()).isEmpty();
        assertThat(thresholds()).contains(GRADE);
    }

    @Test
    void pieces_of_a_library_have_their_values_for_a_case() {
        List<Value> values = workbench.values("o1", "TherapyFitCriteria");

        assertThat(values).anySatisfy(value -> assertThat(value.value()).contains("Kellgren-Lawrence grade 4"));
        assertThat(workbench.values("o1", "TherapyFitStages"))
                .extracting(Value::type)
                .contains("String", "Decimal", "Boolean", "list<FHIR.Condition>");
        assertThat(workbench.values("o1", "TherapyFitCards"))
                .as("what only cards ask for")
                .anySatisfy(value -> assertThat(value.value()).contains("Trials of MSC"));
        assertThat(workbench.explanation("o1", "TherapyFitCriteria.M1", 2).text())
                .isEqualTo("define \"M1\"");
        assertThatThrownBy(() -> workbench.values("nobody", "TherapyFitCriteria"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_word_that_the_cases_expect_and_no_rule_says_any_more_is_not_written() {
        String outcome = "input/cql/TherapyFitOutcome.cql";
        workbench.report();
        workbench.put(outcome, workbench.text(outcome).orElseThrow().replace("'msc-favoured'", "'favours-cells'"));

        assertThat(workbench.report().ran().check().problems())
                .as("told before it is to be written")
                .isNotEmpty();
        assertThat(workbench.publish()).isEqualTo(Published.HAS_PROBLEMS);
        assertThat(workbench.report().ran().check().problems()).isNotEmpty();
    }

    @Test
    void what_was_changed_in_the_folder_meanwhile_is_not_overwritten() throws IOException {
        workbench.put(THRESHOLDS, thresholds() + "// mine\n");
        Files.writeString(folder.resolve(THRESHOLDS), "// theirs\n", StandardOpenOption.APPEND);

        assertThat(workbench.text(THRESHOLDS).orElseThrow()).endsWith("// mine\n");
        assertThat(workbench.publish()).isEqualTo(Published.CHANGED_MEANWHILE);
        workbench.discard();
        workbench.refresh();
        assertThat(thresholds()).as("read again").endsWith("// theirs\n");
    }

    @Test
    void a_file_whose_lines_end_otherwise_keeps_them() throws IOException {
        Path file = folder.resolve(THRESHOLDS);
        Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));
        workbench.put(THRESHOLDS, thresholds());
        assertThat(workbench.changedFiles()).isEmpty();

        workbench.put(THRESHOLDS, thresholds() + "// more\n");
        assertThat(workbench.publish()).isEqualTo(Published.WRITTEN);
        assertThat(Files.readString(file)).endsWith("\r\n// more\r\n");
    }

    @Test
    void of_one_page_the_newest_text_counts_and_an_old_page_takes_nothing_back() {
        Turns turns = new Turns();
        String base = Turns.digest("a");

        assertThat(turns.isNewest("f", "one", 1, base, "a")).isTrue();
        assertThat(turns.isNewest("f", "one", 3, base, "b")).isTrue();
        assertThat(turns.isNewest("f", "one", 2, base, "c")).as("came late").isFalse();
        assertThat(turns.isNewest("f", "two", 1, base, "c")).as("began with a").isFalse();
        assertThat(turns.isNewest("f", "two", 1, Turns.digest("c"), "c")).isTrue();
    }

    @Test
    void nothing_outside_of_the_content_is_changed() {
        for (String file : List.of("../secret", "input/cql/../../secret", "README.md", "/etc/passwd")) {
            assertThatThrownBy(() -> workbench.put(file, "x")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
