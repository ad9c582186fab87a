package dev.therapyfit.app.config;

import dev.therapyfit.journal.storage.Storage;
import dev.therapyfit.journal.storage.StorageFailure;
import dev.therapyfit.journal.storage.StorageSettings;
import java.util.HashMap;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * For a look at whether a start would succeed: the service starts on another port and does not warm up. A database whose tables
 * a start would make or change is connected to and left as it is; an empty one in memory stands for it.
 */
public final class WithoutPortAndDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final String MANAGEMENT_PORT = "management.server.port";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Map<String, Object> instead =
                new HashMap<>(Map.of("server.port", "0", "therapy-fit.warm-up", "0s", "therapy-fit.drain", "0s"));
        if (context.getEnvironment().containsProperty(MANAGEMENT_PORT)) {
            instead.put(MANAGEMENT_PORT, "0");
        }
        if (!isDatabaseUpToDate(context)) {
            instead.putAll(Map.of(
                    "therapy-fit.storage.url", "jdbc:h2:mem:check",
                    "therapy-fit.storage.user", "sa",
                    "therapy-fit.storage.password", ""));
        }
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("check", instead));
    }

    private static boolean isDatabaseUpToDate(ConfigurableApplicationContext context) {
        StorageSettings storage = StorageConfiguration.settings(context.getEnvironment());
        try {
            Storage.requireReachable(storage);
        } catch (StorageFailure e) {
            throw new WrongSetting(e);
        }
        return Storage.isUpToDate(storage);
    }
}
