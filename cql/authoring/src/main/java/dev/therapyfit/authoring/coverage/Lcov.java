package dev.therapyfit.authoring.coverage;

import dev.therapyfit.cql.evaluation.ClauseCounter.Clause;
import dev.therapyfit.cql.evaluation.ClauseCounter.Seen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Coverage as LCOV, which editors and CI show: a definition is a function, a condition that was evaluated has two branches,
 * true and false, and a line is covered if a clause that begins on it was evaluated. A hit is 1, however many cases hit it.
 */
public final class Lcov {
    private Lcov() {}

    /**
     * A tracefile.
     *
     * @param folder what stands before each file, such as {@code cql/}
     */
    public static String of(Coverage coverage, String folder) {
        Map<String, List<Clause>> byFile = coverage.all().stream()
                .collect(Collectors.groupingBy(Clause::file, LinkedHashMap::new, Collectors.toList()));
        StringBuilder out = new StringBuilder();
        byFile.forEach((file, clauses) -> {
            out.append("TN:\nSF:").append(folder).append(file).append('\n');
            functions(clauses, out);
            branches(clauses, out);
            lines(clauses, out);
            out.append("end_of_record\n");
        });
        return out.toString();
    }

    private static void functions(List<Clause> clauses, StringBuilder out) {
        List<Clause> bodies = clauses.stream().filter(Clause::body).toList();
        bodies.forEach(body -> out.append("FN:")
                .append(body.start().line())
                .append(',')
                .append(body.definition())
                .append('\n'));
        bodies.forEach(body -> out.append("FNDA:")
                .append(hit(body.evaluated()))
                .append(',')
                .append(body.definition())
                .append('\n'));
        total("FN", bodies.size(), bodies.stream().filter(Clause::evaluated).count(), out);
    }

    private static void branches(List<Clause> clauses, StringBuilder out) {
        int found = 0;
        int hits = 0;
        for (int i = 0; i < clauses.size(); i++) {
            Seen seen = clauses.get(i).seen();
            if (clauses.get(i).isCondition()) {
                String place = "BRDA:" + clauses.get(i).start().line() + "," + i;
                out.append(place).append(",0,").append(hit(seen.isTrue())).append('\n');
                out.append(place).append(",1,").append(hit(seen.isFalse())).append('\n');
                found += 2;
                hits += hit(seen.isTrue()) + hit(seen.isFalse());
            }
        }
        total("BR", found, hits, out);
    }

    private static void lines(List<Clause> clauses, StringBuilder out) {
        Map<Integer, Integer> lines = new TreeMap<>();
        clauses.forEach(clause -> lines.merge(clause.start().line(), hit(clause.evaluated()), Math::max));
        lines.forEach((line, hit) ->
                out.append("DA:").append(line).append(',').append(hit).append('\n'));
        total("L", lines.size(), lines.values().stream().filter(hit -> hit > 0).count(), out);
    }

    private static void total(String what, long found, long hit, StringBuilder out) {
        out.append(what).append("F:").append(found).append('\n');
        out.append(what).append("H:").append(hit).append('\n');
    }

    private static int hit(boolean isHit) {
        return isHit ? 1 : 0;
    }
}
