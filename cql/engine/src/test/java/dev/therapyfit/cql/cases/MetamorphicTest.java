package dev.therapyfit.cql.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.cases.Variants.Variant;
import dev.therapyfit.cql.cases.Variants.Way;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Property;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/**
 * The same facts give the same answer, however they are written: no copy, no version that was replaced or withdrawn, no
 * id, no order, no time zone and no noise changes or loses a result. Every case of the content is written in each of
 * these ways; the variants of one resource at a time are of every few cases.
 *
 * <p>{@code -Dmetamorphic.case=NAME} looks at the cases whose names start so; {@code -Dmetamorphic.every=1} at all
 * where a share is enough otherwise.
 */
class MetamorphicTest {
    private static final Content CONTENT = Content.read(Path.of(".."));
    private static final CqlEvaluator EVALUATOR = CqlEvaluator.compile(CONTENT);
    private static final List<Case> ALL = Cases.of(CONTENT);
    private static final String ONLY = System.getProperty("metamorphic.case", "");
    private static final List<Case> CASES =
            ALL.stream().filter(example -> example.name().startsWith(ONLY)).toList();
    private static final Variants VARIANTS = new Variants(ALL);
    private static final Map<String, Answer> ANSWERS = new ConcurrentHashMap<>();

    /** About so many variants of one resource are looked at for each variant of all that answers differently. */
    private static final int ALONE = 5;

    @Test
    void ids_order_time_zones_forms_of_references_and_noise_change_nothing() {
        List<Way> forth = List.of(
                Variants.renamed(false),
                Variants.shuffled(3),
                Variants.movedTo("GMT+09:00"),
                Variants.versioned(),
                Variants.noisy());
        List<Way> back = List.of(
                Variants.renamed(true),
                Variants.shuffled(4),
                Variants.movedTo("GMT-08:00"),
                Variants.absolute(),
                Variants.noisy());
        Findings findings = new Findings("written in another way");
        for (Case example : CASES) {
            Answer expected = expected(example);
            for (List<Way> ways : List.of(forth, back)) {
                findings.count();
                List<String> differences =
                        expected.differences(answer(Variants.all(ways).of(example)));
                if (!differences.isEmpty()) {
                    String guilty = ways.stream()
                            .filter(way -> !expected.differences(answer(way.of(example)))
                                    .isEmpty())
                            .map(Way::name)
                            .collect(Collectors.joining(", "));
                    findings.add(example.name(), guilty.isEmpty() ? "only together" : guilty, differences);
                }
            }
        }
        findings.assertNone(least(1800));
    }

    @Test
    void an_instant_is_the_same_in_every_time_zone() {
        Findings findings = new Findings("instants of another time zone");
        for (Case example : every(2)) {
            Case timed = Variants.timed().of(example).example();
            Answer expected = answer(timed);
            for (String zone : List.of("GMT+09:00", "GMT-08:00")) {
                findings.count();
                List<String> differences =
                        expected.differences(answer(Variants.movedTo(zone).of(timed)));
                if (!differences.isEmpty()) {
                    findings.add(example.name(), zone, differences);
                }
            }
        }
        findings.assertNone(least(900));
    }

    @Test
    void what_is_recorded_three_times_counts_once_and_does_not_vanish() {
        assertCopied("three copies", false);
    }

    @Test
    void what_is_recorded_three_times_with_one_identifier_counts_once_and_does_not_vanish() {
        assertCopied("three copies, one identifier", true);
    }

    private static void assertCopied(String name, boolean identified) {
        Findings findings = new Findings(name);
        for (Case example : CASES) {
            List<Resource> facts = facts(example).stream()
                    .filter(resource -> !Variants.isOrder(example, resource))
                    .toList();
            look(findings, example, facts, resource -> Variants.copiesOf(resource, identified));
        }
        findings.assertNone(least(900));
    }

    @Test
    void one_order_written_twice_is_one_order() {
        Findings findings = new Findings("order copied");
        for (Case example : CASES) {
            List<Resource> orders = facts(example).stream()
                    .filter(resource -> Variants.isOrder(example, resource))
                    .toList();
            look(findings, example, orders, resource -> List.of(resource, Variants.copyOf(resource)));
        }
        findings.assertNone(least(900));
    }

    @Test
    void one_resource_recorded_twice_counts_once() {
        Findings findings = new Findings("one copied");
        for (Case example : every(4)) {
            for (Resource resource : facts(example)) {
                look(findings, example, List.of(resource), one -> List.of(one, Variants.copyOf(one)));
            }
        }
        findings.assertNone(least(700));
    }

    @Test
    void an_older_version_that_claimed_more_does_not_count() {
        assertCorrected("corrected, more before", true);
    }

    @Test
    void an_older_version_that_claimed_less_does_not_count() {
        assertCorrected("corrected, less before", false);
    }

    private static void assertCorrected(String name, boolean forIt) {
        Findings findings = new Findings(name);
        for (Case example : CASES) {
            List<Resource> correctable = facts(example).stream()
                    .filter(resource -> Variants.isCorrectable(example, resource))
                    .toList();
            look(findings, example, correctable, resource -> VARIANTS.corrected(example, resource, forIt));
        }
        findings.assertNone(least(900));
    }

    @Test
    void what_was_withdrawn_does_not_count() {
        Findings findings = new Findings("withdrawn");
        for (Case example : CASES) {
            List<Resource> invented = Facts.of(example).invented();
            compare(
                    findings,
                    example,
                    invented,
                    some -> Variants.beside(
                            example,
                            some.stream()
                                    .flatMap(fact -> Variants.withdrawn(example, fact).stream())
                                    .toList()));
        }
        findings.assertNone(least(900));
    }

    /** Otherwise it would show nothing that they do not count once they are withdrawn. */
    @Test
    void each_invented_fact_would_count_if_it_were_not_withdrawn() {
        List<String> idle = Facts.of(ALL.get(0)).invented().stream()
                .map(MetamorphicTest::nameOf)
                .distinct()
                .filter(name -> ALL.stream().noneMatch(example -> {
                    List<Resource> joined = Facts.of(example).invented().stream()
                            .filter(fact -> nameOf(fact).equals(name))
                            .toList();
                    return !expected(example)
                            .differences(answer(Variants.beside(example, joined)))
                            .isEmpty();
                }))
                .toList();

        assertThat(idle).isEmpty();
    }

    /** Two of one name count together only, such as two doses. */
    private static String nameOf(Resource fact) {
        return fact.getIdElement().getIdPart().replace("-earlier", "");
    }

    /** FHIR: what has a modifier extension that is not understood must not be processed as if it had none. */
    @Test
    void what_has_an_unknown_modifier_extension_is_not_read() {
        Findings findings = new Findings("unknown modifier extension");
        for (Case example : every(4)) {
            for (Resource resource : facts(example)) {
                if (Variants.isOrder(example, resource)) {
                    continue;
                }
                findings.count();
                Case without = Variants.replaced(example, List.of(resource), one -> List.of());
                Answer given =
                        answer(Variants.replaced(example, List.of(resource), one -> List.of(Variants.modified(one))));
                List<String> differences = answer(without).differences(given);
                if (!differences.isEmpty()
                        && !answer(Variants.unread(without, resource.fhirType()))
                                .differences(given)
                                .isEmpty()) {
                    findings.add(example.name(), kind(resource), differences);
                }
            }
        }
        findings.assertNone(least(650));
    }

    /** Puts others in the place of some resources; where that changes the answer, it looks at each of them alone. */
    private static void look(
            Findings findings, Case example, List<Resource> replaced, Function<Resource, List<Resource>> others) {
        compare(findings, example, replaced, some -> Variants.replaced(example, some, others));
    }

    private static void compare(
            Findings findings, Case example, List<Resource> facts, Function<List<Resource>, Case> variant) {
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
    private static String kind(Resource resource) {
        Property code = resource.getNamedProperty("code");
        String written = code != null && code.hasValues() && code.getValues().get(0) instanceof CodeableConcept concept
                ? " " + concept.getCodingFirstRep().getCode()
                : "";
        return resource.fhirType() + written;
    }

    /** All resources but the patient, orders included. */
    private static List<Resource> facts(Case example) {
        return example.resources().stream()
                .filter(resource -> !(resource instanceof Patient))
                .toList();
    }

    private static List<Case> every(int nth) {
        int step = Integer.getInteger("metamorphic.every", nth);
        return IntStream.range(0, CASES.size())
                .filter(i -> i % step == 0)
                .mapToObj(CASES::get)
                .toList();
    }

    /** Fewer are no fault if they were asked for. */
    private static int least(int variants) {
        return ONLY.isEmpty() ? variants : 1;
    }

    /** Of a case of the content once only. */
    private static Answer expected(Case example) {
        return ANSWERS.computeIfAbsent(example.name(), name -> answer(example));
    }

    private static Answer answer(Case example) {
        return answer(new Variant(example, Optional.empty()));
    }

    private static Answer answer(Variant variant) {
        return Answer.of(EVALUATOR, variant.record(), variant.example());
    }
}
