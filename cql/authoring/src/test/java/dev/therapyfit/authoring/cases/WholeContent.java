package dev.therapyfit.authoring.cases;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import java.nio.file.Path;
import java.util.List;

/**
 * The content of this repository, compiled once for all tests of a JVM. The translator keeps what it knows of every tree
 * that is alive in one map and walks it again and again, so that each further compilation would be slower than the last.
 */
public final class WholeContent {
    public static final Content CONTENT = Content.read(Path.of(".."));
    public static final CqlEvaluator EVALUATOR = CqlEvaluator.compile(CONTENT);
    public static final List<Case> CASES = Cases.of(CONTENT);

    private WholeContent() {}

    /** The case of that name. */
    static Case named(String name) {
        return CASES.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
