package dev.therapyfit.benchmarks;

import java.util.List;
import picocli.CommandLine.Option;

/** How the service's JVM is started. */
final class JvmOptions {
    @Option(
            names = "--java",
            paramLabel = "OPTION",
            description = "Of the service's JVM, such as -Xmx256m; any number.")
    private List<String> options = List.of();

    List<String> options() {
        return options;
    }
}
