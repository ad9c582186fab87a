package dev.therapyfit.app.config;

import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import dev.therapyfit.journal.storage.Erased;
import dev.therapyfit.journal.storage.Storage;
import dev.therapyfit.web.RecentInputs;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Erases what is kept no longer, every ten minutes. Every replica does it. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ErasureJob {
    private static final Logger LOG = LoggerFactory.getLogger(ErasureJob.class);

    private final Storage storage;
    private final RecentInputs recent;

    ErasureJob(Storage storage, RecentInputs recent) {
        this.storage = storage;
        this.recent = recent;
    }

    /** Erasing may take long, and clients are looked for beside it. */
    @Bean
    static ThreadPoolTaskScheduler taskScheduler() {
        ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
        scheduler.setThreadNamePrefix("scheduled-");
        scheduler.setPoolSize(2);
        return scheduler;
    }

    @Scheduled(initialDelay = 1, fixedDelay = 1, timeUnit = TimeUnit.MINUTES)
    void forget() {
        recent.expire();
    }

    @Scheduled(initialDelay = 1, fixedDelay = 10, timeUnit = TimeUnit.MINUTES)
    void run() {
        try {
            Erased erased = storage.erase();
            LOG.debug("Erased: {}", erased);
        } catch (Unavailable e) {
            LOG.warn("Nothing was erased: the database is away");
        }
    }
}
