package dev.therapyfit.hooks.card;

import java.util.List;

/** The answer to a hook call. No cards means: evaluated, nothing to say. A failure is never an empty list. */
public record CdsResponse(List<Card> cards) {
    /** Nothing to say. */
    public static final CdsResponse NOTHING = new CdsResponse(List.of());
}
