package dev.therapyfit.web;

import dev.therapyfit.authoring.explanation.Explanation;
import dev.therapyfit.cql.evaluation.Explainer;
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

    private final PageTemplates templates;
    private final Semaphore turn = new Semaphore(1, true);
    private SoftReference<@Nullable Compiled> compiled = new SoftReference<>(null);

    /** A content, compiled so that it tells values. */
    private record Compiled(LoadedContent of, Explainer explainer) {}

    ExplanationPage(PageTemplates templates) {
        this.templates = templates;
    }

    /**
     * The page.
     *
     * @param content the content that decided
     * @param inputs what it was decided from
     * @param part name of a part of the decision
     * @param id id of an entry of it
     * @throws NotFound if there is no such entry
     */
    String of(Link link, LoadedContent content, DecisionInputs inputs, String part, String id, PageWords words) {
        List<String> expressions = content.schema().part(part).stream()
                .flatMap(one -> one.expressions().stream())
                .map(expression -> expression.replace("{id}", id))
                .toList();
        Explanation explanation = Deadline.in(LONGEST)
                .holding(turn, 1, ExplanationPage::busy, () -> expressions.stream()
                        .flatMap(expression -> explained(content, expression, inputs).stream())
                        .findFirst()
                        .orElseThrow(() -> new NotFound("no such part of the decision")));
        return templates.rendered(
                "explanation.jte",
                Map.of("words", words, "title", id, "decision", link.path(""), "explanation", explanation));
    }

    /** One at a time: the values are noted in one place. */
    private Optional<Explanation> explained(LoadedContent content, String expression, DecisionInputs inputs) {
        try {
            return Optional.of(Explanation.of(
                    explainer(content).explain(expression, inputs.record(), inputs.inputs(), inputs.at()), DEPTH));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no such expression
        }
    }

    private static Unavailable busy() {
        return new Unavailable("others ask for the CQL behind decisions", Duration.ofSeconds(1));
    }

    @SuppressWarnings("ReferenceEquality") // of which content it was made
    private Explainer explainer(LoadedContent content) {
        Compiled known = compiled.get();
        if (known != null && known.of() == content) {
            return known.explainer();
        }
        Explainer explainer = Explainer.compile(
                content.content(), content.content().mainLibrary().name());
        compiled = new SoftReference<>(new Compiled(content, explainer));
        return explainer;
    }
}
