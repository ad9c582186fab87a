package dev.therapyfit.app.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Keeps patient data and tokens out of the log, whatever levels are configured. Libraries print requests, answers and
 * their parts below INFO, so that nothing of theirs below INFO is printed. The text of an exception may repeat what it
 * was thrown for, so that of a library's exception only types and places are printed. Libraries that handle patient data
 * print nothing at all. Our own packages say nothing of a call but names of fields, and are not touched.
 */
final class ForeignLogs extends TurboFilter implements LoggerContextListener {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ForeignLogs.class);

    private static final String OURS = "dev.therapyfit.";
    private static final List<String> SILENT =
            List.of("ca.uhn.", "org.hl7.", "org.opencds.", "org.cqframework.", "org.apache.http.");

    private static final int FRAMES = 12;

    private final @Nullable LoggerContext loggers;

    /** Begins to watch. */
    ForeignLogs() {
        loggers = LoggerFactory.getILoggerFactory() instanceof LoggerContext logback ? logback : null;
        if (loggers == null) {
            throw new IllegalStateException("expected Logback, which keeps patient data of libraries out of the log");
        }
        loggers.addTurboFilter(this);
        loggers.addListener(this);
    }

    /** Ends watching. */
    void close() {
        if (loggers != null) {
            loggers.getTurboFilterList().remove(this);
            loggers.removeListener(this);
        }
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] parameters,
            @Nullable Throwable thrown) {
        String name = logger.getName();
        if (name.startsWith(OURS)) {
            return FilterReply.NEUTRAL;
        }
        if (!level.isGreaterOrEqual(Level.INFO)) {
            return FilterReply.DENY;
        }
        Throwable failure = thrown == null ? last(parameters) : thrown;
        if (failure != null) {
            if (logger.getEffectiveLevel().levelInt <= level.levelInt) {
                LOG.warn("{} reports {}", name, types(failure));
            }
            return FilterReply.DENY;
        }
        return SILENT.stream().anyMatch(name::startsWith) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    /** Where SLF4J looks for an exception too. */
    private static @Nullable Throwable last(Object @Nullable [] parameters) {
        return parameters != null
                        && parameters.length > 0
                        && parameters[parameters.length - 1] instanceof Throwable thrown
                ? thrown
                : null;
    }

    private static String types(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure.getClass().getName()
                + Arrays.stream(failure.getStackTrace())
                        .limit(FRAMES)
                        .map(frame -> "\n  at " + frame)
                        .collect(Collectors.joining())
                + (cause == null || cause == failure ? "" : "\ncaused by " + types(cause));
    }

    /** A configuration that is read again takes filters away. */
    @Override
    public boolean isResetResistant() {
        return true;
    }

    @Override
    public void onReset(LoggerContext context) {
        context.addTurboFilter(this);
    }

    @Override
    public void onStart(LoggerContext context) {}

    @Override
    public void onStop(LoggerContext context) {}

    @Override
    public void onLevelChange(Logger logger, Level level) {}
}
