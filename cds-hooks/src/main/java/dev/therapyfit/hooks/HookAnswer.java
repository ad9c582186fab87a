package dev.therapyfit.hooks;

import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.decision.DecisionInputs;
import java.util.Optional;

/**
 * What a call is answered with.
 *
 * @param decision what was decided; empty if no order of the call is one that the service is about
 * @param inputs what it was decided from
 * @param response the cards; without any nobody has a link to the decision
 */
public record HookAnswer(Optional<Decision> decision, Optional<DecisionInputs> inputs, CdsResponse response) {
    /** Nothing was decided: the call is about something else. */
    static final HookAnswer NOTHING = new HookAnswer(Optional.empty(), Optional.empty(), CdsResponse.NOTHING);
}
