package dev.therapyfit.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** When a key set is read, when it is read again, and when what was read before has to do. Time is given, not waited. */
class KeySetsTest {
    private static final URI URL = URI.create("https://ehr.example/jwks.json");
    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
    private static final ECKey OLD = Tokens.ecKey("old");
    private static final ECKey NEW = Tokens.ecKey("new");

    private static final Logger LOGGER = (Logger) LoggerFactory.getLogger(KeySets.class);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final AtomicInteger reads = new AtomicInteger();
    private String answer = Tokens.keySet(OLD);
    private Instant now = START;

    private final KeySets keySets = new KeySets(this::read, Runnable::run);

    private byte[] read(URI url, Deadline deadline) throws IOException {
        reads.incrementAndGet();
        if (answer.isEmpty()) {
            throw new IOException("zz-secret");
        }
        return answer.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void listen() {
        log.start();
        LOGGER.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        LOGGER.detachAppender(log);
    }

    @Test
    void a_set_that_was_read_ahead_is_there_when_the_first_call_comes() {
        keySets.readAhead(URL, START);
        keySets.readAhead(URL, START);
        answer = "";

        assertThat(keys("old")).hasSize(1);
        assertThat(reads).hasValue(1);
    }

    @Test
    void a_set_is_read_once_while_it_is_fresh() {
        for (int i = 0; i < 5; i++) {
            assertThat(keys("old")).hasSize(1);
            now = now.plus(KeySets.FRESH.dividedBy(6));
        }
        assertThat(reads).hasValue(1);

        now = START.plus(KeySets.FRESH);
        assertThat(keys("old")).hasSize(1);
        assertThat(reads).hasValue(2);
    }

    @Test
    void a_key_that_was_withdrawn_is_known_no_longer_than_the_set_is_fresh() {
        assertThat(keys("old")).hasSize(1);
        answer = Tokens.keySet(NEW);

        now = START.plus(KeySets.FRESH);
        assertThat(keys("old")).isEmpty();
        assertThat(keys("new")).hasSize(1);
    }

    @Test
    void a_key_that_is_new_is_looked_for_at_once_and_then_after_a_pause() {
        assertThat(keys("old")).hasSize(1);
        now = now.plus(KeySets.PAUSE);
        assertThat(keys("new")).isEmpty();
        assertThat(reads).hasValue(2);

        answer = Tokens.keySet(OLD, NEW);
        for (int i = 0; i < 100; i++) {
            assertThat(keys("new")).as("within the pause").isEmpty();
        }
        assertThat(reads).hasValue(2);

        now = now.plus(KeySets.PAUSE);
        assertThat(keys("new")).hasSize(1);
        assertThat(keys("old")).hasSize(1);
        assertThat(reads).hasValue(3);
    }

    @Test
    void a_url_that_does_not_answer_is_borne_with_while_the_last_set_is_young() {
        assertThat(keys("old")).hasSize(1);
        answer = "";

        now = START.plus(KeySets.USABLE).minusSeconds(1);
        assertThat(keys("old")).hasSize(1);
        now = START.plus(KeySets.USABLE);
        assertThatThrownBy(() -> keys("old")).isInstanceOf(Unavailable.class).hasMessageNotContaining("zz-");

        answer = Tokens.keySet(OLD);
        now = now.plus(KeySets.PAUSE);
        assertThat(keys("old")).hasSize(1);
    }

    @Test
    void an_answer_that_is_no_key_set_is_as_none() {
        answer = "<html>zz-secret</html>";
        assertThatThrownBy(() -> keys("old")).isInstanceOf(Unavailable.class).hasMessageNotContaining("zz-");
        assertThatThrownBy(() -> keys("old")).isInstanceOf(Unavailable.class);
        assertThat(reads).hasValue(1);

        answer = Tokens.keySet(OLD);
        now = now.plus(KeySets.PAUSE_WITHOUT);
        assertThat(keys("old")).hasSize(1);
    }

    @Test
    void a_call_waits_for_a_part_of_its_time_only_and_the_next_finds_the_set() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            KeySets slow = new KeySets(
                    (url, deadline) -> {
                        awaitQuietly(answered);
                        return read(url, deadline);
                    },
                    threads);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> slow.matching(URL, matcher("old"), now, Deadline.in(Duration.ofMillis(40))))
                        .isInstanceOf(Unavailable.class);
            }
            answered.countDown();
            assertThat(slow.matching(URL, matcher("old"), now, Deadline.in(Duration.ofSeconds(20))))
                    .hasSize(1);
            assertThat(reads).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void a_url_that_hangs_slows_one_call_a_little_while_its_last_set_is_usable() throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(2);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            KeySets hanging = new KeySets(
                    (url, deadline) -> {
                        asked.countDown();
                        if (asked.getCount() == 0) {
                            awaitQuietly(answered);
                        }
                        return read(url, deadline);
                    },
                    threads);
            assertThat(hanging.matching(URL, matcher("old"), now, Deadline.in(Duration.ofSeconds(20))))
                    .hasSize(1);
            now = now.plus(KeySets.FRESH);
            Duration hour = Duration.ofHours(1);
            assertThat(hanging.matching(URL, matcher("old"), now, Deadline.in(Duration.ofMillis(400))))
                    .hasSize(1);
            asked.await();

            // Nobody else waits, however much time there is, but for a key that the set lacks.
            for (int i = 0; i < 10; i++) {
                assertThat(hanging.matching(URL, matcher("old"), now, Deadline.in(hour)))
                        .hasSize(1);
            }
            assertThatThrownBy(() -> hanging.matching(URL, matcher("new"), now, Deadline.in(Duration.ofMillis(40))))
                    .isInstanceOf(Unavailable.class);

            answer = Tokens.keySet(NEW);
            answered.countDown();
            assertThat(hanging.matching(URL, matcher("new"), now, Deadline.in(hour)))
                    .hasSize(1);
            assertThat(hanging.matching(URL, matcher("old"), now, Deadline.in(hour)))
                    .isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void too_many_reads_at_the_same_time_are_no_defect() {
        KeySets full = new KeySets(this::read, task -> {
            throw new RejectedExecutionException();
        });

        assertThatThrownBy(() -> full.matching(URL, matcher("old"), now, Deadline.in(Duration.ofSeconds(1))))
                .isInstanceOf(Unavailable.class);
    }

    private List<JWK> keys(String id) {
        return keySets.matching(URL, matcher(id), now, Deadline.in(Duration.ofSeconds(20)));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JWKMatcher matcher(String id) {
        return new JWKMatcher.Builder().keyID(id).build();
    }

    @Test
    void whoever_runs_the_service_learns_why_a_set_cannot_be_read() {
        answer = "";
        assertThatThrownBy(() -> keys("old")).isInstanceOf(Unavailable.class);
        now = now.plus(KeySets.PAUSE);
        answer = "no keys";
        assertThatThrownBy(() -> keys("old")).isInstanceOf(Unavailable.class);

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "The key set https://ehr.example/jwks.json cannot be read: IOException",
                        "The key set https://ehr.example/jwks.json cannot be read: it holds no key set");
    }

    @Test
    void a_url_inside_that_is_not_listed_is_told_with_the_setting_that_lists_it() throws Exception {
        try (OutboundHttp http = new OutboundHttp(Duration.ofSeconds(1), AllowedNetworks.of(List.of()))) {
            KeySets inside = new KeySets((url, deadline) -> http.get(url, 1_000, deadline), Runnable::run);
            URI url = URI.create("https://10.0.0.1/jwks.json");
            assertThatThrownBy(() -> inside.matching(
                            url, new JWKMatcher.Builder().build(), START, Deadline.in(Duration.ofSeconds(5))))
                    .isInstanceOf(Unavailable.class);
        }

        assertThat(log.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .endsWith("cannot be read: the address is not one of the public network, and is not listed in"
                        + " therapy-fit.outbound.allowed-networks");
    }
}
