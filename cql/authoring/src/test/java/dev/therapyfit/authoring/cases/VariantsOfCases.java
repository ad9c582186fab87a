package dev.therapyfit.authoring.cases;

import dev.therapyfit.authoring.cases.Variants.Variant;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.fhir.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Compares the answers of variants of the content's cases with those of the cases.
 *
 * <p>Each way of writing is tried on a share of the cases, and each case in some of the ways. {@code -Dcases.every=1}
 * tries every way on every case, as {@code .ci/nightly} does; {@code -Dmetamorphic.case=NAME} looks at the cases whose
 * names start so.
 */
abstract class VariantsOfCases {
    static final Content CONTENT = WholeContent.CONTENT;
    static final CqlEvaluator EVALUATOR = WholeContent.EVALUATOR;
    static final List<Case> ALL = WholeContent.CASES;
    static final String ONLY = System.getProperty("metamorphic.case", "");
    static final List<Case> CASES =
            ALL.stream().filter(example -> example.name().startsWith(ONLY)).toList();
    static final Variants VARIANTS = new Variants(ALL);
    static final Map<String, Answer> ANSWERS = new ConcurrentHashMap<>();

    /** About so many variants of one resource are looked at for each variant of all that answers differently. */
    static final int ALONE = 5;

    /** Puts others in the place of some resources; where that changes the answer, it looks at each of them alone. */
    static void look(
            Findings findings, Case example, List<Resource> replaced, Function<Resource, List<Resource>> others) {
        compare(findings, example, replaced, some -> Variants.replaced(example, some, others));
    }

    static void compare(Findings findings, Case example, List<Resource> facts, Function<List<Resource>, Case> variant) {
        findings.count();
        Answer expected = expected(example);
        List<String> differences = expected.differences(answer(variant.apply(facts)));
        if (differences.isEmpty()) {
            return;
        }
        findings.add(example.name());
        if (facts.size() > 1 && findings.wrong() % (facts.size() / ALONE + 1) != 1 % (facts.size() / ALONE + 1)) {
            return;
        }
        boolean explained = false;
        for (Resource fact : facts) {
            List<String> alone = expected.differences(answer(variant.apply(List.of(fact))));
            if (!alone.isEmpty()) {
                findings.explain(example.name(), kind(fact), alone);
                explained = true;
            }
        }
        if (!explained) {
            findings.explain(example.name(), "only together", differences);
        }
    }

    /** What a resource is, for the reader: its type and first code. */
    static String kind(Resource resource) {
        return resource.type()
                + resource.first("code")
                        .flatMap(concept -> concept.first("coding"))
                        .flatMap(coding -> coding.text("code"))
                        .map(code -> " " + code)
                        .orElse("");
    }

    /** All resources but the patient, orders included. */
    static List<Resource> facts(Case example) {
        return example.resources().stream()
                .filter(resource -> !resource.isOf("Patient"))
                .toList();
    }

    /** One case of so many, beginning with that one. */
    static List<Case> share(int of, int first) {
        return share(CASES, of, first);
    }

    static List<Case> share(List<Case> cases, int of, int first) {
        int step = Integer.getInteger("cases.every", of);
        return IntStream.range(0, cases.size())
                .filter(i -> i % step == first % step)
                .mapToObj(cases::get)
                .toList();
    }

    /** Fewer are no fault if they were asked for. */
    static int least(int variants) {
        return ONLY.isEmpty() ? variants : 1;
    }

    /** Of a case of the content once only. */
    static Answer expected(Case example) {
        return ANSWERS.computeIfAbsent(example.name(), name -> answer(example));
    }

    static Answer answer(Case example) {
        return answer(new Variant(example, Optional.empty()));
    }

    static Answer answer(Variant variant) {
        return Answer.of(EVALUATOR, variant.record(), variant.example());
    }
}
