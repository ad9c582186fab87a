package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.CqlEvaluator.Engine;
import dev.therapyfit.cql.evaluation.DataRequirement;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Mutator;
import dev.therapyfit.cql.fhir.RandomResources;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.ResourceReader;
import dev.therapyfit.cql.fhir.UnreadableResource;
import dev.therapyfit.cql.terminology.Terminology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Nodes give what the CQL engine gives: every expression of the main library, in a share of the cases, in all of them with
 * {@code -Dcases.every=1}; and in charts that nobody would write.
 */
class EnginesTest {
    private static final int SHARE = 50;
    private static final int SEED = 20_261_129;

    /** Charts that are made up; more with {@code -Dcharts=1000}. */
    private static final int CHARTS = Integer.getInteger("charts", 40);

    private static final int LONGEST_STRING = 100_000;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Test
    void every_expression_has_the_same_value() {
        int every = Integer.getInteger("cases.every", SHARE);
        List<Case> examples = IntStream.range(0, WholeContent.CASES.size())
                .filter(i -> i % every == 0)
                .mapToObj(WholeContent.CASES::get)
                .toList();

        assertThat(differences(examples)).isEmpty();
    }

    @Test
    void of_charts_with_mistakes_too() {
        Random random = new Random(SEED);
        Mutator mutator = new Mutator(random);
        ResourceReader reader = new ResourceReader(LONGEST_STRING);
        List<Case> mutants = new ArrayList<>();
        for (int i = 0; i < CHARTS; i++) {
            Case example = WholeContent.CASES.get(random.nextInt(WholeContent.CASES.size()));
            List<Resource> resources = new ArrayList<>();
            for (Resource resource : example.resources()) {
                ObjectNode mutant = (ObjectNode) JSON.readTree(Json.of(resource));
                if (!resource.isOf("Patient")) {
                    mutator.change(mutant);
                }
                try {
                    resources.add(reader.read(mutant));
                } catch (UnreadableResource e) {
                    // what cannot be read does not come to the engines
                }
            }
            mutants.add(Variants.with(example, resources));
        }

        assertThat(differences(mutants)).isEmpty();
    }

    @Test
    void of_charts_with_any_elements_too() {
        Random random = new Random(SEED);
        List<DataRequirement> requirements = WholeContent.EVALUATOR.dataRequirements();
        List<Terminology.Code> all = requirements.stream()
                .flatMap(requirement -> requirement.codes().stream())
                .toList();
        List<Case> charts = new ArrayList<>();
        for (int i = 0; i < CHARTS; i++) {
            Case example = WholeContent.CASES.get(random.nextInt(WholeContent.CASES.size()));
            List<Resource> resources = new ArrayList<>(example.resources());
            String patient = example.record().patient().id().orElseThrow();
            for (DataRequirement requirement : requirements) {
                RandomResources some = new RandomResources(
                        random, requirement.codes().isEmpty() ? all : List.copyOf(requirement.codes()), example.at());
                resources.add(some.of(requirement.type(), "random-1", patient));
                resources.add(some.of(requirement.type(), "random-2", patient));
            }
            charts.add(Variants.with(example, resources));
        }

        assertThat(differences(charts)).isEmpty();
    }

    private static List<String> differences(List<Case> examples) {
        CqlEvaluator reference = WholeContent.EVALUATOR.by(Engine.REFERENCE);
        return examples.parallelStream()
                .flatMap(example -> differences(example, reference).stream())
                .toList();
    }

    private static List<String> differences(Case example, CqlEvaluator reference) {
        List<String> names = List.copyOf(new TreeSet<>(reference.expressions()));
        ExpressionResults compiled =
                WholeContent.EVALUATOR.evaluate(example.record(), names, example.inputs(), example.at());
        ExpressionResults interpreted = reference.evaluate(example.record(), names, example.inputs(), example.at());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            String one = comparable(compiled.value(name).orElse(null));
            String other = comparable(interpreted.value(name).orElse(null));
            if (!one.equals(other)) {
                differences.add(example.name() + ": " + name + " is " + one + ", by the CQL engine " + other);
            }
        }
        return differences;
    }

    /** A value that can be compared: classes of FHIR have no equality of their own. */
    private static String comparable(@Nullable Object value) {
        if (value instanceof Element element) {
            return Json.of(element);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(EnginesTest::comparable).toList().toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> comparable = new LinkedHashMap<>();
            map.forEach((name, one) -> comparable.put(name, comparable(one)));
            return comparable.toString();
        }
        return String.valueOf(value);
    }
}
