package dev.therapyfit.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.therapyfit.app.CardWords;
import dev.therapyfit.app.CaseRuns;
import dev.therapyfit.app.ContentCheck;
import dev.therapyfit.authoring.codes.Codes;
import dev.therapyfit.authoring.lint.Lint;
import dev.therapyfit.authoring.lint.LintWarning;
import dev.therapyfit.authoring.lint.Wording;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code check}: does the content compile, and do its parts fit together? */
@Command(
        name = "check",
        description = {
            "Compile the content and say every problem with its place; and what compiles and is probably not meant, as a warning.",
            "In CQL a comment on the line before silences a warning: // @lint RULE: why"
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ContentOption content = new ContentOption();

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    @Option(
            names = "--codes",
            description = "Also list every code and filter whose meaning is not verified (confidence other than A).")
    private boolean listsCodes;

    @Option(names = "--strict", description = "A warning is a problem too: the exit code is 1.")
    private boolean isStrict;

    @Option(names = "--value-sets", description = "Also list what each value set holds, and of which code systems.")
    private boolean listsValueSets;

    /** What JSON says of the check. */
    record Report(
            boolean ok,
            List<ContentProblem> problems,
            List<LintWarning> warnings,
            @JsonInclude(JsonInclude.Include.NON_NULL) Codes.@Nullable Count confidence,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            List<Codes.Entry> codes) {}

    @Override
    public Integer call() {
        List<ContentProblem> problems = new ArrayList<>();
        List<LintWarning> warnings = new ArrayList<>();
        Codes codes = check(problems, warnings);
        boolean isGood = problems.isEmpty() && (warnings.isEmpty() || !isStrict);
        if (spec != null) {
            PrintWriter out = spec.commandLine().getOut();
            if (format == Format.JSON) {
                out.println(new JsonMapper()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(new Report(
                                isGood,
                                problems,
                                warnings,
                                codes == null ? null : codes.count(),
                                codes == null || !listsCodes ? null : codes.open())));
            } else {
                print(problems, warnings, codes, out);
            }
        }
        return isGood ? 0 : Commands.FAILED;
    }

    /** The codes of the content; null if it does not compile. */
    private @Nullable Codes check(List<ContentProblem> problems, List<LintWarning> warnings) {
        Content read = content.readPartly();
        ContentCheck check = ContentCheck.of(read);
        problems.addAll(check.problems());
        if (check.evaluator().isEmpty()) {
            return null;
        }
        if (listsValueSets && format == Format.TEXT && spec != null) {
            printMembers(read.valueSets(), spec.commandLine().getOut());
        }
        warnings.addAll(Lint.of(read, check.evaluator().get(), LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC)));
        if (problems.isEmpty()) {
            CaseRuns runs = CaseRuns.of(read, check.evaluator().get());
            Wording wording = Wording.of(read);
            check.cases().parallelStream()
                    .map(runs::run)
                    .toList()
                    .forEach(run -> warnings.addAll(CardWords.of(run, wording)));
        }
        return Codes.of(read, check.evaluator().get());
    }

    /** A line for each code system of a value set. */
    private static void printMembers(List<Resource> valueSets, PrintWriter out) {
        for (Resource valueSet : valueSets) {
            Map<String, int[]> bySystem = new TreeMap<>();
            Terminology.sets(valueSet, "include").forEach(set -> {
                int[] counts =
                        bySystem.computeIfAbsent(set.text("system").orElse("other value sets"), system -> new int[3]);
                counts[0] += set.all("concept").size() + set.all("valueSet").size();
                set.all("filter").forEach(filter -> counts[Terminology.isBelow(filter) ? 1 : 2]++);
            });
            bySystem.forEach((system, counts) -> out.printf(
                    Locale.ROOT,
                    "%-40s %5d listed, %2d with all below, %2d patterns  %s%n",
                    valueSet.id().orElse(""),
                    counts[0],
                    counts[1],
                    counts[2],
                    system));
        }
    }

    private void print(
            List<ContentProblem> problems, List<LintWarning> warnings, @Nullable Codes codes, PrintWriter out) {
        problems.forEach(out::println);
        warnings.forEach(out::println);
        if (codes != null) {
            if (listsCodes) {
                print(codes.open(), out);
            }
            Codes.Count count = codes.count();
            out.println("Confidence of codes and filters: " + count.a() + " A, " + count.b() + " B, " + count.c()
                    + " C, " + count.missing() + " without; " + count.own() + " of own systems");
        }
        out.println(
                problems.isEmpty()
                        ? "The content compiles"
                                + (warnings.isEmpty()
                                        ? "."
                                        : ", with " + warnings.size()
                                                + (warnings.size() == 1 ? " warning." : " warnings."))
                        : problems.size() + (problems.size() == 1 ? " problem" : " problems"));
    }

    private static void print(List<Codes.Entry> codes, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "Value set", "System", "Code", "Display", "File"));
        codes.forEach(code -> rows.add(List.of(
                code.confidence() == Codes.Confidence.MISSING
                        ? "?"
                        : code.confidence().name(),
                code.valueSet().substring(code.valueSet().lastIndexOf('/') + 1),
                code.system(),
                (code.excluded() ? "not " : "")
                        + (code.operator().isEmpty() ? "" : code.operator() + " ")
                        + code.code(),
                code.display(),
                code.line() == 0 ? code.file() : code.file() + ":" + code.line())));
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
