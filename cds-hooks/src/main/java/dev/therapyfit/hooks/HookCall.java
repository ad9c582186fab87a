package dev.therapyfit.hooks;

import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.request.HookRequest;
import java.net.URI;
import java.time.Instant;
import java.util.function.Function;

/**
 * One call of a hook: what was asked, and all that the answer depends on besides.
 *
 * @param service the service that was called
 * @param request what was asked
 * @param client who asks
 * @param at evaluation time
 * @param deadline when the answer is wanted no longer: what is still being read is then incomplete, and what is still being
 *     evaluated is given up
 * @param decisionUrl gives the URL where a decision of that id can be seen
 */
public record HookCall(
        CdsService service,
        HookRequest request,
        Asker client,
        Instant at,
        Deadline deadline,
        Function<String, URI> decisionUrl) {
    /**
     * What the answer depends on of the client.
     *
     * @param id our name for it; it may be logged
     * @param jurisdiction where it practises, for example {@code US}
     * @param takesSelectionBehavior true if it knows {@code suggestion.actionSelectionBehavior} (CDS Hooks 3.0.0)
     * @param launchesApp true if its EHR can launch this service as a SMART app
     */
    public record Asker(String id, String jurisdiction, boolean takesSelectionBehavior, boolean launchesApp) {
        /** One whose EHR does not launch this service as an app. */
        public Asker(String id, String jurisdiction, boolean takesSelectionBehavior) {
            this(id, jurisdiction, takesSelectionBehavior, false);
        }
    }
}
