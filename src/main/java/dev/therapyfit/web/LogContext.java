package dev.therapyfit.web;

import dev.therapyfit.hooks.request.HookRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What every line of the log says of the call that it is about: the id of the request, the client and the hookInstance. Each
 * is in a form that can hold nothing else.
 */
final class LogContext {
    /** The header that tells, and is told, the id of a request. */
    static final String HEADER = "X-Request-Id";

    private static final String REQUEST_ID = "requestId";
    private static final String CLIENT = "client";
    private static final String HOOK_INSTANCE = "hookInstance";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{8,64}");

    private LogContext() {}

    /**
     * Begins a call.
     *
     * @param given the id that whoever calls gives it; any other text than an id counts as none
     * @return the id that it has
     */
    static String begin(@Nullable String given) {
        String id = Optional.ofNullable(given)
                .filter(text -> ID.matcher(text).matches())
                .orElseGet(() -> UUID.randomUUID().toString());
        MDC.put(REQUEST_ID, id);
        return id;
    }

    /** The client is known. */
    static void client(String id) {
        MDC.put(CLIENT, id);
    }

    /** The request could be read. */
    static void request(HookRequest request) {
        MDC.put(HOOK_INSTANCE, request.loggedInstance());
    }

    static void end() {
        MDC.remove(REQUEST_ID);
        MDC.remove(CLIENT);
        MDC.remove(HOOK_INSTANCE);
    }
}
