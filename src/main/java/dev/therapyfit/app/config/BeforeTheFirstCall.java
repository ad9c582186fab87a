package dev.therapyfit.app.config;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Does something when all is wired and the port is not open yet. Until then a load balancer is refused a connection and
 * tries the next replica, even if it knows nothing of readiness.
 */
final class BeforeTheFirstCall implements SmartLifecycle {
    private final Consumer<BooleanSupplier> work;
    private volatile boolean running;
    private volatile boolean isEnding;

    /** @param work is told whether the process is to end already: Spring ends it only when it has started */
    BeforeTheFirstCall(Consumer<BooleanSupplier> work) {
        this.work = work;
    }

    @Override
    public void start() {
        Thread end = new Thread(() -> isEnding = true, "ends-while-starting");
        Runtime.getRuntime().addShutdownHook(end);
        try {
            work.accept(() -> isEnding);
        } finally {
            forget(end);
        }
        running = true;
    }

    private static void forget(Thread end) {
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException e) {
            // it ends already
        }
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
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }
}
