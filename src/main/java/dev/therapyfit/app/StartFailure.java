package dev.therapyfit.app;

import dev.therapyfit.app.config.WrongSetting;
import dev.therapyfit.cql.content.ContentException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says in the user's words why the service did not start. A value is not repeated: it may be a password. */
public final class StartFailure {
    private StartFailure() {}

    /** What to tell the user; one line, but for content, where every problem has its own. */
    public static String explain(Throwable failure) {
        return find(failure)
                .orElseGet(() -> "the service cannot start, and its log has more: "
                        + root(failure).getClass().getSimpleName() + ", " + firstLine(root(failure)));
    }

    /** The same; empty if the cause is not one that whoever starts the service is known to bring about. */
    static Optional<String> find(Throwable failure) {
        return causes(failure)
                .flatMap(cause -> explained(cause, failure).stream())
                .reduce((outer, inner) -> inner);
    }

    /** The words for a port that another program has. */
    public static String portTaken(int port, String option) {
        return "port " + port + " is taken: stop the program that uses it, or choose another with " + option;
    }

    private static Optional<String> explained(Throwable cause, Throwable failure) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof ContentException || cause instanceof WrongSetting) {
            return Optional.of(message);
        }
        if (cause instanceof PortInUseException port) {
            return Optional.of(portTaken(port.getPort(), "--port"));
        }
        if (cause instanceof WebServerException && root(cause) instanceof java.net.BindException) {
            return setting("server.address", "expected an address of this machine");
        }
        if (cause instanceof IllegalArgumentException && message.startsWith("port out of range")) {
            return setting("server.port", "expected 0 to 65535");
        }
        if (cause instanceof NoSuchSslBundleException bundle) {
            return setting(
                    "server.ssl.bundle", "expected a bundle of spring.ssl.bundle, not " + bundle.getBundleName());
        }
        if (message.startsWith("Could not load store")) {
            return Optional.of(
                    "the certificates of spring.ssl or server.ssl cannot be used: " + firstLine(root(cause)));
        }
        if (cause instanceof MarkedYAMLException yaml) {
            Mark mark = yaml.getProblemMark();
            return Optional.of("the settings file is not YAML: "
                    + (mark == null ? "" : "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ": ")
                    + yaml.getProblem());
        }
        if (cause instanceof ConfigDataNotFoundException) {
            return Optional.of(firstLine(cause));
        }
        if (cause instanceof InvalidConfigurationPropertyValueException invalid) {
            return setting(invalid.getName(), expected(failure));
        }
        if (cause instanceof UnboundConfigurationPropertiesException unknown) {
            return Optional.of("unknown setting: "
                    + unknown.getUnboundProperties().iterator().next().getName());
        }
        if (cause instanceof BindValidationException invalid) {
            ObjectError error = invalid.getValidationErrors().getAllErrors().get(0);
            String field = error instanceof FieldError one ? "." + one.getField() : "";
            return setting(invalid.getValidationErrors().getName() + field, String.valueOf(error.getDefaultMessage()));
        }
        if (cause instanceof BindException bind) {
            return setting(bind.getName().toString(), expected(failure));
        }
        return Optional.empty();
    }

    private static Optional<String> setting(String name, String expected) {
        return Optional.of("setting " + name + ": " + expected);
    }

    /** What a value would have to be, by the type that it could not be converted to. */
    private static String expected(Throwable failure) {
        Class<?> type = causes(failure)
                .filter(ConversionFailedException.class::isInstance)
                .<Class<?>>map(cause ->
                        ((ConversionFailedException) cause).getTargetType().getType())
                .reduce(Object.class, (outer, inner) -> inner);
        if (type.isEnum()) {
            return "expected "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant ->
                                    constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .collect(Collectors.joining(" or "));
        }
        if (type == Duration.class) {
            return "expected a duration, such as 450ms, 2s or 90d";
        }
        if (type == Instant.class) {
            return "expected an instant, such as 2026-06-15T09:00:00Z";
        }
        if (type == int.class || type == Integer.class) {
            return "expected a whole number";
        }
        return type == Object.class ? "cannot be used" : "cannot be read as " + type.getSimpleName();
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }

    private static Throwable root(Throwable failure) {
        return causes(failure).reduce(failure, (outer, inner) -> inner);
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
