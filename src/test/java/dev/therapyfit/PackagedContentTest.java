package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.cases.Case;
import dev.therapyfit.cql.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.server.PackagedContent;
import java.util.List;
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

    private static List<String> names(List<Case> cases) {
        return cases.stream().map(Case::name).toList();
    }
}
