package dev.therapyfit.app.config;

import dev.therapyfit.app.config.CdsHooksProperties.RegisteredClient;
import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.Client.CdsHooksVersion;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.validation.FieldError;
import org.springframework.validation.beanvalidation.SpringValidatorAdapter;

/**
 * Reads one client from a text, with the same names, defaults and checks as an entry of {@code
 * therapy-fit.trust.clients}.
 */
public final class ClientSettings implements AutoCloseable {
    private static final String NAME = "client";
    private static final String EXPECTED = "expected the settings of a client, in YAML or JSON";

    private final String jurisdiction;
    private final AllowedNetworks allowed;
    private final ValidatorFactory validation = Validation.buildDefaultValidatorFactory();

    /**
     * @param jurisdiction where a client practises that does not say it
     * @param allowed where the service may connect to
     */
    ClientSettings(String jurisdiction, AllowedNetworks allowed) {
        this.jurisdiction = jurisdiction;
        this.allowed = allowed;
    }

    /**
     * Reads a client.
     *
     * @param text YAML or JSON
     * @throws IllegalArgumentException saying in one line what is wrong
     */
    public Client read(String text) {
        return client(registered(text));
    }

    /**
     * Makes a client.
     *
     * @throws IllegalArgumentException saying in one line what is wrong
     */
    Client client(RegisteredClient registered) {
        Client client = new Client(
                registered.id(),
                Optional.of(registered.issuer()),
                registered.tenants(),
                registered.keySetUrls(),
                Optional.ofNullable(registered.keySet()).map(ClientSettings::keySet),
                registered.algorithms(),
                registered.fhirServers(),
                registered.jurisdiction() == null ? jurisdiction : registered.jurisdiction(),
                registered.cdsHooksVersion().equals("3.0") ? CdsHooksVersion.V3 : CdsHooksVersion.V2,
                registered.features(),
                registered.origins(),
                registered.callsPerMinute());
        List<String> problems = client.problems(allowed);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return client;
    }

    private static String keySet(String text) {
        if (!text.startsWith("file:")) {
            return text;
        }
        try {
            return Files.readString(Path.of(text.substring("file:".length())));
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException("key-set: expected a file that can be read", e);
        }
    }

    private RegisteredClient registered(String text) {
        String yaml = NAME + ":\n" + text.indent(2);
        List<ConfigurationPropertySource> sources;
        try {
            sources = new YamlPropertySourceLoader()
                    .load(NAME, new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8))).stream()
                            .map(ConfigurationPropertySource::from)
                            .filter(Objects::nonNull)
                            .toList();
        } catch (IOException | RuntimeException e) {
            // what a parser says repeats what it read
            throw new IllegalArgumentException(EXPECTED);
        }
        try {
            return new Binder(sources)
                    .bind(
                            NAME,
                            Bindable.of(RegisteredClient.class),
                            new ValidationBindHandler(
                                    new NoUnboundElementsBindHandler(BindHandler.DEFAULT),
                                    new SpringValidatorAdapter(validation.getValidator())))
                    .orElseThrow(() -> new IllegalArgumentException(EXPECTED));
        } catch (BindException e) {
            throw new IllegalArgumentException(explain(e));
        }
    }

    @Override
    public void close() {
        validation.close();
    }

    private static String explain(BindException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindValidationException invalid) {
                String all = invalid.getValidationErrors().getAllErrors().stream()
                        .filter(FieldError.class::isInstance)
                        .map(FieldError.class::cast)
                        .map(field -> field.getField() + ": " + field.getDefaultMessage())
                        .sorted()
                        .collect(Collectors.joining("; "));
                return all.isEmpty() ? EXPECTED : all;
            }
            if (cause instanceof UnboundConfigurationPropertiesException unbound) {
                return "unknown setting "
                        + unbound.getUnboundProperties().iterator().next().getName();
            }
        }
        return failure.getName() + ": cannot be read";
    }
}
