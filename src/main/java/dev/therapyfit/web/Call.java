package dev.therapyfit.web;

import dev.therapyfit.clients.Client;
import dev.therapyfit.hooks.deadline.Deadline;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * A call that was admitted.
 *
 * @param client who calls
 * @param deadline when the answer is wanted no longer
 */
record Call(Client client, Deadline deadline) {
    /** The one that was admitted with this request, if it was. */
    static Optional<Call> of(HttpServletRequest request) {
        return Optional.ofNullable((Call) request.getAttribute(Call.class.getName()));
    }

    void admit(HttpServletRequest request) {
        request.setAttribute(Call.class.getName(), this);
    }
}
