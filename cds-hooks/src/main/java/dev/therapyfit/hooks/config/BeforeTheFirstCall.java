package dev.therapyfit.hooks.config;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Does something when all is wired and the port is not open yet. Until then a load balancer is refused a connection and
 * tries the next replica, even if it knows nothing of readiness.
 */
final class BeforeTheFirstCall implements SmartLifecycle {
    private final Runnable work;
    private volatile boolean running;

    BeforeTheFirstCall(Runnable work) {
        this.work = work;
    }

    @Override
    public void start() {
        work.run();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }
}
