package dev.therapyfit.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whole processes: starts, commands, memory. */
@Command(
        name = "processes",
        mixinStandardHelpOptions = true,
        description =
                "Start and memory of the service beside a bare Spring Boot web application; commands beside --help.")
final class ProcessesCommand implements Callable<Integer> {
    /** After a start, before its memory is looked at. */
    private static final int REST_MILLIS = 2_000;

    @Option(names = "--rounds", defaultValue = "3", description = "In turns, medians (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Mixin
    private JvmOptions java = new JvmOptions();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Row bare = new Row("bare application, start");
        Row service = new Row("service, start");
        Row help = new Row("--help");
        Row evaluate = new Row("evaluate --case o1");
        Row test = new Row("test, all cases");
        for (int i = 0; i < rounds; i++) {
            try (Child child = Child.of(BareApplication.class, java.options(), BareApplication.READY)) {
                bare.add(child);
            }
            try (Child child = Child.service(java.options())) {
                service.add(child);
            }
            help.add(Child.run(java.options(), "--help"));
            evaluate.add(Child.run(java.options(), "evaluate", "--case", "o1"));
            test.add(Child.run(java.options(), "test"));
        }
        System.out.println("\n| process | wall | CPU | resident |\n|---|---|---|---|");
        for (Row row : List.of(bare, service, help, evaluate, test)) {
            System.out.println(row);
        }
        System.out.println(String.format(
                Locale.ROOT,
                "%nservice to bare application: %.1f wall, %.1f CPU; evaluate to --help: %.1f; test to evaluate: %.1f",
                service.wall() / bare.wall(),
                median(service.cpu) / median(bare.cpu),
                evaluate.wall() / help.wall(),
                test.wall() / evaluate.wall()));
        return 0;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** What one process takes. */
    private static final class Row {
        private final String name;
        private final List<Double> seconds = new ArrayList<>();
        private final List<Double> cpu = new ArrayList<>();
        private final List<Double> megabytes = new ArrayList<>();

        Row(String name) {
            this.name = name;
        }

        void add(double wall) {
            seconds.add(wall);
        }

        void add(Child child) throws IOException, InterruptedException {
            seconds.add(child.seconds());
            cpu.add(child.cpuSeconds());
            Thread.sleep(REST_MILLIS);
            megabytes.add((double) child.residentMegabytes());
        }

        double wall() {
            return median(seconds);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.1f s | %s | %s |",
                    name,
                    wall(),
                    cpu.isEmpty() ? "" : String.format(Locale.ROOT, "%.1f s", median(cpu)),
                    megabytes.isEmpty() ? "" : String.format(Locale.ROOT, "%.0f MB", median(megabytes)));
        }
    }
}
