package dev.therapyfit.cli;

import dev.therapyfit.authoring.coverage.Coverage;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.evaluation.ClauseCounter.Place;
import dev.therapyfit.cql.evaluation.ClauseCounter.Seen;
import dev.therapyfit.web.PageTemplates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The CQL of a content as one page, each clause coloured by the values that the cases gave it. */
final class CoveragePage {
    private static final int NONE = -1;

    private static final Pattern LINE_END = Pattern.compile("\\s*\\n\\s*");

    private CoveragePage() {}

    static String of(Content content, Coverage coverage) {
        Map<String, List<Clause>> byFile = coverage.all().stream().collect(Collectors.groupingBy(Clause::file));
        List<CoveredFile> files = content.libraries().stream()
                .map(library -> new CoveredFile(
                        library.file(), runs(library.text(), byFile.getOrDefault(library.file(), List.of()))))
                .toList();
        return new PageTemplates().rendered("coverage.jte", files);
    }

    /** The text in pieces; each belongs to the innermost clause that it is part of. */
    private static List<CoveredFile.Run> runs(String text, List<Clause> clauses) {
        List<Clause> outerFirst = clauses.stream()
                .sorted(Comparator.comparing(Clause::start).thenComparing(Clause::end, Comparator.reverseOrder()))
                .toList();
        int[] innermost = new int[text.length()];
        Arrays.fill(innermost, NONE);
        int[] lines = lines(text);
        for (int i = 0; i < outerFirst.size(); i++) {
            Clause clause = outerFirst.get(i);
            int end = Math.min(offset(clause.end(), lines) + 1, text.length());
            Arrays.fill(innermost, offset(clause.start(), lines), end, i);
        }
        List<CoveredFile.Run> runs = new ArrayList<>();
        int from = 0;
        for (int to = 1; to <= text.length(); to++) {
            if (to == text.length() || innermost[to] != innermost[from]) {
                int clause = innermost[from];
                run(text.substring(from, to), clause == NONE ? null : outerFirst.get(clause))
                        .forEach(runs::add);
                from = to;
            }
        }
        return List.copyOf(runs);
    }

    /** The text of a clause; line ends between its words belong to none. */
    private static Stream<CoveredFile.Run> run(String text, @Nullable Clause clause) {
        if (clause == null) {
            return Stream.of(new CoveredFile.Run(text, "", ""));
        }
        String look = look(clause);
        String values = values(clause);
        Stream.Builder<CoveredFile.Run> runs = Stream.builder();
        Matcher lineEnd = LINE_END.matcher(text);
        int from = 0;
        while (lineEnd.find()) {
            runs.add(new CoveredFile.Run(text.substring(from, lineEnd.start()), look, values));
            runs.add(new CoveredFile.Run(lineEnd.group(), "", ""));
            from = lineEnd.end();
        }
        return runs.add(new CoveredFile.Run(text.substring(from), look, values))
                .build()
                .filter(run -> !run.text().isEmpty());
    }

    private static String look(Clause clause) {
        Seen seen = clause.seen();
        if (!clause.evaluated()) {
            return "never";
        }
        String look = !clause.isCondition() ? "evaluated" : seen.isBoth() ? "both" : "one-way";
        return seen.isNull() ? look + " null" : look;
    }

    private static String values(Clause clause) {
        Seen seen = clause.seen();
        if (!clause.evaluated()) {
            return "never evaluated";
        }
        String values = !clause.isCondition()
                ? "evaluated"
                : seen.isBoth() ? "true and false" : seen.isTrue() ? "true only" : "false only";
        return seen.isNull() ? values + ", null seen" : values;
    }

    private static int[] lines(String text) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            starts.add(at + 1);
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int offset(Place place, int[] lines) {
        return lines[place.line() - 1] + place.column() - 1;
    }
}
