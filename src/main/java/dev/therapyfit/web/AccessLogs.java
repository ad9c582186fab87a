package dev.therapyfit.web;

import org.apache.catalina.Valve;
import org.apache.catalina.valves.AbstractAccessLogValve;
import org.apache.catalina.valves.Constants;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Keeps query strings out of Tomcat's access log, where an operator has one written: the signature in the link of a
 * decision lets whoever has it read the decision.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
final class AccessLogs implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        for (Valve valve : factory.getEngineValves()) {
            if (valve instanceof AbstractAccessLogValve log) {
                log.setPattern(withoutQuery(log.getPattern()));
            }
        }
    }

    /** The request line as method, path and protocol. */
    static @Nullable String withoutQuery(@Nullable String pattern) {
        if (pattern == null) {
            return null;
        }
        String written =
                switch (pattern) {
                    case Constants.AccessLog.COMMON_ALIAS -> Constants.AccessLog.COMMON_PATTERN;
                    case Constants.AccessLog.COMBINED_ALIAS -> Constants.AccessLog.COMBINED_PATTERN;
                    default -> pattern;
                };
        return written.replace("%r", "%m %U %H").replace("%q", "").replace("%{Referer}i", "-");
    }
}
