package dev.therapyfit.benchmarks;

import dev.therapyfit.benchmarks.Stopwatch.Cost;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Costs as a table of Markdown, to be put into the documentation. */
final class Table {
    private Table() {}

    /** Prints it, each with its ratio to one of them. */
    static void print(String title, Map<String, Cost> costs, String base) {
        Cost one = Objects.requireNonNull(costs.get(base), base);
        System.out.println("\n| " + title + " | CPU | of it | allocated | of it |\n|---|---|---|---|---|");
        costs.forEach((name, cost) -> System.out.println(String.format(
                Locale.ROOT,
                "| %s | %.3f ms | %.1f | %.0f kB | %.1f |",
                name,
                cost.milliseconds(),
                cost.milliseconds() / one.milliseconds(),
                cost.kilobytes(),
                cost.kilobytes() / one.kilobytes())));
    }
}
