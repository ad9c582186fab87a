package dev.therapyfit.journal.storage;

import static dev.therapyfit.journal.storage.Answered.AT;
import static dev.therapyfit.journal.storage.Answered.answer;
import static dev.therapyfit.journal.storage.Answered.call;
import static dev.therapyfit.journal.storage.Answered.hookCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditEntry.Kind;
import dev.therapyfit.journal.feedback.Feedback;
import dev.therapyfit.journal.feedback.Feedback.Coding;
import dev.therapyfit.journal.feedback.Feedback.Outcome;
import dev.therapyfit.journal.feedback.Feedback.OverrideReason;
import dev.therapyfit.journal.feedback.FeedbackStore.CardHolder;
import dev.therapyfit.journal.feedback.FeedbackStore.Refusal;
import dev.therapyfit.journal.feedback.FeedbackStore.Reviewed;
import dev.therapyfit.journal.feedback.FeedbackStore.Wrong;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every port on every database that there is here. */
@ParameterizedClass
@MethodSource("dev.therapyfit.journal.storage.TestDatabase#kinds")
class StorageTest {
    private static final Instant NOW = AT.plusSeconds(5);
    private static final CardHolder EHR = new CardHolder("ehr", "toy");

    @Parameter
    private TestDatabase.Kind kind = TestDatabase.Kind.H2;

    private TestDatabase database;
    private Storage storage;

    @BeforeEach
    void open() throws IOException, SQLException {
        database = TestDatabase.of(kind);
        storage = at(NOW);
    }

    @AfterEach
    void close() throws IOException, SQLException {
        storage.close();
        database.close();
    }

    private Storage at(Instant now) {
        return Storage.open(database.settings(), Clock.fixed(now, ZoneOffset.UTC));
    }

    /** The same database at another time, as after a restart. */
    private void reopen(Instant now) {
        storage.close();
        storage = at(now);
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(10));
    }

    @Nested
    class Answers {
        @Test
        void a_decision_is_found_again_digit_by_digit() {
            storage.answers().keep(answer("one"), hookCall("one"), soon());
            reopen(NOW);

            assertThat(storage.decisions().find("one", soon())).contains(Answered.decision("one"));
            assertThat(storage.decisions().find("two", soon())).isEmpty();
            assertThat(storage.decisions().find("o\0ne' or '1'='1", soon())).isEmpty();
        }

        @Test
        void the_entry_of_the_audit_lies_beside_it() {
            storage.answers().keep(answer("one"), hookCall("one"), soon());

            assertThat(trail()).containsExactly(hookCall("one").entry(200));
        }

        @Test
        void without_a_card_nothing_of_the_patient_is_kept() {
            storage.answers().keep(Answered.silent("one"), hookCall("one"), soon());

            assertThat(storage.decisions().find("one", soon())).isEmpty();
            assertThat(trail()).hasSize(1);
        }

        @Test
        void an_answer_that_cannot_be_kept_leaves_no_entry() {
            storage.answers().keep(answer("one"), hookCall("one"), soon());

            assertThatThrownBy(() -> storage.answers().keep(answer("one"), hookCall("one"), soon()))
                    .isInstanceOf(RuntimeException.class);
            assertThat(trail()).hasSize(1);
        }

        @Test
        void of_many_that_come_at_once_all_are_kept_but_the_one_that_cannot_be() throws Exception {
            storage.answers().keep(answer("there"), hookCall("there"), soon());
            ExecutorService callers = Executors.newFixedThreadPool(40);
            try {
                List<Callable<Boolean>> calls = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    String id = i == 17 ? "there" : "one-" + i;
                    calls.add(() -> {
                        storage.answers().keep(answer(id), hookCall(id), soon());
                        return true;
                    });
                }
                List<Future<Boolean>> kept = callers.invokeAll(calls);
                for (int i = 0; i < 40; i++) {
                    Future<Boolean> one = kept.get(i);
                    if (i == 17) {
                        assertThatThrownBy(one::get).hasCauseInstanceOf(RuntimeException.class);
                    } else {
                        assertThat(one.get()).isTrue();
                    }
                }
            } finally {
                callers.shutdownNow();
            }
            reopen(NOW);
            assertThat(trail()).hasSize(40);
            assertThat(storage.decisions().find("one-39", soon())).isPresent();
        }

        @Test
        void texts_of_a_client_may_hold_anything() {
            var strange = new dev.therapyfit.journal.Answer(
                    "ehr",
                    "toy",
                    "order-select",
                    "\0'\uD83D\uDE00\uD800".repeat(1000),
                    Answered.decision("one"),
                    answer("one").response());
            var audited = call(Kind.HOOK);
            audited.by("ehr", Optional.of("\uDE00\uD83D"));
            audited.asked(
                    "order-select", "\0\uD800".repeat(300), "\uD83D\uDE00".repeat(5000), "Patient/" + "9".repeat(64));
            audited.decided("one");

            storage.answers().keep(strange, audited, soon());

            assertThat(storage.decisions().find("one", soon())).isPresent();
            AuditEntry entry = trail().get(0);
            assertThat(entry.userId()).contains("\uD83D\uDE00".repeat(127) + "\uFFFD");
            assertThat(entry.tenant()).contains("\uFFFD\uFFFD");
            assertThat(entry.hookInstance()).contains("\uFFFD".repeat(255));
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(entry.toString()))
                    .as("it can be exported")
                    .isTrue();
        }
    }

    @Nested
    class FeedbackOfCards {
        @BeforeEach
        void answered() {
            storage.answers().keep(answer("one", "s1", "s2"), hookCall("one"), soon());
            storage.answers().keep(answer("two", "s3"), hookCall("two"), soon());
        }

        private static Feedback accepted(String card, String... suggestions) {
            return new Feedback(card, Outcome.ACCEPTED, List.of(suggestions), Optional.empty(), AT);
        }

        private static Feedback overridden(String card, Optional<String> comment) {
            return new Feedback(
                    card,
                    Outcome.OVERRIDDEN,
                    List.of(),
                    Optional.of(new OverrideReason(
                            Optional.of(new Coding("https://toy.example/why", "cold", Optional.of("Too cold"))),
                            comment)),
                    AT.plusMillis(7));
        }

        private Optional<Refusal> keep(CardHolder from, Feedback... feedback) {
            return storage.feedback().keep(from, List.of(feedback), call(Kind.FEEDBACK), soon());
        }

        private List<Reviewed> reviewed() {
            return storage.feedback().review(Instant.EPOCH, NOW.plusSeconds(1));
        }

        @Test
        void everything_that_was_sent_is_kept_over_a_restart() {
            String faces = "\uD83D\uDE00".repeat(3_990);
            assertThat(keep(
                            EHR,
                            accepted("one-card", "s2", "s1", "s2"),
                            overridden("two-card", Optional.of(faces + "no \0 cup"))))
                    .isEmpty();
            reopen(NOW.plusSeconds(9));

            assertThat(reviewed()).hasSize(2);
            assertThat(reviewed().get(0).feedback()).isEqualTo(accepted("one-card", "s1", "s2"));
            assertThat(reviewed().get(1).feedback())
                    .isEqualTo(overridden("two-card", Optional.of(faces + "no \uFFFD cup")));
            assertThat(reviewed().get(1).outcome()).isEqualTo("drink");
            assertThat(reviewed().get(1).states().byPart().get("reasons")).containsEntry("M1", "met");
            assertThat(storage.feedback().review(NOW.plusSeconds(1), NOW.plusSeconds(2)))
                    .isEmpty();
        }

        @Test
        void what_is_sent_again_is_kept_once_and_a_second_thought_beside_the_first() {
            keep(EHR, accepted("one-card", "s1"), accepted("one-card", "s1"));
            keep(EHR, accepted("one-card", "s1"));
            assertThat(reviewed()).hasSize(1);

            keep(EHR, overridden("one-card", Optional.empty()));
            keep(EHR, overridden("one-card", Optional.of("cold")));
            keep(EHR, accepted("one-card", "s1"));

            assertThat(reviewed())
                    .extracting(one -> one.feedback().outcome().code())
                    .containsExactly("accepted", "overridden", "overridden");
        }

        @Test
        void a_card_of_nobody_another_client_or_another_service_is_refused_alike() {
            assertThat(keep(EHR, accepted("one-card", "s1"), accepted("zz-card", "s1")))
                    .contains(new Refusal(1, Wrong.CARD));
            assertThat(keep(new CardHolder("other", "toy"), accepted("one-card", "s1")))
                    .contains(new Refusal(0, Wrong.CARD));
            assertThat(keep(new CardHolder("ehr", "other"), accepted("one-card", "s1")))
                    .contains(new Refusal(0, Wrong.CARD));
            assertThat(keep(EHR, accepted("\0", "s1"))).contains(new Refusal(0, Wrong.CARD));

            assertThat(reviewed()).isEmpty();
            assertThat(trail()).allMatch(entry -> entry.kind() == Kind.HOOK);
        }

        @Test
        void a_suggestion_of_another_card_is_refused_and_with_it_all_that_came_along() {
            assertThat(keep(EHR, accepted("one-card", "s1"), accepted("one-card", "s2", "s3")))
                    .contains(new Refusal(1, Wrong.SUGGESTION, 1));

            assertThat(reviewed()).isEmpty();
        }

        @Test
        void a_card_that_is_erased_while_feedback_comes_is_refused_as_one_that_is_not_there() throws Exception {
            assumeThat(kind).as("to an H2 file one writes at a time").isEqualTo(TestDatabase.Kind.POSTGRESQL);
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try (TestDatabase.Transaction erasure = database.begin("delete from card where uuid = 'one-card'")) {
                Future<Optional<Refusal>> kept =
                        thread.submit(() -> keep(EHR, accepted("two-card", "s3"), accepted("one-card", "s1")));
                Thread.sleep(500); // it has found the card, and waits for the end of the erasure
                assertThat(kept.isDone()).isFalse();
                erasure.commit();

                assertThat(kept.get(10, TimeUnit.SECONDS)).contains(new Refusal(1, Wrong.CARD));
            } finally {
                thread.shutdownNow();
            }
            assertThat(reviewed()).isEmpty();
        }

        @Test
        void the_audit_tells_for_each_decision_about_whom_it_was() {
            keep(EHR, accepted("one-card", "s1"), accepted("two-card", "s3"), overridden("one-card", Optional.empty()));

            assertThat(trail())
                    .filteredOn(entry -> entry.kind() == Kind.FEEDBACK)
                    .hasSize(2)
                    .allSatisfy(entry -> {
                        assertThat(entry.patient()).contains("Patient/zz-patient");
                        assertThat(entry.clientId()).contains("ehr");
                        assertThat(entry.status()).isEqualTo(200);
                    })
                    .extracting(entry -> entry.decisionId().orElse(""))
                    .containsExactly("one", "two");
        }
    }

    @Nested
    class Tokens {
        @Test
        void a_token_is_used_once_whatever_the_replica_and_over_a_restart() {
            assertThat(storage.usedTokens().firstUse("https://a.example", "1", NOW.plusSeconds(60), soon()))
                    .isTrue();
            assertThat(storage.usedTokens().firstUse("https://a.example", "1", NOW.plusSeconds(60), soon()))
                    .isFalse();
            assertThat(storage.usedTokens().firstUse("https://b.example", "1", NOW.plusSeconds(60), soon()))
                    .isTrue();
            reopen(NOW);

            assertThat(storage.usedTokens().firstUse("https://a.example", "1", NOW.plusSeconds(60), soon()))
                    .isFalse();
        }

        @Test
        void a_token_is_remembered_longer_than_it_is_valid_since_clocks_of_replicas_differ() {
            storage.usedTokens().firstUse("https://a.example", "1", NOW.plusSeconds(60), soon());
            reopen(NOW.plusSeconds(60).plus(Duration.ofMinutes(10)));
            assertThat(storage.erase().tokens()).isZero();

            reopen(NOW.plusSeconds(60).plus(Duration.ofMinutes(10)).plusMillis(1));
            assertThat(storage.erase().tokens()).isEqualTo(1);
        }

        @Test
        void of_many_at_the_same_time_one_is_the_first() throws Exception {
            ExecutorService threads = Executors.newFixedThreadPool(16);
            try {
                List<Callable<Boolean>> uses = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    uses.add(
                            () -> storage.usedTokens().firstUse("https://a.example", "1", NOW.plusSeconds(60), soon()));
                }
                int first = 0;
                for (Future<Boolean> use : threads.invokeAll(uses)) {
                    first += use.get() ? 1 : 0;
                }
                assertThat(first).isEqualTo(1);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Nested
    class Keys {
        @Test
        void the_key_of_links_is_made_once() {
            byte[] key = storage.linkKey();
            reopen(NOW);

            assertThat(key).hasSize(32);
            assertThat(storage.linkKey()).isEqualTo(key);
        }
    }

    @Nested
    class Trail {
        @Test
        void entries_of_refused_calls_are_written_soon_and_read_in_the_order_of_time() {
            for (int i = 0; i < 2500; i++) {
                storage.audit().add(entry(AT.plusMillis(i % 100), i));
            }
            reopen(NOW);

            List<AuditEntry> read = trail();
            assertThat(read).hasSize(2500).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
            assertThat(read).extracting(AuditEntry::status).doesNotHaveDuplicates();
            assertThat(read).allSatisfy(entry -> {
                assertThat(entry.address()).contains("2001:db8::7");
                assertThat(entry.calls()).isEqualTo(entry.status() + 1);
            });
            List<AuditEntry> some = new ArrayList<>();
            storage.audit().read(AT, AT.plusMillis(1), some::add);
            assertThat(some).hasSize(25);
        }

        private static AuditEntry entry(Instant at, int status) {
            return new AuditEntry(
                    at,
                    Kind.HOOK,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("2001:db8::7"),
                    Optional.empty(),
                    Optional.of("toy"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    status,
                    status + 1);
        }
    }

    @Nested
    class Ends {
        @BeforeEach
        void kept() {
            for (int i = 0; i < 510; i++) {
                storage.answers().keep(answer("d" + i, "s" + i), hookCall("d" + i), soon());
            }
            storage.feedback()
                    .keep(
                            EHR,
                            List.of(new Feedback("d7-card", Outcome.ACCEPTED, List.of("s7"), Optional.empty(), AT)),
                            call(Kind.FEEDBACK),
                            soon());
            storage.usedTokens().firstUse("https://a.example", "1", NOW.plusSeconds(60), soon());
        }

        @Test
        void nothing_is_erased_before_its_time() {
            assertThat(storage.erase()).isEqualTo(new Erased(0, 0, 0, 0));
        }

        @Test
        void the_patient_s_data_go_with_the_link_and_the_rest_stays() {
            reopen(NOW.plus(Duration.ofHours(24)).plusMillis(1));

            assertThat(storage.erase()).isEqualTo(new Erased(510, 0, 1, 0));
            assertThat(storage.decisions().find("d7", soon())).isEmpty();
            assertThat(storage.feedback().review(Instant.EPOCH, NOW.plusSeconds(1)))
                    .hasSize(1);
            assertThat(storage.feedback()
                            .keep(
                                    EHR,
                                    List.of(new Feedback(
                                            "d8-card", Outcome.ACCEPTED, List.of("s8"), Optional.empty(), AT)),
                                    call(Kind.FEEDBACK),
                                    soon()))
                    .isEmpty();
        }

        @Test
        void a_decision_goes_with_its_cards_and_feedback_and_the_audit_stays_until_its_own_end() {
            reopen(NOW.plus(Duration.ofDays(90)).plusMillis(1));
            assertThat(storage.erase()).isEqualTo(new Erased(510, 510, 1, 0));
            assertThat(storage.feedback().review(Instant.EPOCH, NOW.plusSeconds(1)))
                    .isEmpty();

            reopen(AT.plus(Duration.ofDays(365)).plusMillis(1));
            assertThat(storage.erase()).isEqualTo(new Erased(0, 0, 0, 511));
            assertThat(trail()).isEmpty();
        }

        @Test
        void two_replicas_may_erase_at_the_same_time() throws Exception {
            reopen(NOW.plus(Duration.ofDays(91)));
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                Future<Erased> one = threads.submit(() -> storage.erase());
                Future<Erased> two = threads.submit(() -> storage.erase());
                assertThat(one.get().decisions() + two.get().decisions()).isEqualTo(510);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    private List<AuditEntry> trail() {
        List<AuditEntry> entries = new ArrayList<>();
        storage.audit().read(Instant.EPOCH, NOW.plusSeconds(1), entries::add);
        return entries;
    }
}
