package dev.therapyfit.app.sandbox.client;

import dev.therapyfit.web.PageWords;
import java.util.List;

/**
 * What the page of the client shows.
 *
 * @param words the page's own words
 * @param form what stands in its fields
 * @param patients to choose from; empty if the FHIR server does not tell
 * @param catalogue the orders to choose from
 * @param answer what came of the last action; the empty one before the first
 * @param tour texts and next step of the guided tour; empty outside of it
 */
public record ClientView(
        PageWords words, ClientForm form, List<Patient> patients, List<Group> catalogue, Answer answer, Tour tour) {

    /**
     * A patient to choose.
     *
     * @param story who this is in a line; may be empty
     */
    public record Patient(String id, String name, String story) {}

    /** Orders of a kind. */
    public record Group(String name, List<String> labels) {}

    /**
     * What came of an action.
     *
     * @param orders the draft orders as they are now
     * @param cards as they were answered
     * @param isAccepted true if a suggestion was accepted
     * @param written references of what was written to the FHIR server
     * @param failures what the service, or the client itself, could not do
     * @param exchanges the calls that were made, in their order
     * @param checks how the request stands to the specification
     */
    public record Answer(
            List<DraftOrder> orders,
            List<Card> cards,
            boolean isAccepted,
            List<String> written,
            List<String> failures,
            List<Exchange> exchanges,
            List<Check> checks) {
        static final Answer NONE = failed(List.of());

        /** Nothing was asked, for these reasons. */
        static Answer failed(List<String> failures) {
            return new Answer(List.of(), List.of(), false, List.of(), failures, List.of(), List.of());
        }

        /** True once something was asked. */
        public boolean isThere() {
            return !exchanges.isEmpty() || !failures.isEmpty();
        }
    }

    /** An order as an EHR lists it. */
    public record DraftOrder(String text, String reference, String status) {}

    /**
     * A card.
     *
     * @param place of it in the answer
     * @param indicator info, warning or critical
     * @param detail HTML, made from its markdown
     * @param isOverridden true once the user overrode it
     */
    public record Card(
            int place,
            String indicator,
            String summary,
            String detail,
            String source,
            List<Link> links,
            List<Suggestion> suggestions,
            List<Reason> reasons,
            boolean isOverridden) {}

    /** A link of a card. */
    public record Link(String label, String url) {}

    /**
     * A suggestion of a card.
     *
     * @param place of it in the card
     * @param actions what it does
     */
    public record Suggestion(int place, String label, List<String> actions) {}

    /** A reason for overriding a card. */
    public record Reason(String code, String display) {}

    /**
     * A call and its answer.
     *
     * @param isAuthorized true if it was sent with an Authorization
     * @param body what was sent; empty for GET
     * @param status 0 if there was no answer
     * @param answer its body, or why there was none
     */
    public record Exchange(
            String method, String url, boolean isAuthorized, String body, int status, long millis, String answer) {
        boolean isOk() {
            return status >= 200 && status < 300;
        }

        /** The command that repeats it, with a variable of the shell in the place of a secret. */
        public String curl() {
            return "curl -s '" + url + "'"
                    + (isAuthorized ? " -H \"Authorization: $AUTHORIZATION\"" : "")
                    + (body.isEmpty()
                            ? ""
                            : " -H 'Content-Type: application/json' -d '" + body.replace("'", "'\\''") + "'");
        }
    }

    /** How a request stands to a sentence of the specification. */
    public enum State {
        AS_SPECIFIED,
        NOT_SENT,
        WRONG
    }

    /**
     * A sentence of the specification.
     *
     * @param what key of its words
     * @param about what is missing or wrong; may be empty
     */
    public record Check(String what, State state, String about) {}

    /** A step of the tour, of so many; 0 outside of it. */
    public record Tour(int step, int steps) {}
}
