package dev.therapyfit.web;

import dev.therapyfit.authoring.explanation.Explanation;
import dev.therapyfit.cql.evaluation.Explainer;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.web.LinkedDecisions.Link;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Makes the page of the CQL that gave a part of a decision, with values. The content is compiled once more for it, when it is
 * first asked for.
 */
@Component
final class ExplanationPage {
    private static final int DEPTH = 12;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final CurrentContent content;
    private final RecentInputs recent;
    private final PageTemplates templates;
    private final Semaphore turn = new Semaphore(1, true);
    private SoftReference<@Nullable Compiled> compiled = new SoftReference<>(null);

    /** A content, compiled so that it tells values. */
    private record Compiled(LoadedContent of, Explainer explainer) {}

    ExplanationPage(CurrentContent content, RecentInputs recent, PageTemplates templates) {
        this.content = content;
        this.recent = recent;
        this.templates = templates;
    }

    /**
     * The page.
     *
     * @param part name of a part of the decision
     * @param id id of an entry of it
     * @throws NotFound if there is no such entry, or what it was decided from is kept no longer
     */
    String of(Link link, String part, String id, PageWords words) {
        DecisionInputs inputs = recent.find(link.id())
                .orElseThrow(() -> new NotFound(words.of("answer.gone")))
                .inputs();
        LoadedContent current = content.get();
        List<String> expressions = current.schema().part(part).stream()
                .flatMap(one -> one.expressions().stream())
                .map(expression -> expression.replace("{id}", id))
                .toList();
        Explanation explanation = Deadline.in(LONGEST)
                .holding(turn, 1, ExplanationPage::busy, () -> expressions.stream()
                        .flatMap(expression -> explained(current, expression, inputs).stream())
                        .findFirst()
                        .orElseThrow(() -> new NotFound("no such part of the decision")));
        return templates.rendered(
                "explanation.jte",
                Map.of(
                        "words",
                        words,
                        "title",
                        id,
                        "decision",
                        "/decisions/" + link.id() + link.query(),
                        "explanation",
                        explanation));
    }

    /** One at a time: the values are noted in one place. */
    private Optional<Explanation> explained(LoadedContent current, String expression, DecisionInputs inputs) {
        try {
            return Optional.of(Explanation.of(
                    explainer(current).explain(expression, inputs.record(), inputs.inputs(), inputs.at()), DEPTH));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no such expression
        }
    }

    private static Unavailable busy() {
        return new Unavailable("others ask for the CQL behind decisions", Duration.ofSeconds(1));
    }

    @SuppressWarnings("ReferenceEquality") // of which content it was made
    private Explainer explainer(LoadedContent current) {
        Compiled known = compiled.get();
        if (known != null && known.of() == current) {
            return known.explainer();
        }
        Explainer explainer = Explainer.compile(
                current.content(), current.content().mainLibrary().name());
        compiled = new SoftReference<>(new Compiled(current, explainer));
        return explainer;
    }
}
