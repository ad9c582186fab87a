package dev.therapyfit.journal.feedback;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.States;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.journal.audit.AuditedCall;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps feedback. Safe to use from many threads. */
public interface FeedbackStore {
    /**
     * Keeps all of it or nothing, with its audit entry; what is kept already is not kept twice. When this returns, no end
     * of a process loses it.
     *
     * @param from who sends it
     * @param feedback the entries
     * @param call what is audited
     * @param deadline when nobody waits any longer
     * @return what keeps it from being kept; empty if it is kept
     * @throws Unavailable if the database is away
     */
    Optional<Refusal> keep(CardHolder from, List<Feedback> feedback, AuditedCall call, Deadline deadline);

    /**
     * Who sends feedback.
     *
     * @param clientId the client
     * @param serviceId the service that it names
     */
    record CardHolder(String clientId, String serviceId) {}

    /**
     * An entry that cannot be kept.
     *
     * @param index its place in the call, from 0
     * @param wrong what is wrong with it
     * @param suggestion place of the suggestion that is wrong, from 0
     */
    record Refusal(int index, Wrong wrong, int suggestion) {
        /** An entry that is wrong in something else than a suggestion. */
        public Refusal(int index, Wrong wrong) {
            this(index, wrong, 0);
        }
    }

    /** What can be wrong with an entry that is well-formed. */
    enum Wrong {
        /** There is no such card of this client and service. */
        CARD,
        /** It is none of the card's. */
        SUGGESTION
    }

    /** What users did with cards from one instant on until another, for people who review the content. */
    List<Reviewed> review(Instant from, Instant to);

    /**
     * Feedback with the decision that it is about, without anything of the patient but what the user wrote.
     *
     * @param feedback what the user did
     * @param serviceId the service that gave the card
     * @param contentVersion version of the content that decided
     * @param indicator the card's indicator
     * @param outcome the decision's outcome code
     * @param reason the decision's reason code
     * @param states the states of the decision
     */
    record Reviewed(
            Feedback feedback,
            String serviceId,
            String contentVersion,
            String indicator,
            String outcome,
            String reason,
            States states) {}
}
