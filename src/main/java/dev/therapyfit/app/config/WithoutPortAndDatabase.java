package dev.therapyfit.app.config;

import dev.therapyfit.journal.storage.Storage;
import dev.therapyfit.journal.storage.StorageFailure;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * For a look at whether a start would succeed: the database is connected to and left as it is, and the service then starts on
 * another port and an empty database in memory.
 */
public final class WithoutPortAndDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final Map<String, Object> INSTEAD = Map.of(
            "server.port", "0",
            "management.server.port", "0",
            "therapy-fit.warm-up", "0s",
            "therapy-fit.drain", "0s",
            "therapy-fit.storage.url", "jdbc:h2:mem:check",
            "therapy-fit.storage.user", "sa",
            "therapy-fit.storage.password", "");

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        StorageProperties storage =
                Binder.get(context.getEnvironment()).bindOrCreate("therapy-fit.storage", StorageProperties.class);
        try {
            Storage.requireReachable(StorageConfiguration.settings(storage));
        } catch (StorageFailure e) {
            throw new WrongSetting(e);
        }
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("check", INSTEAD));
    }
}
