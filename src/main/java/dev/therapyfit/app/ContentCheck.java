package dev.therapyfit.app;

import dev.therapyfit.authoring.cases.Case;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.authoring.codes.Codes;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.cql.content.ContentProblem;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.cql.evaluation.DeclaredCode;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.decision.DecisionMaker;
import dev.therapyfit.hooks.question.Questionnaires;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that is wrong with a content, of all its files at once: what cannot be read does not hide what is wrong with the
 * rest.
 *
 * @param problems sorted by their places, each once
 * @param evaluator the compiled content; empty if it does not compile
 * @param cases its cases; none if it does not compile or one of them cannot be read
 */
public record ContentCheck(List<ContentProblem> problems, Optional<CqlEvaluator> evaluator, List<Case> cases) {
    private static final Comparator<ContentProblem> BY_PLACE = Comparator.comparing(ContentProblem::file)
            .thenComparing(ContentProblem::line)
            .thenComparing(ContentProblem::column);

    public ContentCheck {
        problems = problems.stream().distinct().sorted(BY_PLACE).toList();
    }

    /** Checks a content that may be read in part only. */
    public static ContentCheck of(Content content) {
        return of(content, Optional.empty());
    }

    /** The same of a content whose cases are those of one that was checked before. */
    public static ContentCheck of(Content content, List<Case> known) {
        return of(content, Optional.of(known));
    }

    private static ContentCheck of(Content content, Optional<List<Case>> known) {
        List<ContentProblem> problems = new ArrayList<>(content.problems());
        Optional<CqlEvaluator> evaluator = ContentException.collect(() -> CqlEvaluator.compile(content), problems);
        List<Case> cases = List.of();
        if (evaluator.isPresent()) {
            cases = known.or(() -> ContentException.collect(() -> Cases.of(content), problems))
                    .orElse(cases);
            ContentException.collect(() -> ServiceCatalog.of(content, evaluator.get()), problems);
        } else {
            problems.addAll(Cases.problems(content));
            problems.addAll(ServiceCatalog.problems(content, expressions(content)));
        }
        ContentException.collect(() -> DecisionMaker.of(content), problems);
        ContentException.collect(() -> Questionnaires.of(content), problems);
        List<DeclaredCode> declared = evaluator.map(CqlEvaluator::declaredCodes).orElse(List.of());
        problems.addAll(Codes.problems(content, declared));
        return new ContentCheck(problems, evaluator, cases);
    }

    private static Set<String> expressions(Content content) {
        return ContentException.collect(content::mainLibrary, new ArrayList<>())
                .map(CqlEvaluator::expressionsOf)
                .orElse(Set.of());
    }

    /**
     * The compiled content.
     *
     * @throws ContentException if anything is wrong with it
     */
    public CqlEvaluator requireNone() {
        return evaluator.filter(compiled -> problems.isEmpty()).orElseThrow(() -> new ContentException(problems));
    }
}
