package dev.therapyfit.hooks.request;

import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.fhir.Unreadable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A hook call, decoded and checked on its own; whether its parts fit the patient is checked where they are used.
 *
 * @param hook the hook
 * @param hookInstance the client's id of this call
 * @param context the hook's context
 * @param fhirServer where missing data can be read
 * @param prefetch what was sent, by key: a resource or a Bundle; a key that is absent or an OperationOutcome in the body
 *     has no entry, which means that the data are not known; null in the body is an empty Bundle, which means that the
 *     client has no such data
 * @param unreadable by key of the prefetch, what of it could not be read; the resources are not in {@code prefetch}
 * @param faults by key of the prefetch, what is wrong with the whole value, so that how much it holds is not known: what
 *     around the entries of a Bundle cannot be read, what stands there in place of a resource (without a type), or an {@code
 *     OperationOutcome}; what could be read is in {@code prefetch}
 */
public record HookRequest(
        Hook hook,
        String hookInstance,
        HookContext context,
        Optional<FhirServer> fhirServer,
        Map<String, Resource> prefetch,
        Map<String, List<Unreadable>> unreadable,
        Map<String, Unreadable> faults) {
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** One of which all could be read. */
    public HookRequest(
            Hook hook,
            String hookInstance,
            HookContext context,
            Optional<FhirServer> fhirServer,
            Map<String, Resource> prefetch) {
        this(hook, hookInstance, context, fhirServer, prefetch, Map.of(), Map.of());
    }

    /** The {@code hookInstance} for a log: it has to be a UUID; any other text may say anything, and is not told. */
    public String loggedInstance() {
        return UUID.matcher(hookInstance).matches() ? hookInstance : "(no UUID)";
    }

    /** Without patient data: this text may be logged. */
    @Override
    public String toString() {
        return "HookRequest[" + hook.code() + ", " + prefetch.size() + " prefetch keys]";
    }
}
