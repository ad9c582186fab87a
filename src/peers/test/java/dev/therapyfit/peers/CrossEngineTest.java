package dev.therapyfit.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.fhir.Resource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case gives the same value for every expression of the main library on the peer engine. One case of twenty is asked
 * about, and with {@code -Dcases.every=1} every one.
 */
class CrossEngineTest {
    private static final Content CONTENT = Content.read(Path.of("../../cql"));
    private static final CqlEvaluator EVALUATOR = CqlEvaluator.compile(CONTENT);
    private static final List<Case> CASES = Cases.of(CONTENT);

    @TestFactory
    Stream<DynamicTest> every_case_gives_the_same_on_the_clinical_reasoning_library() {
        ClinicalReasoning peer = new ClinicalReasoning(
                CONTENT,
                EVALUATOR.terminology(),
                CASES.stream()
                        .flatMap(example -> EVALUATOR.read(example.record()).stream())
                        .toList());
        Set<String> names = new TreeSet<>(EVALUATOR.expressions());
        names.remove("Patient");
        assertThat(names).contains("Decision", "Card Detail");
        List<Case> told =
                CASES.stream().filter(CrossEngineTest::hasOneResourceToAnId).toList();
        assertThat(told).hasSizeGreaterThan(CASES.size() * 99 / 100);
        int every = Integer.getInteger("cases.every", 20);
        return IntStream.range(0, told.size())
                .filter(i -> i % every == 0)
                .mapToObj(told::get)
                .map(example -> DynamicTest.dynamicTest(example.name(), () -> {
                    Map<String, String> theirs =
                            peer.evaluate(peer.repository(EVALUATOR.read(example.record())), example, names);
                    assertThat(theirs).isEqualTo(ours(example, names));
                }));
    }

    /** The peer's repository keeps one resource to an id, so it cannot hold several results of one panel. */
    private static boolean hasOneResourceToAnId(Case example) {
        List<String> ids = EVALUATOR.read(example.record()).stream()
                .map(Resource::reference)
                .toList();
        return ids.size() == Set.copyOf(ids).size();
    }

    private static Map<String, String> ours(Case example, Set<String> names) {
        ExpressionResults results = EVALUATOR.evaluate(example.record(), names, example.inputs(), example.at());
        Map<String, String> texts = new TreeMap<>();
        names.forEach(name -> results.value(name).ifPresent(value -> texts.put(name, ValueText.of(value))));
        return texts;
    }
}
