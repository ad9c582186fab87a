package dev.therapyfit.app;

import dev.therapyfit.app.config.ClientSettings;
import dev.therapyfit.app.config.ExistingDatabase;
import dev.therapyfit.app.config.StorageConfiguration;
import dev.therapyfit.clients.ClientRecords;
import dev.therapyfit.journal.audit.AuditTrail;
import dev.therapyfit.journal.feedback.FeedbackStore;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/** The service's database, for a command that needs nothing else of the service. */
public final class OpenStorage implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private OpenStorage(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Opens the database that the settings name. An H2 file can be opened by one process at a time, so that the service
     * must have ended; PostgreSQL has no such limit.
     *
     * @param settings as for {@link ServiceApplication#start}
     * @param mayCreate true if the database may be made, false if it has to be there
     * @throws RuntimeException whose {@link StartFailure#explain} tells a user what is wrong
     */
    public static OpenStorage with(Map<String, Object> settings, boolean mayCreate) {
        SpringApplication application = new SpringApplication(StorageConfiguration.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setLogStartupInfo(false);
        if (!mayCreate) {
            application.addInitializers(new ExistingDatabase());
        }
        return new OpenStorage(application.run(ServiceApplication.arguments(settings)));
    }

    public AuditTrail audit() {
        return context.getBean(AuditTrail.class);
    }

    public FeedbackStore feedback() {
        return context.getBean(FeedbackStore.class);
    }

    public ClientRecords clients() {
        return context.getBean(ClientRecords.class);
    }

    /** Reads the settings of a client as the service does. */
    public ClientSettings clientSettings() {
        return context.getBean(ClientSettings.class);
    }

    @Override
    public void close() {
        context.close();
    }
}
