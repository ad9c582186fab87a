package dev.therapyfit.authoring.mutation;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.Mutants.Mutant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the content says of faults that change nothing, whatever the patient: a comment on the line before, {@code //
 * @equivalent KIND: why}, where KIND is that of the fault or {@code any}. Before the beginning of a definition it speaks of
 * the whole definition, else of what begins on its line.
 */
final class SameByReason {
    private static final Pattern COMMENT = Pattern.compile("\\s*// @equivalent ([a-z-]+): (.+)");
    private static final Pattern DEFINITION = Pattern.compile("\\s*define .*");

    private final List<Reason> reasons = new ArrayList<>();

    /**
     * One such comment.
     *
     * @param line of the CQL that it is before
     * @param whole true if that begins a definition
     */
    private record Reason(String file, int line, boolean whole, int until, String kind, String why) {
        boolean isAbout(Mutant mutant) {
            int start = mutant.clause().start().line();
            return file.equals(mutant.clause().file())
                    && (whole ? start >= line && start < until : start == line)
                    && (kind.equals("any") || kind.equals(mutant.kind()));
        }
    }

    SameByReason(Content content) {
        content.libraries()
                .forEach(library -> read(library.file(), library.text().lines().toList()));
    }

    private void read(String file, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            Matcher comment = COMMENT.matcher(lines.get(i));
            if (comment.matches()) {
                int next = i + 1;
                while (next < lines.size() && COMMENT.matcher(lines.get(next)).matches()) {
                    next++;
                }
                boolean whole = next < lines.size()
                        && DEFINITION.matcher(lines.get(next)).matches();
                int until = next + 1;
                while (until < lines.size()
                        && !DEFINITION.matcher(lines.get(until)).matches()) {
                    until++;
                }
                reasons.add(new Reason(file, next + 1, whole, until + 1, comment.group(1), comment.group(2)));
            }
        }
    }

    /** Why a fault changes nothing; empty if the content does not say so. */
    Optional<String> of(Mutant mutant) {
        return reasons.stream()
                .filter(reason -> reason.isAbout(mutant))
                .map(Reason::why)
                .findFirst();
    }
}
