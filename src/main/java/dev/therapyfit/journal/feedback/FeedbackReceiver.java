package dev.therapyfit.journal.feedback;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.failure.CdsFailure.BadHookRequest;
import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import dev.therapyfit.journal.audit.AuditedCall;
import dev.therapyfit.journal.feedback.FeedbackStore.CardHolder;
import dev.therapyfit.journal.feedback.FeedbackStore.Refusal;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Takes the outcomes of cards: all that one call sends, or nothing of it. */
public final class FeedbackReceiver {
    private final Predicate<String> services;
    private final FeedbackDecoder decoder;
    private final FeedbackStore store;

    /**
     * @param services true for the id of a service
     * @param store keeps what was received
     * @param clock the time of day
     */
    public FeedbackReceiver(Predicate<String> services, FeedbackStore store, Clock clock) {
        this.decoder = new FeedbackDecoder(clock);
        this.services = services;
        this.store = store;
    }

    /**
     * Receives a call.
     *
     * @param serviceId the service that it is sent to
     * @param body the HTTP body
     * @param clientId who sends it
     * @param call what is audited
     * @param deadline when the answer is wanted no longer
     * @return what it holds, all of which is kept
     * @throws CdsFailure if nothing of it is kept. A card that is unknown, of another client, of another service or kept
     *     no longer is refused in the same words, so that nobody learns of cards that are not theirs
     */
    public List<Feedback> receive(String serviceId, byte[] body, String clientId, AuditedCall call, Deadline deadline) {
        if (!services.test(serviceId)) {
            throw new NotFound("no such service: GET /cds-services lists those there are");
        }
        List<Feedback> feedback = decoder.decode(body);
        Optional<Refusal> refusal = store.keep(new CardHolder(clientId, serviceId), feedback, call, deadline);
        if (refusal.isPresent()) {
            throw refused(refusal.get());
        }
        return feedback;
    }

    private static BadHookRequest refused(Refusal refusal) {
        String entry = "feedback[" + refusal.index() + "]";
        return switch (refusal.wrong()) {
            case CARD ->
                new BadHookRequest(
                        entry + ".card",
                        "no such card: expected the uuid of a card that this service gave this client and still keeps");
            case SUGGESTION ->
                new BadHookRequest(
                        entry + ".acceptedSuggestions[" + refusal.suggestion() + "].id",
                        "no such suggestion: expected the uuid of a suggestion of this card");
        };
    }
}
