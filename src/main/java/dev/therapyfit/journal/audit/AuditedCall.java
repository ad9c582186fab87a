package dev.therapyfit.journal.audit;

import dev.therapyfit.journal.audit.AuditEntry.Kind;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Collects what becomes known of a call while it is answered, so that a refusal is audited with all that was known by
 * then. One for each call, used by one thread after the other.
 */
public final class AuditedCall {
    private final Instant at;
    private Kind kind;
    private final @Nullable String serviceId;
    private @Nullable String clientId;
    private @Nullable String tenant;
    private @Nullable String address;
    private @Nullable String userId;
    private @Nullable String hook;
    private @Nullable String hookInstance;
    private @Nullable String patient;
    private @Nullable String decisionId;
    private boolean kept;

    private AuditedCall(Instant at, Kind kind, @Nullable String serviceId, @Nullable String decisionId) {
        this.at = at;
        this.kind = kind;
        this.serviceId = serviceId;
        this.decisionId = decisionId;
    }

    /** A call of a service. */
    public static AuditedCall of(Instant at, Kind kind, String serviceId) {
        return new AuditedCall(at, kind, serviceId, null);
    }

    /** A look at a decision. */
    public static AuditedCall view(Instant at, String decisionId) {
        return new AuditedCall(at, Kind.VIEW, null, decisionId);
    }

    /** The network address that it comes from. */
    public AuditedCall from(String networkAddress) {
        this.address = networkAddress;
        return this;
    }

    /** The client is known. */
    public void by(String client, Optional<String> organization) {
        this.clientId = client;
        this.tenant = organization.orElse(null);
    }

    /** The request could be read. */
    public void asked(String hookCode, String instance, String user, String patientReference) {
        this.hook = hookCode;
        this.hookInstance = instance;
        this.userId = user;
        this.patient = patientReference;
    }

    /** It is about writing into the chart of a patient. */
    public void records(String patientReference) {
        this.kind = Kind.RECORD;
        this.patient = patientReference;
    }

    /** A decision was made. */
    public void decided(String id) {
        this.decisionId = id;
    }

    /** The entry lies in the database already, together with what it is about. */
    public void kept() {
        this.kept = true;
    }

    /** True once the entry lies in the database. */
    public boolean isKept() {
        return kept;
    }

    /** What is known, with the status of the answer. */
    public AuditEntry entry(int status) {
        return new AuditEntry(
                at,
                kind,
                Optional.ofNullable(clientId),
                Optional.ofNullable(tenant),
                Optional.ofNullable(address),
                Optional.ofNullable(userId),
                Optional.ofNullable(serviceId),
                Optional.ofNullable(hook),
                Optional.ofNullable(hookInstance),
                Optional.ofNullable(patient),
                Optional.ofNullable(decisionId),
                status,
                1);
    }
}
