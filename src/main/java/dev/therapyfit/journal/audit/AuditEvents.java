package dev.therapyfit.journal.audit;

import java.util.Date;
import java.util.Optional;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentNetworkType;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/** Audit entries as FHIR R4 AuditEvents, after the pattern for RESTful operations. */
public final class AuditEvents {
    private static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
    private static final String EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type";
    private static final String INTERACTION = "http://hl7.org/fhir/restful-interaction";
    private static final String ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
    private static final String OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role";
    private static final String SOURCE_TYPE = "http://terminology.hl7.org/CodeSystem/security-source-type";
    private static final String HOOK = "https://cds-hooks.org/hooks";
    private static final String OURS = "https://therapyfit.dev/fhir";

    /** What FHIR takes for a relative reference; a client may send anything as its user. */
    private static final Pattern REFERENCE = Pattern.compile("[A-Z][A-Za-z]{1,40}/[A-Za-z0-9\\-.]{1,256}");

    private static final int FIRST_CLIENT_ERROR = 400;
    private static final int FIRST_SERVER_ERROR = 500;

    private AuditEvents() {}

    /** One entry as an AuditEvent. */
    public static AuditEvent of(AuditEntry entry) {
        AuditEvent event = new AuditEvent();
        event.setType(new Coding(EVENT_TYPE, "rest", "RESTful Operation"));
        event.addSubtype(
                entry.kind() == AuditEntry.Kind.VIEW
                        ? new Coding(INTERACTION, "read", "read")
                        : new Coding(INTERACTION, "operation", "operation"));
        event.addSubtype(new Coding(OURS + "/CodeSystem/call", entry.kind().code(), null));
        entry.hook().ifPresent(hook -> event.addSubtype(new Coding(HOOK, hook, null)));
        event.setAction(
                switch (entry.kind()) {
                    case HOOK -> AuditEventAction.E;
                    case FEEDBACK, RECORD -> AuditEventAction.C;
                    case VIEW -> AuditEventAction.R;
                });
        event.setRecorded(Date.from(entry.at()));
        event.setOutcome(outcome(entry.status()));
        event.setOutcomeDesc(
                "HTTP status " + entry.status() + (entry.calls() == 1 ? "" : ", " + entry.calls() + " calls"));
        agents(event, entry);
        event.getSource()
                .setObserver(new Reference().setDisplay("Therapy Fit"))
                .addType(new Coding(SOURCE_TYPE, "4", "Application Server"));
        entities(event, entry);
        return event;
    }

    private static AuditEventOutcome outcome(int status) {
        if (status < FIRST_CLIENT_ERROR) {
            return AuditEventOutcome._0;
        }
        return status < FIRST_SERVER_ERROR ? AuditEventOutcome._4 : AuditEventOutcome._8;
    }

    private static void agents(AuditEvent event, AuditEntry entry) {
        Optional<String> user = entry.userId();
        user.ifPresent(id -> event.addAgent().setWho(who(id)).setRequestor(true));
        AuditEventAgentComponent client = event.addAgent()
                .setType(new CodeableConcept(new Coding(DICOM, "110153", "Source Role ID")))
                .setRequestor(user.isEmpty());
        // Whoever holds the link on a card has no name here.
        entry.clientId()
                .ifPresentOrElse(
                        id -> client.setWho(new Reference()
                                .setIdentifier(new Identifier()
                                        .setSystem(OURS + "/client")
                                        .setValue(id))),
                        () -> client.setName(entry.kind() == AuditEntry.Kind.VIEW ? "holder of a link" : "unknown"));
        entry.tenant().ifPresent(client::setAltId);
        entry.address()
                .ifPresent(address -> client.getNetwork().setAddress(address).setType(AuditEventAgentNetworkType._2));
    }

    private static Reference who(String userId) {
        return REFERENCE.matcher(userId).matches()
                ? new Reference(userId)
                : new Reference().setIdentifier(new Identifier().setValue(userId));
    }

    private static void entities(AuditEvent event, AuditEntry entry) {
        entry.patient().ifPresent(patient -> event.addEntity()
                .setWhat(who(patient))
                .setType(new Coding(ENTITY_TYPE, "1", "Person"))
                .setRole(new Coding(OBJECT_ROLE, "1", "Patient")));
        entry.serviceId().ifPresent(service -> {
            AuditEventEntityComponent entity = event.addEntity()
                    .setType(new Coding(ENTITY_TYPE, "2", "System Object"))
                    .setName(service);
            entry.hookInstance()
                    .ifPresent(instance ->
                            entity.addDetail().setType("hookInstance").setValue(new StringType(instance)));
        });
        entry.decisionId().ifPresent(id -> event.addEntity()
                .setWhat(new Reference()
                        .setIdentifier(
                                new Identifier().setSystem(OURS + "/decision").setValue(id)))
                .setType(new Coding(ENTITY_TYPE, "4", "Other")));
    }
}
