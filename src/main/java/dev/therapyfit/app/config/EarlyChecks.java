package dev.therapyfit.app.config;

import dev.therapyfit.cql.content.Content;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Objects;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** Looks at the settings before anything is loaded, so that what is plainly wrong is told at once. */
public final class EarlyChecks implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    /**
     * Looks.
     *
     * @throws RuntimeException if a setting is unknown or of the wrong type, it is not clear who may call, the content is not there, or the port cannot be
     *     had
     */
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Binder binder = Binder.get(context.getEnvironment());
        CdsHooksProperties properties = binder.bindOrCreate(
                "therapy-fit",
                Bindable.of(CdsHooksProperties.class),
                new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter()));
        TrustConfiguration.requireClear(properties, context.getEnvironment());
        if (!properties.content().isBlank() && !properties.isContentOfServer()) {
            Content.requireIn(Path.of(properties.content()));
        }
        ServerProperties server = binder.bindOrCreate("server", ServerProperties.class);
        ListeningPort.requireFree(server.getAddress(), server.getPort());
        binder.bind("management.server.port", Integer.class)
                .ifBound(port -> requireFreeForOperators(port, server, binder));
    }

    private static void requireFreeForOperators(int port, ServerProperties server, Binder binder) {
        if (port <= 0 || Objects.equals(port, server.getPort())) {
            return; // any free one, none, or the port of the service
        }
        InetAddress address =
                binder.bind("management.server.address", InetAddress.class).orElse(server.getAddress());
        try {
            ListeningPort.requireFree(address, port);
        } catch (PortInUseException e) {
            throw new WrongSetting("management.server.port", "port " + port + " is taken", e);
        }
    }
}
