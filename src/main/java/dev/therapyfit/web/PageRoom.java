package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.Unavailable;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;

/** Bounds how many pages that compute or call an EHR are made at a time, so that hook calls find threads and connections. */
final class PageRoom implements HandlerInterceptor {
    /** The pages that it is for. */
    static final String[] PAGES = {
        LaunchController.LAUNCH, LaunchController.LAUNCH + "/**", "/decisions/*/answer", "/decisions/*/explain"
    };

    private static final int AT_A_TIME = 16;
    private static final String TAKEN = PageRoom.class.getName();

    private final Semaphore room = new Semaphore(AT_A_TIME);

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!room.tryAcquire()) {
            throw new Unavailable("too many pages are made at this time", Duration.ofSeconds(1));
        }
        request.setAttribute(TAKEN, true);
        return true;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        if (request.getAttribute(TAKEN) != null) {
            request.removeAttribute(TAKEN);
            room.release();
        }
    }
}
