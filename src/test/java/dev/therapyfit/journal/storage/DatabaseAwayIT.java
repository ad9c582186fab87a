package dev.therapyfit.journal.storage;

import static dev.therapyfit.journal.storage.Answered.answer;
import static dev.therapyfit.journal.storage.Answered.hookCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.journal.audit.AuditEntry;
import dev.therapyfit.journal.audit.AuditEntry.Kind;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** PostgreSQL that is stopped, that hangs, and that comes back. */
@Timeout(60)
@EnabledIfEnvironmentVariable(named = "THERAPY_FIT_TEST_JDBC_URL", matches = ".+")
class DatabaseAwayIT {
    /** What a call may take: its time, and the shortest wait of the pool. */
    private static final Duration TIME = Duration.ofMillis(300);

    private static final Duration LONGEST = Duration.ofMillis(900);

    private TestDatabase database;
    private Relay relay;
    private Storage storage;

    @BeforeEach
    void open() throws IOException, SQLException {
        database = TestDatabase.of(TestDatabase.Kind.POSTGRESQL);
        relay = new Relay(database.settings().url());
        storage = Storage.open(
                TestDatabase.settings(
                        relay.url(database.settings().url()),
                        database.settings().user(),
                        database.settings().password()),
                Clock.systemUTC());
        keep("before");
    }

    @AfterEach
    void close() throws IOException, SQLException {
        relay.freeze(false);
        storage.close();
        relay.close();
        database.close();
    }

    private void keep(String id) {
        storage.answers().keep(answer(id), hookCall(id), Deadline.in(TIME));
    }

    private void assertRefusedInTime(String id) {
        assertRefusedInTime(() -> keep(id));
    }

    private static void assertRefusedInTime(ThrowingCallable call) {
        long start = System.nanoTime();
        Throwable failure = catchThrowable(call);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONGEST);
        assertThat(failure).isInstanceOf(Unavailable.class).hasNoCause();
    }

    private void awaitKept(String id) throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            String attempt = id + i;
            if (catchThrowable(() -> keep(attempt)) == null) {
                return;
            }
            Thread.sleep(50);
        }
        keep(id);
    }

    @Test
    void a_database_that_was_stopped_is_told_at_once_and_used_again_when_it_is_back() throws Exception {
        relay.cut();
        for (int i = 0; i < 5; i++) {
            assertRefusedInTime("away" + i);
        }
        assertThatThrownBy(
                        () -> storage.usedTokens().firstUse("https://a.example", "1", Instant.EPOCH, Deadline.in(TIME)))
                .isInstanceOf(Unavailable.class);

        relay.join();

        awaitKept("after");
        assertThat(storage.decisions().find("before", Deadline.in(TIME))).isPresent();
    }

    @Test
    void a_database_that_hangs_holds_no_call_beyond_its_time_however_many_there_are() throws Exception {
        relay.freeze(true);
        ExecutorService callers = Executors.newFixedThreadPool(40);
        try {
            CountDownLatch together = new CountDownLatch(40);
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String id = "frozen" + i;
                calls.add(callers.submit(() -> {
                    together.countDown();
                    assertRefusedInTime(id);
                }));
                calls.add(callers.submit(() -> assertRefusedInTime(
                        () -> storage.usedTokens().firstUse(id, "1", Instant.EPOCH, Deadline.in(TIME)))));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } finally {
            callers.shutdownNow();
        }

        relay.freeze(false);

        awaitKept("after");
    }

    @Test
    void entries_of_the_audit_wait_for_the_database() throws Exception {
        relay.cut();
        AuditEntry refused = hookCall("refused").entry(503);
        storage.audit().add(refused);
        relay.join();
        awaitKept("after");

        List<AuditEntry> entries = new ArrayList<>();
        for (int i = 0; i < 100 && !entries.contains(refused); i++) {
            Thread.sleep(50);
            entries.clear();
            storage.audit().read(Answered.AT.minusSeconds(1), Answered.AT.plusSeconds(1), entries::add);
        }
        assertThat(entries).contains(refused).allMatch(entry -> entry.kind() == Kind.HOOK);
    }

    @Test
    void a_start_without_its_database_says_so_in_one_line_without_secrets() throws Exception {
        relay.cut();
        StorageSettings settings =
                TestDatabase.settings(relay.url(database.settings().url()), "therapyfit", "zz-password");

        assertThatThrownBy(() -> Storage.open(settings, Clock.systemUTC()))
                .isInstanceOf(StorageFailure.class)
                .hasNoCause()
                .hasMessageStartingWith("the database jdbc:postgresql://127.0.0.1:")
                .hasMessageContaining("therapy-fit.storage.url")
                .hasMessageNotContaining("zz-password")
                .hasMessageNotContaining("\n");
    }

    @Test
    void a_user_that_the_database_refuses_is_named() {
        StorageSettings settings =
                TestDatabase.settings(database.settings().url(), "nobody_of_this_name", "zz-password");

        assertThatThrownBy(() -> Storage.open(settings, Clock.systemUTC()))
                .isInstanceOf(StorageFailure.class)
                .hasMessageContaining("refuses user nobody_of_this_name")
                .hasMessageNotContaining("zz-password");
    }
}
