package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.cql.evaluation.Inputs;
import dev.therapyfit.cql.fhir.Json;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.record.Origin;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.decision.DecisionInputs;
import dev.therapyfit.web.RecentInputs.Recent;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentInputsTest {
    private static final Recent ONE = recent(100);

    private final AtomicLong now = new AtomicLong();
    private final RecentInputs recent = new RecentInputs(Duration.ofMinutes(30), 1_000, now::get);

    /** One of so many characters. */
    private static Recent recent(int characters) {
        Resource patient = Resource.of("Patient").with("id", "");
        int bare = Json.of(patient).length();
        PatientRecord record = PatientRecord.builder()
                .add(patient.with("id", "p".repeat(characters - bare)), Origin.PREFETCH)
                .build();
        return new Recent(
                new DecisionInputs(record, new Inputs("US", List.of()), Instant.EPOCH),
                List.of(URI.create("https://ehr.example/fhir")));
    }

    @Test
    void the_newest_is_always_kept_and_the_oldest_go_first() {
        for (int i = 0; i < 1_000; i++) {
            recent.keep("d" + i, ONE);
            assertThat(recent.find("d" + i)).isPresent();
        }
        assertThat(recent.find("d990")).isPresent();
        assertThat(recent.find("d989")).isEmpty();
    }

    @Test
    void one_that_is_larger_than_all_room_is_not_kept() {
        recent.keep("small", ONE);
        recent.keep("large", recent(1_001));

        assertThat(recent.find("large")).isEmpty();
        recent.keep("next", ONE);
        assertThat(recent.find("next")).isPresent();
    }

    @Test
    void they_are_kept_for_a_while() {
        recent.keep("d1", ONE);
        now.addAndGet(Duration.ofMinutes(29).toNanos());
        assertThat(recent.find("d1")).isPresent();
        now.addAndGet(Duration.ofMinutes(1).toNanos());

        assertThat(recent.find("d1")).isEmpty();
        recent.expire();
        for (int i = 0; i < 10; i++) {
            recent.keep("later" + i, ONE);
        }
        assertThat(recent.find("later0")).as("the old one takes no room").isPresent();
    }

    @Test
    void they_are_those_of_one_ehr() {
        assertThat(ONE.isOf(URI.create("https://EHR.example:443/fhir/"))).isTrue();
        assertThat(ONE.isOf(URI.create("https://other.example/fhir"))).isFalse();
    }
}
