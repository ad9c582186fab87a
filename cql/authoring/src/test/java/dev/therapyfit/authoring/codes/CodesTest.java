package dev.therapyfit.authoring.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.therapyfit.authoring.codes.Codes.Confidence;
import dev.therapyfit.authoring.codes.Codes.Count;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodesTest {
    private static final String LIBRARY = """
            library Toy version '1'
            using FHIR version '4.0.1'
            codesystem "Theirs": 'http://theirs'
            codesystem "Ours": 'http://ours'
            // @confidence: A
            code "Weight": 'weight' from "Theirs"
            /* Said of it: @confidence: B */
            code "Height": 'height' from "Theirs"
            code "Silent": 'silent' from "Theirs"
            code "Mine": 'mine' from "Ours"
            context Patient
            define "Id": Patient.id.value
            """;
    private static final String CODE_SYSTEM = """
            {"resourceType": "CodeSystem", "url": "http://ours", "status": "active", "content": "complete",
             "concept": [{"code": "all", "concept": [{"code": "mine"}]}]}
            """;

    @Test
    void a_code_in_cql_says_its_confidence_in_the_comment_before_it() {
        Codes codes = codes("{\"include\": [{\"system\": \"http://ours\", \"concept\": [{\"code\": \"all\"}]}]}");

        assertThat(codes.entries())
                .filteredOn(entry -> entry.valueSet().isEmpty())
                .extracting(Codes.Entry::display, Codes.Entry::confidence, Codes.Entry::line)
                .containsExactly(
                        tuple("Weight", Confidence.A, 6),
                        tuple("Height", Confidence.B, 8),
                        tuple("Silent", Confidence.MISSING, 9),
                        tuple("Mine", Confidence.OWN, 10));
    }

    @Test
    void concepts_and_filters_say_it_in_an_extension_and_exclusions_count() {
        Codes codes = codes("""
                {"include": [
                   {"system": "http://theirs", "concept": [{%1$s"A"}], "code": "one"}, {%1$s"C"}], "code": "two", "display": "Two"},
                                                           {%1$s"D"}], "code": "four"}]},
                   {"system": "http://theirs", "filter": [{%1$s"B"}], "property": "code", "op": "regex", "value": "M1."}]},
                   {"system": "http://ours", "concept": [{"code": "mine"}]}],
                 "exclude": [{"system": "http://theirs", "concept": [{"code": "three"}]}]}
                """.formatted("\"extension\": [{\"url\": \"" + Codes.CONFIDENCE + "\", \"valueCode\": "));

        assertThat(codes.count()).isEqualTo(new Count(2, 2, 1, 2, 3));
        assertThat(codes.open())
                .extracting(Codes.Entry::code)
                .containsExactly("height", "silent", "two", "four", "M1.", "three");
        assertThat(codes.open().get(2))
                .isEqualTo(new Codes.Entry(
                        Confidence.C,
                        "http://x/ValueSet/toy",
                        "http://theirs",
                        "",
                        "two",
                        "Two",
                        false,
                        "input/vocabulary/valueset/toy.json",
                        0));
        assertThat(codes.open().get(4).operator()).isEqualTo("regex");
        assertThat(codes.open().get(5).excluded()).isTrue();
    }

    @Test
    void a_code_without_a_confidence_and_an_own_code_that_is_not_defined_are_problems() {
        String compose = """
                {"include": [{"system": "http://theirs", "concept": [{"code": "one"}]},
                             {"system": "http://ours", "concept": [{"code": "lost"}, {"code": "all"}]}]}
                """;

        assertThat(problems(compose))
                .containsExactly(
                        "input/cql/Toy.cql:9:1: code silent of http://theirs has no confidence: expected A, B or C",
                        "input/vocabulary/valueset/toy.json:1:155: code one of http://theirs has no confidence: expected A, B or C",
                        "input/vocabulary/valueset/toy.json:2:61: code lost of http://ours is not in that code system");
    }

    @Test
    void a_code_system_that_is_missing_is_told_once() {
        assertThat(
                        problems(
                                "{\"include\": [{\"system\": \"http://lost\", \"concept\": [{\"code\": \"a\"}, {\"code\": \"b\"}]}]}"))
                .filteredOn(problem -> problem.contains("http://lost"))
                .singleElement()
                .asString()
                .contains("toy.json:1:", "none of the 2 codes and filters of http://lost has a confidence");
    }

    private static List<String> problems(String compose) {
        Content content = content(compose);
        return Codes.problems(content, CqlEvaluator.compile(content, "Toy").declaredCodes()).stream()
                .map(ContentProblem::toString)
                .toList();
    }

    private static Codes codes(String compose) {
        Content content = content(compose);
        return Codes.of(content, CqlEvaluator.compile(content, "Toy"));
    }

    private static Content content(String compose) {
        Map<String, byte[]> files = new HashMap<>();
        List.of(
                        Map.entry("input/cql/Toy.cql", LIBRARY),
                        Map.entry("input/vocabulary/codesystem/ours.json", CODE_SYSTEM),
                        Map.entry(
                                "input/vocabulary/valueset/toy.json",
                                "{\"resourceType\": \"ValueSet\", \"url\": \"http://x/ValueSet/toy\", \"status\": \"active\", \"compose\": "
                                        + compose + "}"))
                .forEach(file -> files.put(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8)));
        return Content.of(files);
    }
}
