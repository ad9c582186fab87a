package dev.therapyfit.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {
    private static final Instant AT = Instant.parse("2026-06-15T09:00:00.123Z");

    @Test
    void an_id_is_a_uuid_of_version_7_that_holds_its_time() {
        String id = at(AT).get();

        assertThat(UUID.fromString(id).version()).isEqualTo(7);
        assertThat(UUID.fromString(id).variant()).isEqualTo(2);
        assertThat(UUID.fromString(id).getMostSignificantBits() >>> 16).isEqualTo(AT.toEpochMilli());
    }

    @Test
    void ids_sort_by_time_as_texts() {
        List<String> ids = Stream.of(0, 1, 1_000, 1_000_000_000)
                .map(later -> at(AT.plusMillis(later)).get())
                .toList();

        assertThat(ids).isSorted();
    }

    @Test
    void ids_of_one_moment_are_different() {
        TimeOrderedIds ids = at(AT);
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            made.add(ids.get());
        }

        assertThat(made).hasSize(10_000);
    }

    private static TimeOrderedIds at(Instant instant) {
        return new TimeOrderedIds(Clock.fixed(instant, ZoneOffset.UTC));
    }
}
