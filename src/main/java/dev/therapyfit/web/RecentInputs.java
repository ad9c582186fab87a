package dev.therapyfit.web;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import dev.therapyfit.hooks.decision.DecisionInputs;
import java.time.Duration;
import java.util.Optional;

/**
 * What the last decisions were made from, so that whoever has the link of one can try answers. Only in memory, for a
 * while, and within bounds.
 */
public final class RecentInputs {
    private final Cache<String, DecisionInputs> byDecision;

    /**
     * @param lasting how long they are kept; zero: not at all
     * @param resources how many resources of patients are kept at most, all together
     */
    public RecentInputs(Duration lasting, int resources) {
        this.byDecision = Caffeine.newBuilder()
                .expireAfterWrite(lasting)
                .scheduler(Scheduler.systemScheduler())
                .maximumWeight(resources)
                .weigher((String id, DecisionInputs inputs) ->
                        inputs.record().facts().size())
                .build();
    }

    /** Keeps those of a decision. */
    public void keep(String decision, DecisionInputs inputs) {
        byDecision.put(decision, inputs);
    }

    /** Those of a decision; empty if they are kept no longer. */
    public Optional<DecisionInputs> find(String decision) {
        return Optional.ofNullable(byDecision.getIfPresent(decision));
    }
}
