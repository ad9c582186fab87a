package dev.therapyfit.reliability.fuzz;

import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.request.Hook;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Any bytes as the body of a call: the decoder gives a request, or refuses them as every refusal is. */
public final class RequestDecoderFuzz {
    private static final HookRequestDecoder DECODER = new HookRequestDecoder();
    private static final Set<String> KEYS = Set.of(
            "patient",
            "condition",
            "observation",
            "medicationRequest",
            "medicationStatement",
            "medicationAdministration",
            "procedure",
            "allergyIntolerance",
            "goal",
            "consent");

    private RequestDecoderFuzz() {}

    /** Called by Jazzer before all else: classes are loaded and instrumented before any time is measured. */
    public static void fuzzerInitialize() {
        Line.shared().calls().stream()
                .limit(20)
                .forEach(call -> fuzzerTestOneInput(call.body().toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] body) {
        for (Hook hook : Hook.values()) {
            check(body, hook);
        }
    }

    private static void check(byte[] body, Hook hook) {
        HookRequest request;
        try {
            request = DECODER.decode(body, hook, KEYS);
        } catch (CdsFailure refused) {
            return;
        }
        if (request.hook() != hook || request.context().patientId().isEmpty()) {
            throw new AssertionError("the request is not of the hook, or of nobody");
        }
        if (!request.context().selections().stream().allMatch(selection -> request.context().draftOrders().stream()
                .anyMatch(order -> selection.equals(order.reference())))) {
            throw new AssertionError("a selection is not among the draft orders");
        }
    }
}
