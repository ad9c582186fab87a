package dev.therapyfit.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.therapyfit.app.CaseRun;
import dev.therapyfit.app.CaseRuns;
import dev.therapyfit.app.ContentCheck;
import dev.therapyfit.app.FolderState;
import dev.therapyfit.authoring.cases.AnswerFile;
import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.coverage.Coverage;
import dev.therapyfit.authoring.coverage.Coverage.Count;
import dev.therapyfit.authoring.coverage.Coverage.OfLibrary;
import dev.therapyfit.authoring.coverage.Lcov;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code test}: the content's cases. */
@Command(name = "test", description = "Run the content's cases.", mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
    private static final int TEXT_LIMIT = 60;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ContentOption content = new ContentOption();

    private static final JsonMapper JSON = new JsonMapper();

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Shown format = Shown.TEXT;

    /** What is printed. */
    enum Shown {
        /** Lines for people. */
        TEXT,
        /** All of it. */
        JSON,
        /** What CI servers read of test runs: one suite, a test for each case. */
        JUNIT;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--filter",
            paramLabel = "REGEX",
            description = "Only the cases in whose name this is found, for example '^o[12]$'.")
    private @Nullable Pattern filter;

    @Option(names = "--watch", description = "Run again whenever a file of --content changes; Ctrl-C ends it.")
    private boolean watches;

    @Option(
            names = "--coverage",
            description = "Also say what of the CQL no case evaluates, and which conditions were both true and false.")
    private boolean coverage;

    @Option(names = "--lcov", paramLabel = "FILE", description = "Writes the coverage as LCOV, for editors and CI.")
    private @Nullable Path lcov;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Writes the CQL as a page, coloured by what the cases evaluate.")
    private @Nullable Path html;

    @Option(
            names = "--mutate",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "REGEX",
            description = {
                "Also say which small faults in the CQL the cases do not notice; with REGEX, in libraries in whose name it is found.",
                "A comment on the line before says that some change nothing: // @equivalent KIND: why"
            })
    private @Nullable Pattern mutated;

    @Option(
            names = "--keep-answers",
            description =
                    "Write what is answered now over the whole answers that cases keep (expected/NAME.answer.yaml) "
                            + "in --content; with --filter, for each of these cases, whether it keeps one or not.")
    private boolean keepsAnswers;

    /** One case that was run; it passed if it has no differences. */
    record Result(String name, String title, List<String> differences) {}

    /** What JSON says of the run. */
    record Report(
            long passed,
            long failed,
            List<Result> cases,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Covered coverage,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            MutationReport mutation) {}

    /** The coverage of all libraries and of each. */
    record Covered(Count expressions, Count clauses, Count conditions, List<OfLibrary> libraries) {}

    @Override
    public Integer call() {
        if (!watches) {
            return run();
        }
        String folder = content.given();
        if (folder == null) {
            throw new UnusableInput("--watch: expected --content with the folder to watch");
        }
        FolderState state = new FolderState(Path.of(folder));
        while (true) {
            try {
                run();
            } catch (ContentException | UnusableInput | UncheckedIOException e) {
                Objects.requireNonNull(spec).commandLine().getErr().println(e.getMessage());
            }
            if (!state.awaitChange()) {
                return 0;
            }
        }
    }

    private int run() {
        Content read = content.readPartly();
        ContentCheck check = ContentCheck.of(read);
        CqlEvaluator evaluator = check.requireNone();
        CaseRuns runs = CaseRuns.of(read, evaluator);
        List<Case> cases = check.cases().stream()
                .filter(one -> filter == null || filter.matcher(one.name()).find())
                .toList();
        if (cases.isEmpty() && filter != null) {
            throw new UnusableInput("--filter " + filter + ": found in the name of no case");
        }
        List<CaseRun> ran = cases.parallelStream().map(runs::run).toList();
        if (keepsAnswers) {
            ran = keep(ran);
        }
        List<Result> results = ran.stream()
                .map(one -> new Result(one.about().name(), one.about().title(), one.differences()))
                .toList();
        long failed = results.stream()
                .filter(result -> !result.differences().isEmpty())
                .count();
        if (spec != null) {
            print(
                    new Report(
                            results.size() - failed,
                            failed,
                            results,
                            covered(read, cases),
                            mutated != null && failed == 0 ? MutationReport.of(read, cases, runs, mutated) : null),
                    spec.commandLine().getOut());
        }
        return failed == 0 ? 0 : Commands.FAILED;
    }

    /** Writes answers, of cases that are as they expect besides. */
    private List<CaseRun> keep(List<CaseRun> ran) {
        String folder = content.given();
        if (folder == null) {
            throw new UnusableInput("--keep-answers: expected --content with the folder to write into");
        }
        return ran.stream()
                .map(one -> {
                    List<String> differences = one.about().expected().differences(one.answer());
                    if ((filter == null && one.about().expected().answer().isEmpty())
                            || one.answer().isEmpty()
                            || !differences.isEmpty()) {
                        return one;
                    }
                    Path file = Path.of(folder, AnswerFile.path(one.about().name()));
                    write(file, "--keep-answers", () -> AnswerFile.text(one.answer()));
                    return new CaseRun(one.about(), one.decision(), one.answer(), differences, one.results());
                })
                .toList();
    }

    /** The coverage, if it is asked for; written to the files that were named. */
    private @Nullable Covered covered(Content read, List<Case> cases) {
        if (!coverage && lcov == null && html == null) {
            return null;
        }
        Coverage covered = Coverage.of(read, cases);
        String folder = content.given();
        write(lcov, "--lcov", () -> Lcov.of(covered, folder == null ? "cql/" : folder + "/"));
        write(html, "--html", () -> CoveragePage.of(read, covered));
        return new Covered(covered.expressions(), covered.clauses(), covered.conditions(), covered.libraries());
    }

    private static void write(@Nullable Path file, String option, Supplier<String> text) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, text.get());
        } catch (IOException e) {
            throw new UnusableInput(option + " " + file + ": cannot be written");
        }
    }

    private void print(Report report, PrintWriter out) {
        if (format == Shown.JUNIT) {
            out.println(JunitReport.of(report.cases()));
            return;
        }
        if (format == Shown.JSON) {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report));
            return;
        }
        for (Result result : report.cases()) {
            if (!result.differences().isEmpty()) {
                out.println("FAILED " + result.name() + ": " + result.title());
                result.differences().forEach(difference -> out.println("  " + difference));
            }
        }
        if (report.coverage() != null) {
            print(report.coverage(), out);
        }
        if (report.mutation() != null) {
            report.mutation().print(out);
        } else if (mutated != null) {
            out.println("No faults are tried: each case has to pass first.");
        }
        out.println(report.passed() + " of " + report.cases().size() + " cases passed");
    }

    private static void print(Covered covered, PrintWriter out) {
        out.printf("%-28s %12s %14s %8s %14s%n", "Library", "expressions", "clauses", "", "both ways");
        covered.libraries()
                .forEach(library ->
                        row(library.library(), library.expressions(), library.clauses(), library.conditions(), out));
        row("All", covered.expressions(), covered.clauses(), covered.conditions(), out);
        out.println();
        covered.libraries().stream()
                .flatMap(library -> library.missed().stream())
                .forEach(missed -> out.println(missed.file() + ":" + missed.line() + ":" + missed.column() + ": \""
                        + missed.expression() + "\" " + (missed.whole() ? "is not evaluated" : "does not evaluate ")
                        + (missed.whole() ? "" : shortened(missed.text()))));
    }

    private static void row(String name, Count expressions, Count clauses, Count conditions, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-28s %12s %14s %6.1f %% %14s%n",
                name,
                expressions.evaluated() + "/" + expressions.all(),
                clauses.evaluated() + "/" + clauses.all(),
                roundedDown(clauses.percent()),
                conditions.evaluated() + "/" + conditions.all());
    }

    /** To one digit; 100.0 means all. */
    static double roundedDown(double percent) {
        return Math.floor(percent * 10) / 10;
    }

    static String shortened(String text) {
        return text.length() <= TEXT_LIMIT ? text : text.substring(0, TEXT_LIMIT) + " ...";
    }
}
