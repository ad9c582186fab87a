package dev.therapyfit.web;

import dev.therapyfit.hooks.failure.CdsFailure.NotFound;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Puts the guard before every CDS service. Where health has a port of its own, Spring would answer there for all our
 * pages too, past every filter: that port has none of them.
 */
@Component
final class WebGuards implements WebMvcConfigurer {
    private final CallGuard guard;

    WebGuards(CallGuard guard) {
        this.guard = guard;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new Filtered()).order(Ordered.HIGHEST_PRECEDENCE);
        registry.addInterceptor(new PageRoom()).addPathPatterns(PageRoom.PAGES);
        registry.addInterceptor(guard).addPathPatterns(CdsServicesController.PATH, CdsServicesController.PATH + "/**");
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(guard);
        resolvers.add(new PageArguments());
    }

    private static final class Filtered implements HandlerInterceptor {
        @Override
        public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
            if (AuditFilter.hasSeen(request)) {
                return true;
            }
            throw new NotFound("no such page at this port");
        }
    }
}
