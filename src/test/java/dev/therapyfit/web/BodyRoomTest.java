package dev.therapyfit.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BodyRoomTest {
    private static final int MEGABYTE = 1_000_000;

    /** Room for four megabytes of bodies, two of one client. */
    private final BodyRoom room = new BodyRoom(64L * MEGABYTE, MEGABYTE);

    @Test
    void bodies_that_together_are_larger_than_a_small_part_of_the_heap_are_refused() {
        String answer = take(
                "a",
                MEGABYTE,
                () -> take(
                        "a",
                        MEGABYTE / 2,
                        () -> take(
                                "b",
                                MEGABYTE,
                                () -> take("b", MEGABYTE / 2, () -> {
                                    assertRefused("c", MEGABYTE);
                                    return take("c", MEGABYTE / 2, () -> "answer");
                                }))));

        assertThat(answer).isEqualTo("answer");
        assertThat(take("c", MEGABYTE, () -> "room again")).isEqualTo("room again");
    }

    @Test
    void one_client_takes_half_of_it_and_leaves_the_rest_to_others() {
        take(
                "a",
                MEGABYTE,
                () -> take("a", MEGABYTE / 2, () -> {
                    assertRefused("a", MEGABYTE);
                    return take("b", MEGABYTE, () -> "");
                }));
    }

    @Test
    void a_body_of_which_the_length_is_not_known_takes_that_of_the_longest() {
        take(
                "a",
                MEGABYTE / 2,
                () -> take("a", -1, () -> {
                    assertRefused("a", MEGABYTE);
                    return "";
                }));
    }

    @Test
    void two_of_the_longest_find_room_in_a_small_heap_and_what_fails_gives_its_room_back() {
        BodyRoom small = new BodyRoom(MEGABYTE, MEGABYTE);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> small.during(
                            "a",
                            MEGABYTE,
                            soon(),
                            () -> small.during("b", MEGABYTE, soon(), () -> {
                                throw new IllegalStateException("work");
                            })))
                    .hasMessage("work");
        }
    }

    private void assertRefused(String client, long bytes) {
        assertThatThrownBy(() -> take(client, bytes, () -> "too much"))
                .isInstanceOf(Unavailable.class)
                .hasMessageContaining("room");
    }

    private String take(String client, long bytes, Supplier<String> work) {
        return room.during(client, bytes, soon(), work);
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofMillis(20));
    }
}
