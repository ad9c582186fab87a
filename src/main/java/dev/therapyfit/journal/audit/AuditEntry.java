package dev.therapyfit.journal.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * One thing that somebody asked of the service. What a call does not tell, or could not tell before it was refused, is
 * empty.
 *
 * @param at when it was asked, by the time of day
 * @param kind what was asked
 * @param clientId the client, by our name for it
 * @param tenant the organization that its token named
 * @param address the network address that it came from: of the client, or of a proxy before this service
 * @param userId the user in the hook's context, for example {@code Practitioner/123}
 * @param serviceId the service
 * @param hook the hook
 * @param hookInstance the client's id of the call
 * @param patient relative reference to the patient
 * @param decisionId the decision that was made, shown or commented
 * @param status the HTTP status of the answer
 * @param calls how many calls it stands for: more than one for refused calls that were throttled, which are told by kind, client and
 *     status only
 */
public record AuditEntry(
        Instant at,
        Kind kind,
        Optional<String> clientId,
        Optional<String> tenant,
        Optional<String> address,
        Optional<String> userId,
        Optional<String> serviceId,
        Optional<String> hook,
        Optional<String> hookInstance,
        Optional<String> patient,
        Optional<String> decisionId,
        int status,
        int calls) {

    /** Calls that were refused alike and are told in one entry. */
    public static AuditEntry ofMany(Instant at, Kind kind, Optional<String> clientId, int status, int calls) {
        return new AuditEntry(
                at,
                kind,
                clientId,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                status,
                calls);
    }

    /** What can be asked. */
    public enum Kind {
        /** A hook call. */
        HOOK("hook"),
        /** Outcomes of cards. */
        FEEDBACK("feedback"),
        /** A decision was looked at through the link on a card. */
        VIEW("view"),
        /** Answers about a decision were to be written into the chart, by whoever an EHR launched. */
        RECORD("record");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** As it is kept and exported. */
        public String code() {
            return code;
        }
    }
}
