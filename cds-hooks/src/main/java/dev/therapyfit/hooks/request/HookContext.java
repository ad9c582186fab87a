package dev.therapyfit.hooks.request;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.PatientRecord;
import java.util.List;
import java.util.Optional;

/** The {@code context} of a hook call, one type a hook, as the CDS Hooks library defines it. */
public sealed interface HookContext {
    /** The user, as a relative reference such as {@code Practitioner/123}. */
    String userId();

    /** FHIR id of the patient, without the type. */
    String patientId();

    /** FHIR id of the encounter. */
    Optional<String> encounterId();

    /**
     * Orders that are about to be signed, for the first time or again, and what came with them; empty for a hook without
     * orders.
     */
    default List<Resource> draftOrders() {
        return List.of();
    }

    /** References of the orders that the call is about; none for a hook without orders. */
    default List<String> selections() {
        return List.of();
    }

    /** {@code patient-view}: the chart was opened. */
    record PatientView(String userId, String patientId, Optional<String> encounterId) implements HookContext {}

    /** {@code order-select}: one or more orders were selected, details may be missing. */
    record OrderSelect(
            String userId,
            String patientId,
            Optional<String> encounterId,
            @Override List<String> selections,
            @Override List<Resource> draftOrders)
            implements HookContext {}

    /** {@code order-sign}: the orders are complete and about to be signed. */
    record OrderSign(
            String userId,
            String patientId,
            Optional<String> encounterId,
            @Override List<Resource> draftOrders) implements HookContext {
        /** All but those that end by being signed again: about these there is nothing to advise. */
        @Override
        public List<String> selections() {
            return draftOrders.stream()
                    .filter(order -> !PatientRecord.isEnded(order))
                    .map(Resource::reference)
                    .toList();
        }
    }
}
