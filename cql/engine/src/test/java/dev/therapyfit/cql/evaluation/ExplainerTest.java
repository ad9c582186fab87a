package dev.therapyfit.cql.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.Explainer.Part;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The parts of an expression, with their values. */
class ExplainerTest {
    private static final String CQL = """
            library Top version '1'
            using FHIR version '4.0.1'
            include FHIRHelpers version '4.0.1' called FHIRHelpers
            context Patient
            define "Ages": { 3, 40, 90 }
            define "Has Old": exists ("Ages" A where A > "Bound")
            define "Bound": 30
            define "Is Any": "Has Old" or "Ages"[0] = 7
            define "Sex": Patient.gender.value
            define "Is Either": "Sex" = 'female' or "Sex" = 'male'
            """;

    @Test
    void have_their_values_down_to_the_definitions_that_are_named() {
        Part any = explain("Is Any");
        Part hasOld = named(any, "Has Old");

        assertThat(any.value()).isEqualTo(true);
        assertThat(any.clause().definition()).isEqualTo("Is Any");
        assertThat(hasOld.value()).isEqualTo(true);
        assertThat(named(hasOld, "Bound").value()).isEqualTo(30);
    }

    @Test
    void that_nothing_depended_on_are_told_as_such() {
        Part any = explain("Top.Is Any");

        assertThat(any.parts()).hasSize(2);
        assertThat(any.parts().get(1).times()).isZero();
        assertThat(any.parts().get(1).clause().text()).isEqualTo("\"Ages\"[0] = 7");
    }

    @Test
    void of_one_patient_are_never_told_of_another() {
        Explainer explainer = explainer();
        Part first = explain(explainer, "Is Either", "male");
        Part second = explain(explainer, "Is Either", "female");

        assertThat(first.parts().get(1).times()).isEqualTo(1);
        assertThat(second.parts().get(1).times()).isZero();
        assertThat(second.parts().get(1).value()).isNull();
        assertThat(second.times()).isEqualTo(1);
    }

    @Test
    void of_what_is_not_there_are_refused() {
        assertThatThrownBy(() -> explain("Nothing")).isInstanceOf(IllegalArgumentException.class);
    }

    private static Part explain(String expression) {
        return explain(explainer(), expression, "unknown");
    }

    private static Explainer explainer() {
        return Explainer.compile(Content.of(Map.of("input/cql/Top.cql", CQL.getBytes(StandardCharsets.UTF_8))), "Top");
    }

    private static Part explain(Explainer explainer, String expression, String gender) {
        PatientRecord record = PatientRecord.builder()
                .add(Resource.of("Patient").with("id", "p").with("gender", gender), Origin.PREFETCH)
                .build();
        return explainer.explain(
                expression, record, new Inputs("US", List.of()), Instant.parse("2026-06-15T09:00:00Z"));
    }

    /** The part, at whatever depth, that is the body of a definition. */
    private static Part named(Part whole, String definition) {
        return find(whole, definition).orElseThrow();
    }

    private static Optional<Part> find(Part whole, String definition) {
        return whole.parts().stream()
                .flatMap(part ->
                        part.clause().body() && part.clause().definition().equals(definition)
                                ? Stream.of(part)
                                : find(part, definition).stream())
                .findFirst();
    }
}
