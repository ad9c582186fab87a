package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** One compiled content for all calls: they do not see each other. */
class ManyThreadsTest {
    @Test
    void many_threads_get_the_results_that_one_gets() throws Exception {
        Content content = WholeContent.CONTENT;
        CqlEvaluator evaluator = WholeContent.EVALUATOR;
        List<Case> cases = WholeContent.CASES.stream().limit(20).toList();
        Map<String, Object> alone = new HashMap<>();
        cases.forEach(example -> alone.put(example.name(), decision(evaluator, example)));

        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                cases.forEach(
                        example -> calls.add(() -> decision(evaluator, example).equals(alone.get(example.name()))));
            }
            for (Future<Boolean> same : threads.invokeAll(calls)) {
                assertThat(same.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        // a compiled library of its own gives the same too: nothing was remembered from one patient for the next
        CqlEvaluator fresh = CqlEvaluator.compile(content);
        cases.forEach(example -> assertThat(decision(fresh, example)).isEqualTo(alone.get(example.name())));
    }

    private static Object decision(CqlEvaluator evaluator, Case example) {
        return evaluator
                .evaluate(example.record(), List.of("Decision"), example.inputs(), example.at())
                .value("Decision")
                .orElseThrow();
    }
}
