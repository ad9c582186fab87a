package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.CqlEvaluator.Engine;
import dev.therapyfit.cql.evaluation.ExpressionResults;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Nodes give what the CQL engine gives: every expression of the main library, in a share of the cases, in all of them with
 * {@code -Dcases.every=1}.
 */
class EnginesTest {
    private static final int SHARE = 50;
    private static final IParser JSON = FhirContext.forR4Cached().newJsonParser();

    @Test
    void every_expression_has_the_same_value() {
        CqlEvaluator reference = WholeContent.EVALUATOR.by(Engine.REFERENCE);
        int every = Integer.getInteger("cases.every", SHARE);
        List<String> differences = IntStream.range(0, WholeContent.CASES.size())
                .filter(i -> i % every == 0)
                .parallel()
                .mapToObj(WholeContent.CASES::get)
                .flatMap(example -> differences(example, reference).stream())
                .toList();

        assertThat(differences).isEmpty();
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
        if (value instanceof IBaseResource resource) {
            return JSON.encodeResourceToString(resource);
        }
        if (value instanceof IBase element) {
            return JSON.encodeToString(element);
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
