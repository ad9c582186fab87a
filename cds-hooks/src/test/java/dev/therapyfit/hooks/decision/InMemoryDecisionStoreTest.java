package dev.therapyfit.hooks.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.hooks.decision.Decision.ContentVersion;
import dev.therapyfit.hooks.decision.Decision.Order;
import dev.therapyfit.hooks.decision.Decision.Preference;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InMemoryDecisionStoreTest {
    @Test
    void a_decision_is_found_by_its_id_only() {
        InMemoryDecisionStore store = new InMemoryDecisionStore(10);
        store.save(decision("a"));

        assertThat(store.find("a")).contains(decision("a"));
        assertThat(store.find("b")).isEmpty();
    }

    @Test
    void no_more_are_kept_than_asked_for() throws InterruptedException {
        InMemoryDecisionStore store = new InMemoryDecisionStore(10);
        IntStream.range(0, 1_000).forEach(i -> store.save(decision("d" + i)));

        // Caffeine tidies up a moment later, in the background.
        long kept = kept(store);
        for (int i = 0; i < 100 && kept > 10; i++) {
            Thread.sleep(20);
            kept = kept(store);
        }
        assertThat(kept).isBetween(1L, 10L);
    }

    private static long kept(InMemoryDecisionStore store) {
        return IntStream.range(0, 1_000)
                .filter(i -> store.find("d" + i).isPresent())
                .count();
    }

    private static Decision decision(String id) {
        return new Decision(
                id,
                Instant.EPOCH,
                new ContentVersion("Toy", "1", "x"),
                "Patient/1",
                new Order(null, "none"),
                "wait",
                "",
                1,
                false,
                List.of(),
                "not-applicable",
                List.of(),
                new Preference("unknown", "", List.of()),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }
}
