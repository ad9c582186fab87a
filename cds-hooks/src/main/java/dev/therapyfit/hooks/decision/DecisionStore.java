package dev.therapyfit.hooks.decision;

import dev.therapyfit.hooks.deadline.Deadline;
import java.util.Optional;

/** Finds decisions so that a card's link can show why. Safe to use from many threads. */
public interface DecisionStore {
    /** The decision of that id; empty if there is none, or its data are kept no longer. */
    Optional<Decision> find(String id, Deadline deadline);
}
