package dev.therapyfit.hooks.decision;

import java.util.Optional;

/** Keeps decisions so that a card's link can show why. Safe to use from many threads. */
public interface DecisionStore {
    void save(Decision decision);

    /** The decision of that id; empty if there is none, or it is kept no longer. */
    Optional<Decision> find(String id);
}
