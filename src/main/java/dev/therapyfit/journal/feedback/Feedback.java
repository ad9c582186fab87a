package dev.therapyfit.journal.feedback;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a user did with one card.
 *
 * @param card uuid of the card
 * @param outcome accepted or overridden
 * @param acceptedSuggestions uuids of the suggestions that were accepted
 * @param overrideReason why the card was not followed, if the user said so
 * @param outcomeTimestamp when it was done
 */
public record Feedback(
        String card,
        Outcome outcome,
        List<String> acceptedSuggestions,
        Optional<OverrideReason> overrideReason,
        Instant outcomeTimestamp) {

    /** What can be done with a card; one that is ignored has no feedback. */
    public enum Outcome {
        /** At least one suggestion was accepted. */
        ACCEPTED("accepted"),
        /** The card was dismissed. */
        OVERRIDDEN("overridden");

        private final String code;

        Outcome(String code) {
            this.code = code;
        }

        /** The specification's code. */
        public String code() {
            return code;
        }
    }

    /**
     * Why; at least one of the two is there.
     *
     * @param reason a coded reason, of the card's list or the client's own
     * @param userComment free text, which may hold patient data: never log it
     */
    public record OverrideReason(Optional<Coding> reason, Optional<String> userComment) {}

    /** A code with its system, and the text that the user saw. */
    public record Coding(String system, String code, Optional<String> display) {}

    /** Without what the user wrote: this text may be logged. */
    @Override
    public String toString() {
        return "Feedback[" + outcome.code() + "]";
    }
}
