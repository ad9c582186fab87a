package dev.therapyfit.app.config;

import dev.therapyfit.journal.storage.Storage;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/** For whoever looks into a database: one that is not there holds nothing, and must not be made. */
public final class ExistingDatabase implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    /**
     * Looks.
     *
     * @throws WrongSetting if the settings name a file that is not there
     */
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        if (!Storage.exists(StorageConfiguration.settings(context.getEnvironment()))) {
            throw new WrongSetting("therapy-fit.storage", "expected the database of a service; there is none yet");
        }
    }
}
