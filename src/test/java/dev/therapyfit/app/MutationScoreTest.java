package dev.therapyfit.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.authoring.mutation.MutationTest;
import dev.therapyfit.authoring.mutation.MutationTest.Outcome;
import dev.therapyfit.authoring.mutation.MutationTest.Score;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The content's cases notice small faults in its CQL. A share of the faults; all with {@code -Dcases.every=1}. */
class MutationScoreTest {
    private static final int EVERY = Integer.getInteger("cases.every", 12);

    /** Of a hundred. All of them give 99; a share may be unlucky. */
    private static final double LEAST = 96;

    @Test
    void small_faults_in_the_content_are_noticed() {
        Content content = PackagedContent.readWithCases();

        List<Outcome> outcomes = MutationTest.run(
                content,
                Cases.of(content),
                CaseRuns.of(content, CqlEvaluator.compile(content)),
                mutant -> mutant.number() % EVERY == 0);

        Score score = Score.of(outcomes);
        assertThat(score.killed()).isGreaterThan(4_000 / EVERY);
        assertThat(score.percent()).as(score.toString()).isGreaterThan(LEAST);
    }
}
