package dev.therapyfit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The executable's content with a few cases, all of them or none is the same content. */
class PackagedContentTest {
    @Test
    void a_few_cases_come_whole_and_change_nothing() {
        Content few = PackagedContent.readWithSomeCases(8);
        Content all = PackagedContent.readWithCases();

        assertThat(few.sha256()).isEqualTo(all.sha256());
        List<Case> cases = Cases.of(few);
        assertThat(cases).hasSize(8);
        assertThat(Cases.of(all).stream().filter(one -> names(cases).contains(one.name())))
                .allSatisfy(one -> assertThat(cases.get(names(cases).indexOf(one.name()))
                                .record()
                                .sha256())
                        .isEqualTo(one.record().sha256()))
                .hasSize(8);
        assertThat(Cases.some(PackagedContent.read(), 8)).isEmpty();
    }

    /** Every other test here asks the packaged libraries, so this holds for their answers too. */
    @Test
    void its_libraries_are_compiled_already_and_are_those_that_the_cql_gives() {
        Content packaged = PackagedContent.read();
        Content source = Content.read(Path.of("../cql"));

        assertThat(packaged.sha256()).isEqualTo(source.sha256());
        assertThat(packaged.elm()).hasSize(source.libraries().size() + 1);
        CqlEvaluator translated = CqlEvaluator.compile(source);
        assertThat(translated.elm()).allSatisfy((name, text) -> assertThat(packaged.elm())
                .hasEntrySatisfying(
                        "elm/" + name + ".json", bytes -> assertThat(bytes).isEqualTo(text.getBytes(UTF_8))));
        assertThat(source.elm()).isEmpty();
        String file = "input/cql/TherapyFit.cql";
        byte[] changed = (new String(packaged.bytes(file), UTF_8) + "\n").getBytes(UTF_8);
        assertThat(packaged.with(Map.of(file, changed)).elm())
                .as("of other CQL")
                .isEmpty();
    }

    private static List<String> names(List<Case> cases) {
        return cases.stream().map(Case::name).toList();
    }
}
