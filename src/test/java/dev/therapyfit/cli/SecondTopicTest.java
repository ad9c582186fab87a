package dev.therapyfit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Content about something else (drinks), with parts of a decision that no other content has: every command works with it, and
 * nothing but content was needed.
 */
class SecondTopicTest {
    private static final Path DRINKS = Path.of("../cds-hooks/src/test/resources/toy");

    @TempDir
    private Path folder = Path.of("");

    /** What a command printed and answered. */
    private record Ran(int code, String out, String err) {}

    @Test
    void its_content_is_checked_and_its_cases_pass() {
        assertThat(run("check").code()).isZero();
        assertThat(run("test")).isEqualTo(new Ran(0, "2 of 2 cases passed", ""));
    }

    @Test
    void what_is_probably_not_meant_is_a_warning_and_with_strict_a_failure() {
        Ran warned = run("check");
        assertThat(warned.code()).isZero();
        assertThat(warned.out())
                .contains(
                        "input/cql/Toy.cql:9:1: warning: nothing refers to \"Hot Drinks\": remove it, or use it [unused]")
                .endsWith("The content compiles, with 1 warning.");
        assertThat(run("check", "--strict").code()).isEqualTo(1);
    }

    @Test
    void faults_that_its_cases_do_not_notice_are_told_with_the_case_that_would() {
        Ran ran = run("test", "--mutate");

        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .contains("\"Decision\" 7 -> 8: changes thirsty, which does not expect it")
                .contains("\"Ordered\" M.status = 'draft' -> negated: no case reaches it")
                .containsPattern("Toy +5 +3 +0 +8 +0 +31.2 %")
                .contains("2 of 2 cases passed");
    }

    @Test
    void a_fault_that_changes_nothing_is_listed_with_the_reason_that_the_content_gives() throws IOException {
        Path content = changed(
                "input/cql/Toy.cql", "define \"Ordered\":", "// @equivalent any: no case orders\ndefine \"Ordered\":");

        assertThat(run(content, "test", "--mutate").out())
                .contains("input/cql/Toy.cql: \"Ordered\": 8 that change nothing: no case orders")
                .containsPattern("Toy +5 +3 +0 +0 +8 +62.5 %");
        assertThat(run(content, "test", "--mutate=Other").out()).containsPattern("All +0 +0 +0 +0 +0 +100.0 %");
    }

    @Test
    void a_case_that_keeps_its_whole_answer_notices_every_word_of_it() throws IOException {
        Path content = changed("expected/thirsty.yaml", "", "");
        Path kept = content.resolve("expected/thirsty.answer.yaml");
        assertThat(run(content, "test", "--keep-answers").out()).isEqualTo("2 of 2 cases passed");
        assertThat(kept).doesNotExist();

        assertThat(run(content, "test", "--keep-answers", "--filter", "thirsty").code())
                .isZero();
        assertThat(kept)
                .content()
                .contains("cards:\n  order-select:\n  - summary: A hot drink fits")
                .contains("- {id: D1, ");
        assertThat(run(content, "test", "--mutate").out()).containsPattern("Toy +8 +0 +0 +8 +0 +50.0 %");

        Files.writeString(kept, Files.readString(kept).replace("A hot drink", "A cold drink"));
        assertThat(run(content, "test").out())
                .contains("FAILED thirsty")
                .contains("answer/cards/order-select/0/summary: kept A cold drink fits")
                .contains(", was A hot drink fits");
        assertThat(run(content, "test", "--keep-answers").code()).isZero();
        assertThat(run(content, "test").code()).isZero();
    }

    @Test
    void an_answer_that_cannot_be_read_or_is_of_no_case_is_a_problem() throws IOException {
        Path content = changed("expected/thirsty.yaml", "", "");
        Files.writeString(content.resolve("expected/thirsty.answer.yaml"), "cards: [");
        Files.writeString(content.resolve("expected/gone.answer.yaml"), "cards: {}");

        assertThat(run(content, "check").out())
                .contains("expected/thirsty.answer.yaml:1:1: expected")
                .contains("expected/gone.answer.yaml:1:1: no expected/gone.yaml");
    }

    @Test
    void its_decisions_are_shown_under_its_own_headings() {
        Ran decision = run("evaluate", "--case", "unread-thirst");

        assertThat(decision.err()).isEmpty();
        assertThat(decision.out()).contains("""
                Reasons to drink
                  D1   unknown        Thirst. nothing on record (drinks: tea, coffee)

                Dangers
                  G1   there          Too hot. no thermometer

                Where to drink
                  kitchen, always""");
        assertThat(run("evaluate", "--case", "thirsty").out()).contains("G1   away           Too hot\n");
        assertThat(run("evaluate", "--case", "thirsty", "--format", "json").out())
                .contains("\"reasons\" : [ {");
    }

    @Test
    void its_cards_appear() {
        assertThat(run("evaluate", "--case", "thirsty", "--format", "card", "--hook", "patient-view")
                        .out())
                .startsWith("[info] A hot drink fits the thirst on record");
    }

    @Test
    void a_case_that_expects_something_else_fails_with_what_was_said() throws IOException {
        Ran ran = run(changed("expected/thirsty.yaml", "D1: given", "D1: unknown"), "test");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("reasons: expected {D1=unknown}, was {D1=given}");
    }

    @Test
    void a_danger_that_needs_attention_has_to_be_expected() throws IOException {
        Ran ran = run(changed("expected/unread-thirst.yaml", "  G1: there", "  G2: away"), "test");

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("dangers: no rule says G2");
    }

    @Test
    void what_a_case_states_is_a_part_of_the_decision_of_its_kind() throws IOException {
        Path content = changed("expected/thirsty.yaml", "provisional: false", "provisional: perhaps\ncriteria: {}");

        assertThat(run(content, "check").out())
                .contains("expected/thirsty.yaml:6:14: provisional: expected true or false")
                .contains("expected/thirsty.yaml:7:1: criteria: unknown key")
                .contains("reasons, dangers, places, leftOut");
    }

    @Test
    void a_schema_that_is_missing_or_broken_is_told_at_its_place() throws IOException {
        Path schema = Path.of("input/schema/decision.json");
        Path without = changed(schema.toString(), "{", "{");
        Files.delete(without.resolve(schema));

        assertThat(run(without, "check").out())
                .contains("input/schema/decision.json: missing: expected the JSON Schema of a decision");
        assertThat(run(changed(schema.toString(), "#/$defs/danger", "#/$defs/dragon"), "check")
                        .out())
                .contains("input/schema/decision.json:22:74: ")
                .contains("expected #/$defs/ and a name that is there");
        assertThat(run(changed(schema.toString(), "\"type\": \"integer\"", "\"type\": \"whole\""), "check")
                        .out())
                .contains("/properties/rule/type");
        assertThat(run(changed(schema.toString(), "\"type\": \"integer\"", "\"type\": \"boolean\""), "test")
                        .out())
                .contains("FAILED thirsty")
                .contains("/rule (type)");
        assertThat(run(
                                changed(schema.toString(), "\"type\": \"integer\"", "\"type\": \"boolean\""),
                                "evaluate",
                                "--case",
                                "thirsty")
                        .err())
                .contains("/rule (type)");
    }

    /** A copy of the content with some text of one file replaced. */
    private Path changed(String file, String text, String replacement) throws IOException {
        Path copy = Files.createTempDirectory(folder, "content");
        try (Stream<Path> files = Files.walk(DRINKS)) {
            for (Path from : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(DRINKS.relativize(from));
                Files.createDirectories(to.getParent());
                Files.copy(from, to);
            }
        }
        Path target = copy.resolve(file);
        Files.writeString(target, Files.readString(target).replace(text, replacement));
        return copy;
    }

    private static Ran run(String... arguments) {
        return run(DRINKS, arguments);
    }

    private static Ran run(Path content, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--content", content.toString()))
                .toArray(String[]::new);
        int code = Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
        return new Ran(code, out.toString().strip(), err.toString().strip());
    }
}
