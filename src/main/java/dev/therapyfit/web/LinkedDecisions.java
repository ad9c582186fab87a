package dev.therapyfit.web;

import dev.therapyfit.clients.link.DecisionLinks;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionStore;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The decisions behind cards, for whoever has the link of one. */
@Component
final class LinkedDecisions {
    private final DecisionStore decisions;
    private final DecisionLinks links;
    private final WebSettings settings;

    LinkedDecisions(DecisionStore decisions, DecisionLinks links, WebSettings settings) {
        this.decisions = decisions;
        this.links = links;
        this.settings = settings;
    }

    /**
     * A link, as it was called.
     *
     * @param id of the decision
     * @param expires when it is valid no longer
     * @param signature ours
     */
    record Link(
            String id, @Nullable String expires, @Nullable String signature) {
        /** What gives the same right to another page of the decision. */
        String query() {
            return "?expires=" + expires + "&signature=" + signature;
        }

        /**
         * The path of a page of the decision, with that right.
         *
         * @param page empty: the decision itself
         */
        String path(String page) {
            return "/decisions/" + id + page + query();
        }
    }

    /**
     * The decision of a link. Without a valid one nothing is looked up, so that nobody learns which decisions there are.
     *
     * @throws CdsFailure if the link is not ours or too old, or the decision is kept no longer
     */
    Decision find(Link link) {
        links.check(link.id(), link.expires(), link.signature());
        return decisions
                .find(link.id(), Deadline.in(settings.deadline()))
                .orElseThrow(() -> new NotFound("no such decision, or it is kept no longer"));
    }
}
