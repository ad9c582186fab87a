package dev.therapyfit.hooks.decision;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;

/** The most recent decisions of this run, in memory. */
public final class InMemoryDecisionStore implements DecisionStore {
    private final Cache<String, Decision> decisions;

    /**
     * @param most how many are kept; the least used leave first
     */
    public InMemoryDecisionStore(int most) {
        this.decisions = Caffeine.newBuilder().maximumSize(most).build();
    }

    @Override
    public void save(Decision decision) {
        decisions.put(decision.id(), decision);
    }

    @Override
    public Optional<Decision> find(String id) {
        return Optional.ofNullable(decisions.getIfPresent(id));
    }
}
