package dev.therapyfit.journal;

import dev.therapyfit.hooks.card.CdsResponse;
import dev.therapyfit.hooks.decision.Decision;

/**
 * An answer that rests on a decision.
 *
 * @param clientId who asked
 * @param serviceId the service that was asked
 * @param hook the hook
 * @param hookInstance the client's id of the call
 * @param decision what was decided
 * @param response what is answered; without cards nobody has a link to the decision
 */
public record Answer(
        String clientId, String serviceId, String hook, String hookInstance, Decision decision, CdsResponse response) {}
