package dev.therapyfit.benchmarks;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How the JVMs are started: as {@code src/main/launcher/therapy-fit} does, the others for a fair comparison too. */
final class JvmOptions {
    private static final List<String> LAUNCHER =
            List.of("-XX:+UseG1GC", "-XX:TieredStopAtLevel=1", "-Xms64m", "-Xmx208m");

    @Option(
            names = "--java",
            paramLabel = "OPTION",
            description = "Of the JVM, besides those of therapy-fit; any number.")
    private List<String> options = List.of();

    List<String> options(String... more) {
        return Stream.of(LAUNCHER, options, List.of(more)).flatMap(List::stream).toList();
    }
}
