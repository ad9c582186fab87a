package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.elm.r1.Library;
import org.junit.jupiter.api.Test;

/** One content after another: what changed is translated with all that rests on it, the rest is taken over. */
class TranslationTest {
    private static final String BASE = """
            library Base version '1'
            using FHIR version '4.0.1'
            include FHIRHelpers version '4.0.1' called FHIRHelpers
            context Patient
            define "Number": 1
            """;
    private static final String MIDDLE = """
            library Middle version '1'
            using FHIR version '4.0.1'
            include Base version '1' called Base
            context Patient
            define "Next": Base."Number" + 1
            """;
    private static final String BESIDE = """
            library Beside version '1'
            using FHIR version '4.0.1'
            context Patient
            define "Ten": 10
            """;
    private static final String TOP = """
            library Top version '1'
            using FHIR version '4.0.1'
            include Middle version '1' called Middle include Beside version '1' called Beside
            context Patient
            define "Sum": Middle."Next" + Beside."Ten"
            """;

    private static Content content(String base) {
        Map<String, byte[]> files = new HashMap<>();
        Map.of("Base", base, "Middle", MIDDLE, "Beside", BESIDE, "Top", TOP)
                .forEach(
                        (name, text) -> files.put("input/cql/" + name + ".cql", text.getBytes(StandardCharsets.UTF_8)));
        return Content.of(files);
    }

    private static Object sum(String base) {
        PatientRecord record = PatientRecord.builder()
                .add(Resource.of("Patient").with("id", "p"), Origin.PREFETCH)
                .build();
        return CqlEvaluator.compile(content(base), "Top")
                .evaluate(record, List.of("Sum"), new Inputs("US", List.of()), Instant.EPOCH)
                .value("Sum", Object.class)
                .orElse("none");
    }

    private static Library library(Translation of, String name) {
        return of.libraries().stream()
                .filter(one -> one.getIdentifier() != null
                        && name.equals(one.getIdentifier().getId()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_change_below_reaches_what_rests_on_it_and_back() {
        assertThat(sum(BASE)).isEqualTo(12);
        assertThat(sum(BASE.replace(": 1", ": 5"))).isEqualTo(16);
        assertThat(sum(BASE)).isEqualTo(12);
    }

    @Test
    void a_content_with_a_fault_leaves_nothing_behind() {
        assertThat(sum(BASE)).isEqualTo(12);
        assertThatThrownBy(() -> sum(BASE.replace("\"Number\"", "\"Other\""))).isInstanceOf(ContentException.class);
        assertThatThrownBy(() -> sum(BASE.replace(": 1", ": 'one'"))).isInstanceOf(ContentException.class);
        assertThat(sum(BASE.replace(": 1", ": 2"))).isEqualTo(13);
    }

    @Test
    void an_include_counts_wherever_it_stands() {
        assertThat(sum(BASE)).isEqualTo(12);
        Map<String, byte[]> files = new HashMap<>(content(BASE).filesUnder(""));
        files.put("input/cql/Beside.cql", BESIDE.replace("\"Ten\"", "\"Other\"").getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> CqlEvaluator.compile(Content.of(files), "Top")).isInstanceOf(ContentException.class);
    }

    @Test
    void only_what_a_change_can_matter_to_is_translated() {
        Translation before = Translation.of(content(BASE));
        Translation otherValue = Translation.of(content(BASE.replace(": 1", ": 7")));

        assertThat(library(otherValue, "Base")).isNotSameAs(library(before, "Base"));
        for (String same : List.of("Middle", "Beside", "Top")) {
            assertThat(library(otherValue, same)).isSameAs(library(before, same));
        }

        Translation otherType = Translation.of(content(BASE.replace(": 1", ": 1.5")));
        for (String changed : List.of("Base", "Middle", "Top")) {
            assertThat(library(otherType, changed)).isNotSameAs(library(otherValue, changed));
        }
        assertThat(library(otherType, "Beside")).isSameAs(library(before, "Beside"));
        assertThat(sum(BASE.replace(": 1", ": 1.5"))).hasToString("12.5");
    }

    @Test
    void a_function_that_takes_or_gives_another_type_reaches_what_calls_it() {
        String function = BASE + "define function \"Twice\"(n Integer): n * 2\n";
        Map<String, byte[]> files = new HashMap<>(content(function).filesUnder(""));
        files.put(
                "input/cql/Middle.cql",
                MIDDLE.replace("+ 1", "+ Base.\"Twice\"(3)").getBytes(StandardCharsets.UTF_8));
        Translation before = Translation.of(Content.of(files));
        files.put("input/cql/Base.cql", function.replace("n * 2", "n * 5").getBytes(StandardCharsets.UTF_8));
        Translation otherBody = Translation.of(Content.of(files));
        assertThat(library(otherBody, "Middle")).isSameAs(library(before, "Middle"));

        for (String other : List.of("(n Decimal)", "(n String)")) {
            files.put(
                    "input/cql/Base.cql", function.replace("(n Integer)", other).getBytes(StandardCharsets.UTF_8));
            assertThat(library(Translation.of(Content.of(files)), "Base")).isNotSameAs(library(otherBody, "Base"));
            assertThat(Translation.of(Content.of(files)).problems().isEmpty()).isEqualTo(other.contains("Decimal"));
        }
    }
}
