package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BodyRoomTest {
    private static final int MEGABYTE = 1_000_000;

    /** Room for two megabytes of bodies. */
    private final BodyRoom room = new BodyRoom(32L * MEGABYTE, MEGABYTE);

    @Test
    void bodies_that_together_are_larger_than_a_small_part_of_the_heap_wait_and_are_refused() {
        String answer = take(
                MEGABYTE / 2,
                () -> take(MEGABYTE, () -> {
                    assertThatThrownBy(() -> take(MEGABYTE, () -> "too many"))
                            .isInstanceOf(Unavailable.class)
                            .hasMessageContaining("room");
                    return take(MEGABYTE / 4, () -> "answer");
                }));

        assertThat(answer).isEqualTo("answer");
        assertThat(take(MEGABYTE, () -> take(MEGABYTE / 2, () -> "room again"))).isEqualTo("room again");
    }

    @Test
    void a_body_of_which_the_length_is_not_known_takes_that_of_the_longest() {
        take(
                MEGABYTE,
                () -> take(-1, () -> {
                    assertThatThrownBy(() -> take(MEGABYTE / 4, () -> "too many"))
                            .isInstanceOf(Unavailable.class);
                    return "";
                }));
    }

    @Test
    void the_longest_body_finds_room_in_a_small_heap_and_room_is_given_back_by_what_fails() {
        BodyRoom small = new BodyRoom(MEGABYTE, MEGABYTE);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> small.during(MEGABYTE, in(), () -> {
                        throw new IllegalStateException("work");
                    }))
                    .hasMessage("work");
        }
    }

    private String take(long bytes, java.util.function.Supplier<String> work) {
        return room.during(bytes, in(), work);
    }

    private static Deadline in() {
        return Deadline.in(Duration.ofMillis(20));
    }
}
