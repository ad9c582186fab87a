package dev.therapyfit.cql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.fhir.UnreadableResource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The example of the package's documentation works. */
class ExampleTest {
    private static final String CQL = """
            library Example version '1'
            using FHIR version '4.0.1'
            include FHIRHelpers version '4.0.1' called FHIRHelpers
            context Patient
            define "Is Adult": AgeInYearsAt(Today()) >= 18
            """;

    @Test
    void evaluates_an_expression_about_a_patient() throws UnreadableResource {
        // the example of package-info
        Content content = Content.of(Map.of("input/cql/Example.cql", CQL.getBytes(StandardCharsets.UTF_8)));
        CqlEvaluator evaluator = CqlEvaluator.compile(content, "Example"); // once
        String json = "{\"resourceType\": \"Patient\", \"id\": \"p\", \"birthDate\": \"1990-02-03\"}";
        PatientRecord record = PatientRecord.builder()
                .add(new ResourceReader(100_000).read(JsonMapper.shared().readTree(json)), Origin.PREFETCH)
                .build();
        boolean isAdult = evaluator
                .evaluate(record, List.of("Is Adult"), new Inputs("US", List.of()), Instant.now())
                .value("Is Adult", Boolean.class)
                .orElseThrow();

        assertThat(isAdult).isTrue();
    }

    @Test
    void is_the_one_of_the_documentation() throws java.io.IOException {
        String documentation = Files.readString(Path.of("src/main/java/dev/therapyfit/cql/package-info.java"))
                .replace("&#064;", "@");

        Files.readString(Path.of("src/test/java/dev/therapyfit/cql/ExampleTest.java"))
                .transform(text ->
                        text.substring(text.indexOf("// the example"), text.indexOf("\n\n        assertThat(isAdult)")))
                .lines()
                .skip(1)
                .map(String::strip)
                .forEach(line -> assertThat(documentation).contains(line));
    }
}
