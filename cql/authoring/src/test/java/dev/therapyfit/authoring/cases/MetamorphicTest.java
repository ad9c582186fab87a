package dev.therapyfit.authoring.cases;

import dev.therapyfit.authoring.cases.Variants.Way;
import dev.therapyfit.cql.fhir.Resource;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The same facts give the same answer, however they are written: no id, no order, no time zone and no noise changes or
 * loses a result.
 */
class MetamorphicTest extends VariantsOfCases {
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
        for (List<Way> ways : List.of(forth, back)) {
            for (Case example : share(8, ways == forth ? 0 : 2)) {
                Answer expected = expected(example);
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
        findings.assertNone(least(300));
    }

    @Test
    void an_instant_is_the_same_in_every_time_zone() {
        Findings findings = new Findings("instants of another time zone");
        for (Case example : share(8, 1)) {
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
        findings.assertNone(least(150));
    }

    /** FHIR: what has a modifier extension that is not understood must not be processed as if it had none. */
    @Test
    void what_has_an_unknown_modifier_extension_is_not_read() {
        Findings findings = new Findings("unknown modifier extension");
        for (Case example : share(16, 3)) {
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
                        && !answer(Variants.unread(without, resource.type().name()))
                                .differences(given)
                                .isEmpty()) {
                    findings.add(example.name(), kind(resource), differences);
                }
            }
        }
        findings.assertNone(least(200));
    }
}
