package dev.therapyfit.server;

import dev.therapyfit.cql.content.ContentException;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.web.server.PortInUseException;

/** Says in the user's words why the service did not start. */
public final class StartFailure {
    private StartFailure() {}

    /** What to tell the user; one line, but for content, where every problem has its own. */
    public static String explain(Throwable failure) {
        String last = failure.getClass().getSimpleName();
        String setting = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ContentException content) {
                return String.valueOf(content.getMessage());
            }
            if (cause instanceof PortInUseException port) {
                return portTaken(port.getPort(), "--port");
            }
            if (cause instanceof UnboundConfigurationPropertiesException unbound) {
                return "unknown setting: "
                        + unbound.getUnboundProperties().iterator().next().getName();
            }
            if (cause instanceof BindValidationException invalid) {
                var error = invalid.getValidationErrors().getAllErrors().get(0);
                String field = error instanceof org.springframework.validation.FieldError one ? one.getField() : "";
                return "setting " + invalid.getValidationErrors().getName() + "." + field + ": "
                        + error.getDefaultMessage();
            }
            if (cause instanceof ConfigurationPropertiesBindException) {
                setting = "the settings cannot be used: ";
            }
            if (cause.getMessage() != null) {
                last = cause.getMessage().lines().findFirst().orElse(last);
            }
        }
        return setting + last;
    }

    /** The words for a port that another program has. */
    public static String portTaken(int port, String option) {
        return "port " + port + " is taken: stop the program that uses it, or choose another with " + option;
    }
}
