package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.fhir.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The same facts give the same answer, however often they are recorded: no copy and no version that was replaced or
 * withdrawn changes or loses a result.
 */
class CopiesTest extends VariantsOfCases {
    @Test
    void what_is_recorded_three_times_counts_once_and_does_not_vanish() {
        assertCopied("three copies", false, 0);
    }

    @Test
    void what_is_recorded_three_times_with_one_identifier_counts_once_and_does_not_vanish() {
        assertCopied("three copies, one identifier", true, 1);
    }

    private static void assertCopied(String name, boolean identified, int first) {
        Findings findings = new Findings(name);
        for (Case example : share(8, first)) {
            List<Resource> facts = facts(example).stream()
                    .filter(resource -> !Variants.isOrder(example, resource))
                    .toList();
            look(findings, example, facts, resource -> Variants.copiesOf(resource, identified));
        }
        findings.assertNone(least(150));
    }

    @Test
    void one_order_written_twice_is_one_order() {
        Findings findings = new Findings("order copied");
        for (Case example : share(8, 2)) {
            List<Resource> orders = facts(example).stream()
                    .filter(resource -> Variants.isOrder(example, resource))
                    .toList();
            look(findings, example, orders, resource -> List.of(resource, Variants.copyOf(resource)));
        }
        findings.assertNone(least(150));
    }

    @Test
    void one_resource_recorded_twice_counts_once() {
        Findings findings = new Findings("one copied");
        for (Case example : share(16, 3)) {
            for (Resource resource : facts(example)) {
                look(findings, example, List.of(resource), one -> List.of(one, Variants.copyOf(one)));
            }
        }
        findings.assertNone(least(200));
    }

    @Test
    void an_older_version_that_claimed_more_does_not_count() {
        assertCorrected("corrected, more before", true, 3);
    }

    @Test
    void an_older_version_that_claimed_less_does_not_count() {
        assertCorrected("corrected, less before", false, 0);
    }

    private static void assertCorrected(String name, boolean forIt, int first) {
        Findings findings = new Findings(name);
        for (Case example : share(8, first)) {
            List<Resource> correctable = facts(example).stream()
                    .filter(resource -> Variants.isCorrectable(example, resource))
                    .toList();
            look(findings, example, correctable, resource -> VARIANTS.corrected(example, resource, forIt));
        }
        findings.assertNone(least(150));
    }

    @Test
    void what_was_withdrawn_does_not_count() {
        Findings findings = new Findings("withdrawn");
        for (Case example : share(8, 1)) {
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
        findings.assertNone(least(150));
    }

    /** Otherwise it would show nothing that they do not count once they are withdrawn. */
    @Test
    void each_invented_fact_would_count_if_it_were_not_withdrawn() {
        List<String> idle = Facts.of(ALL.get(0)).invented().stream()
                .map(CopiesTest::nameOf)
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
        return fact.id().orElseThrow().replace("-earlier", "");
    }
}
