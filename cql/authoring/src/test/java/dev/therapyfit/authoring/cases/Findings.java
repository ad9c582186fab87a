package dev.therapyfit.authoring.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where variants of cases answer differently: counted, grouped by what differs, and said in a few lines. */
final class Findings {
    /** How many groups are shown, and how many cases of each are named. */
    private static final int GROUPS = 40;

    private static final int NAMED = 5;

    private final String name;
    private final Map<String, List<Finding>> byDifferences = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private int variants;

    /**
     * @param example name of the case
     * @param variant what was done to it
     */
    private record Finding(String example, String variant) {}

    /** @param name what the variants are, in a few words */
    Findings(String name) {
        this.name = name;
    }

    /** One variant more that is looked at. */
    void count() {
        variants++;
    }

    /** One variant that answers differently. */
    void add(String example, String variant, List<String> differences) {
        wrong.add(example);
        explain(example, variant, differences);
    }

    /** A variant that answers differently; its differences are told elsewhere, or those of its like are. */
    void add(String example) {
        wrong.add(example);
    }

    /** What a part of a variant that answers differently does alone. */
    void explain(String example, String variant, List<String> differences) {
        byDifferences
                .computeIfAbsent(String.join("; ", differences), key -> new ArrayList<>())
                .add(new Finding(example, variant));
    }

    int wrong() {
        return wrong.size();
    }

    /**
     * Fails if anything was found.
     *
     * @param least so many variants there must have been
     */
    void assertNone(int least) {
        System.out.printf("%s: %d variants, %d answer differently%n", name, variants, wrong.size());
        assertThat(variants).as(name + ": variants").isGreaterThanOrEqualTo(least);
        if (!wrong.isEmpty()) {
            fail(said());
        }
    }

    private String said() {
        StringBuilder said = new StringBuilder("%s: %d of %d variants answer differently, for example %s"
                .formatted(name, wrong.size(), variants, wrong.subList(0, Math.min(NAMED, wrong.size()))));
        byDifferences.entrySet().stream()
                .sorted(Comparator.comparing(entry -> -entry.getValue().size()))
                .limit(GROUPS)
                .forEach(entry -> {
                    said.append("%n  %d times %s".formatted(entry.getValue().size(), entry.getKey()));
                    Map<String, List<String>> byVariant = new TreeMap<>();
                    entry.getValue().forEach(finding -> byVariant
                            .computeIfAbsent(finding.variant(), key -> new ArrayList<>())
                            .add(finding.example()));
                    byVariant.forEach((variant, examples) -> said.append("%n      %s: %d, %s"
                            .formatted(
                                    variant, examples.size(), examples.subList(0, Math.min(NAMED, examples.size())))));
                });
        if (byDifferences.size() > GROUPS) {
            said.append("%n  and %d more ways".formatted(byDifferences.size() - GROUPS));
        }
        return said.append(System.lineSeparator()).toString();
    }
}
