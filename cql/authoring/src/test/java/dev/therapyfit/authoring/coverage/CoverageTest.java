package dev.therapyfit.authoring.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Expectation;
import dev.therapyfit.authoring.cases.WholeContent;
import dev.therapyfit.authoring.coverage.Coverage.Count;
import dev.therapyfit.authoring.coverage.Coverage.Missed;
import dev.therapyfit.authoring.coverage.Coverage.OfLibrary;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Written;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static final String BASE = """
            library Base version '1'
            using FHIR version '4.0.1'
            context Patient
            define function "Double"(n Integer): n * 2
            define function "Never"(n Integer): n * 3
            define "Dead":
              1 + 1
            """;
    private static final String TOY = """
            library Toy version '1'
            using FHIR version '4.0.1'
            include FHIRHelpers version '4.0.1' called FHIRHelpers
            include Base version '1' called Base
            parameter "Jurisdiction" String default 'none'
            context Patient
            define "Two": Base."Double"(1)
            define "Unknown": null as Boolean
            define "Sex":
              case
                when Patient.gender = 'male' then 'he'
                when Patient.gender = 'female' then
                  'she' + ToString(Base."Double"(2))
                else 'they'
              end
            """;

    @Test
    void each_clause_is_counted_once_and_what_was_not_evaluated_is_placed() {
        Coverage coverage = toy(AdministrativeGender.MALE);

        OfLibrary base = coverage.libraries().get(0);
        assertThat(base.library()).isEqualTo("Base");
        // three definitions; n * 2, n and 2 were evaluated, n * 3 and 1 + 1 with what they are made of were not
        assertThat(base.expressions()).isEqualTo(new Count(1, 3));
        assertThat(base.clauses()).isEqualTo(new Count(3, 9));
        assertThat(base.missed())
                .containsExactly(
                        new Missed("input/cql/Base.cql", 5, 37, "Never", true, 3, "n * 3"),
                        new Missed("input/cql/Base.cql", 7, 3, "Dead", true, 3, "1 + 1"));
        OfLibrary toy = coverage.libraries().get(1);
        assertThat(toy.expressions()).isEqualTo(new Count(3, 3));
        assertThat(toy.missed())
                .extracting(Missed::line, Missed::whole, Missed::text)
                .containsExactly(
                        tuple(12, false, "Patient.gender = 'female'"),
                        tuple(13, false, "'she' + ToString(Base.\"Double\"(2))"),
                        tuple(14, false, "'they'"));
        assertThat(coverage.expressions()).isEqualTo(new Count(4, 6));
    }

    @Test
    void cases_add_up_and_a_clause_that_gives_null_is_evaluated() {
        Coverage coverage = toy(AdministrativeGender.MALE, AdministrativeGender.FEMALE, AdministrativeGender.UNKNOWN);
        assertThat(coverage.libraries().get(1).missed()).isEmpty();
        assertThat(coverage.libraries().get(1).clauses().percent()).isEqualTo(100);
    }

    @Test
    void a_condition_is_tried_both_ways_once_it_was_true_and_false() {
        assertThat(toy(AdministrativeGender.MALE).conditions()).isEqualTo(new Count(0, 1));
        assertThat(toy(AdministrativeGender.MALE, AdministrativeGender.FEMALE).conditions())
                .isEqualTo(new Count(1, 2));
        assertThat(toy(AdministrativeGender.MALE, AdministrativeGender.FEMALE, AdministrativeGender.UNKNOWN)
                        .conditions())
                .isEqualTo(new Count(2, 2));
    }

    @Test
    void lcov_has_definitions_lines_and_the_two_ways_of_conditions() {
        String lcov = Lcov.of(toy(AdministrativeGender.MALE), "cql/");

        assertThat(lcov.lines())
                .contains(
                        "SF:cql/input/cql/Base.cql",
                        "FN:7,Dead",
                        "FNDA:0,Dead",
                        "FNDA:1,Double",
                        "FNF:3",
                        "FNH:1",
                        "DA:7,0",
                        "SF:cql/input/cql/Toy.cql",
                        "DA:11,1",
                        "DA:12,0",
                        "BRF:2",
                        "BRH:1",
                        "end_of_record");
        assertThat(lcov.lines().filter(line -> line.startsWith("BRDA:11,")))
                .satisfiesExactlyInAnyOrder(
                        isTrue -> assertThat(isTrue).endsWith(",0,1"),
                        isFalse -> assertThat(isFalse).endsWith(",1,0"));
    }

    @Test
    void without_cases_nothing_is_evaluated() {
        Coverage coverage = toy();
        assertThat(coverage.expressions()).isEqualTo(new Count(0, 6));
        assertThat(coverage.clauses().percent()).isZero();
        assertThat(new Count(0, 0).percent()).isEqualTo(100);
    }

    /** The requirement: all named expressions, and 95 of 100 clauses. */
    @Test
    void the_cases_of_the_content_evaluate_all_expressions_and_nearly_all_clauses() {
        Content content = WholeContent.CONTENT;
        Coverage coverage = Coverage.of(content, WholeContent.CASES);
        List<Missed> missed = coverage.libraries().stream()
                .flatMap(library -> library.missed().stream())
                .toList();
        assertThat(missed).filteredOn(Missed::whole).isEmpty();
        assertThat(coverage.expressions().evaluated())
                .isEqualTo(coverage.expressions().all());
        assertThat(coverage.clauses().percent()).as(missed.toString()).isGreaterThanOrEqualTo(95);
    }

    private static Coverage toy(AdministrativeGender... genders) {
        Map<String, byte[]> files = new HashMap<>();
        Map.of(
                        "input/cql/Base.cql",
                        BASE,
                        "input/cql/Toy.cql",
                        TOY,
                        "input/resources/plandefinition/toy.json",
                        "{\"resourceType\": \"PlanDefinition\", \"status\": \"draft\", \"library\": [\"http://x/Library/Toy\"]}",
                        "input/resources/library/Base.json",
                        library("Base"),
                        "input/resources/library/Toy.json",
                        library("Toy"))
                .forEach((path, text) -> files.put(path, text.getBytes(StandardCharsets.UTF_8)));
        return Coverage.of(
                Content.of(files), Arrays.stream(genders).map(CoverageTest::one).toList());
    }

    private static String library(String name) {
        return "{\"resourceType\": \"Library\", \"status\": \"draft\", \"name\": \"" + name + "\", \"version\": \"1\"}";
    }

    private static Case one(AdministrativeGender gender) {
        Patient patient = new Patient();
        patient.setId("Patient/same");
        patient.setGender(gender);
        return new Case(
                "toy",
                "",
                List.of(Written.read(patient)),
                Instant.parse("2026-06-15T09:00:00Z"),
                "US",
                List.of(),
                List.of(),
                Expectation.none(),
                "");
    }
}
