package dev.therapyfit.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

class ErasureJobTest {
    @Test
    void erasing_does_not_keep_clients_from_being_looked_for() throws InterruptedException {
        CountDownLatch together = new CountDownLatch(2);
        ThreadPoolTaskScheduler scheduler = ErasureJob.taskScheduler();
        scheduler.initialize();
        try {
            for (int job = 0; job < 2; job++) {
                scheduler.execute(() -> {
                    together.countDown();
                    awaitQuietly(together);
                });
            }
            assertThat(together.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            scheduler.shutdown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
