package dev.therapyfit.reliability.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.reliability.ExpectedAnswers;
import dev.therapyfit.reliability.SigningClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Two services on one PostgreSQL behind nginx are one service. {@code .ci/run} brings both programs. */
@EnabledIfEnvironmentVariable(named = "THERAPY_FIT_TEST_REPLICAS", matches = "true")
@Timeout(300)
class ReplicasIT {
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00Z");
    private static final int CALLS = 60;
    private static final Duration LONGEST = Duration.ofMinutes(2);

    @Test
    void give_the_same_answers_and_keep_every_feedback_when_one_is_killed(@TempDir Path folder) throws Exception {
        SigningClient client = new SigningClient();
        try (Replicas replicas = Replicas.start(folder, client, "", AT);
                Traffic traffic = Traffic.start(
                        replicas.base(),
                        ExpectedAnswers.of(Path.of("cql"), "US", AT).calls(),
                        client,
                        2)) {
            traffic.untilAcknowledged(CALLS, LONGEST);
            replicas.kill(0);
            traffic.untilAcknowledged(CALLS * 2, LONGEST);
            replicas.restart(0);
            traffic.untilAcknowledged(CALLS * 3, LONGEST);
            traffic.end();

            assertThat(traffic.wrong()).isEmpty();
            assertThat(traffic.outcomes().keySet())
                    .as("the killed replica's calls may be refused as replayed, and a replica that starts says so")
                    .isSubsetOf("call 200", "feedback 200", "call 401", "feedback 401", "call 503", "feedback 503");
            assertThat(Set.of(replicas.database()
                            .query("select distinct card_uuid from feedback")
                            .split("\n")))
                    .containsAll(traffic.acknowledged());
        }
    }
}
