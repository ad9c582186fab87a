package dev.therapyfit.app;

import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Keeps a failed start whose cause {@link StartFailure} knows out of the log, since the command tells it in a line of its
 * own; Spring Boot would add the stack trace, with whatever values the settings have. It finds this class by {@code
 * META-INF/spring.factories}.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ReportedFailures implements SpringBootExceptionReporter {
    @Override
    public boolean reportException(Throwable failure) {
        return StartFailure.find(failure).isPresent();
    }
}
