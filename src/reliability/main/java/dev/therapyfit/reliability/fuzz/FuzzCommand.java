package dev.therapyfit.reliability.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fuzz}: runs targets with Jazzer, one process a target, one after the other. */
@Command(
        name = "fuzz",
        description = "Fuzz parts of the service with Jazzer: decoder, prefetch, markdown, token.",
        mixinStandardHelpOptions = true)
public final class FuzzCommand implements Callable<Integer> {
    private static final Path OUTPUT = Path.of("src/reliability/target/fuzz");
    private static final Pattern PROGRESS = Pattern.compile("cov: (\\d+) ft: (\\d+) corp: (\\d+)");
    private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: *(\\d+)");

    private static final String OURS = "dev.therapyfit.hooks.**:dev.therapyfit.cql.**";

    @Option(names = "--target", description = "One of ${COMPLETION-CANDIDATES}; all without it.")
    private Target only = Target.all;

    @Option(names = "--seconds", defaultValue = "600", description = "For each target (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--corpus", description = "Folder that keeps what the fuzzer learns, one folder a target.")
    private Path corpus = OUTPUT.resolve("corpus");

    @Option(names = "--memory", defaultValue = "1500", description = "Heap in MB (default: ${DEFAULT-VALUE}).")
    private int memory;

    /** What can be fuzzed, as the command line names it. */
    enum Target {
        all("", 0, ""),
        decoder("RequestDecoderFuzz", 60_000, ":tools.jackson.core.**"),
        prefetch("PrefetchFuzz", 96, ":org.opencds.cqf.cql.engine.elm.**"),
        markdown("MarkdownFuzz", 160, ":org.opencds.cqf.cql.engine.elm.**:org.commonmark.**"),
        token("TokenFuzz", 512, ":com.nimbusds.jose.**:com.nimbusds.jwt.**");

        private final String type;
        private final int longest;
        private final String guiding;

        /**
         * @param type the class, in this package
         * @param longest longest input in bytes
         * @param guiding other people's code whose branches guide the fuzzer besides ours
         */
        Target(String type, int longest, String guiding) {
            this.type = type;
            this.longest = longest;
            this.guiding = guiding;
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean clean = true;
        for (Target target : Target.values()) {
            if (target != Target.all && (only == Target.all || only == target)) {
                clean &= run(target);
            }
        }
        return clean ? 0 : 1;
    }

    private boolean run(Target target) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(Files.createDirectories(OUTPUT), target.name() + "-");
        Path seeds = Files.createDirectory(folder.resolve("seeds"));
        Path findings = Files.createDirectory(folder.resolve("findings"));
        Path learned = Files.createDirectories(corpus.resolve(target.name()));
        Path log = folder.resolve("log.txt");
        int number = 0;
        for (byte[] seed : Seeds.of(target)) {
            Files.write(seeds.resolve("seed-" + number++), seed);
        }
        Process process = new ProcessBuilder(command(target, folder, findings, List.of(learned, seeds)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int exit = process.waitFor();
        return report(target, exit, log, findings);
    }

    private List<String> command(Target target, Path folder, Path findings, List<Path> inputs) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx" + memory + "m", "-XX:+UseSerialGC", "-XX:-OmitStackTraceInFastThrow"));
        command.add("-D" + Findings.FOLDER + "=" + findings);
        command.add("-D" + Line.CONTENT + "=" + System.getProperty(Line.CONTENT, "cql"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add("com.code_intelligence.jazzer.Jazzer");
        command.add("--target_class=" + FuzzCommand.class.getPackageName() + "." + target.type);
        command.add("--instrumentation_includes=" + OURS + target.guiding);
        command.add("--custom_hook_includes=" + OURS + target.guiding);
        command.add("--keep_going=25");
        command.add("--reproducer_path=" + folder);
        command.add("-artifact_prefix=" + findings + "/");
        command.add("-max_total_time=" + seconds);
        command.add("-max_len=" + target.longest);
        command.add("-timeout=10");
        command.add("-rss_limit_mb=" + 3 * memory);
        command.add("-print_final_stats=1");
        command.add("-seed=1");
        if (target == Target.decoder) {
            command.add("-dict=" + dictionary(folder));
        }
        inputs.forEach(input -> command.add(input.toString()));
        return command;
    }

    private static Path dictionary(Path folder) throws IOException {
        Path file = folder.resolve("hook.dict");
        try (InputStream words = Objects.requireNonNull(FuzzCommand.class.getResourceAsStream("hook.dict"))) {
            Files.copy(words, file);
        }
        return file;
    }

    private static boolean report(Target target, int exit, Path log, Path findings) throws IOException {
        String executed = "?";
        String coverage = "?";
        List<String> exceptions = new ArrayList<>();
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher progress = PROGRESS.matcher(line);
            Matcher total = EXECUTED.matcher(line);
            if (progress.find()) {
                coverage =
                        progress.group(1) + " edges, " + progress.group(2) + " features, corpus " + progress.group(3);
            }
            if (total.find()) {
                executed = total.group(1);
            }
            if (line.startsWith("== Java Exception:") || (line.startsWith("==") && line.contains("ERROR"))) {
                exceptions.add(
                        line + (i + 1 < lines.size() ? " " + lines.get(i + 1).strip() : ""));
            }
        }
        List<Path> kept;
        try (Stream<Path> files = Files.list(findings)) {
            // a slow input is no finding before it takes as long as -timeout says
            kept = files.filter(file -> !file.getFileName().toString().startsWith("slow-unit"))
                    .sorted()
                    .toList();
        }
        boolean clean = kept.isEmpty() && exceptions.isEmpty() && exit == 0;
        System.out.printf(
                Locale.ROOT,
                "%s: executions %s, coverage %s, findings %d%s (log: %s)%n",
                target,
                executed,
                coverage,
                exceptions.size(),
                exit == 0 ? "" : ", exit " + exit,
                log);
        exceptions.stream().distinct().forEach(exception -> System.out.println("  " + exception));
        kept.forEach(file -> System.out.println("  " + file));
        return clean;
    }
}
