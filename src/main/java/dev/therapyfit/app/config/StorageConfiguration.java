package dev.therapyfit.app.config;

import dev.therapyfit.clients.ClientRecords;
import dev.therapyfit.clients.UsedTokens;
import dev.therapyfit.clients.link.DecisionLinks;
import dev.therapyfit.hooks.decision.DecisionStore;
import dev.therapyfit.journal.AnswerStore;
import dev.therapyfit.journal.audit.AuditTrail;
import dev.therapyfit.journal.feedback.FeedbackStore;
import dev.therapyfit.journal.storage.Storage;
import dev.therapyfit.journal.storage.StorageFailure;
import dev.therapyfit.journal.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Opens the database and gives its ports. The service imports it, and so do commands that need nothing else. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CdsHooksProperties.class)
@Import(ClientsConfiguration.class)
public class StorageConfiguration {
    /** The time of day: for links, audit and retention, which have nothing to do with the time of evaluation. */
    @Bean
    Clock timeOfDay() {
        return Clock.systemUTC();
    }

    @Bean
    Storage storage(CdsHooksProperties properties, Clock timeOfDay) {
        try {
            return Storage.open(settings(properties.storage()), timeOfDay);
        } catch (StorageFailure e) {
            throw new WrongSetting(e);
        }
    }

    /** The settings before there is an application. */
    static StorageSettings settings(Environment environment) {
        return settings(Binder.get(environment).bindOrCreate("therapy-fit.storage", StorageProperties.class));
    }

    private static StorageSettings settings(StorageProperties storage) {
        return new StorageSettings(
                storage.url() == null || storage.url().isBlank() ? file(storage.directory()) : storage.url(),
                storage.user(),
                storage.password(),
                storage.connections(),
                storage.startTimeout(),
                storage.linkValidity(),
                storage.retention(),
                storage.auditRetention());
    }

    /** Beside the database of the sandbox's FHIR server, which is called {@code fhir}. */
    private static String file(Path directory) {
        return "jdbc:h2:file:" + directory.toAbsolutePath().normalize().resolve("service");
    }

    @Bean
    AnswerStore answerStore(Storage storage) {
        return storage.answers();
    }

    @Bean
    DecisionStore decisionStore(Storage storage) {
        return storage.decisions();
    }

    @Bean
    FeedbackStore feedbackStore(Storage storage) {
        return storage.feedback();
    }

    @Bean
    AuditTrail auditTrail(Storage storage) {
        return storage.audit();
    }

    @Bean
    UsedTokens usedTokens(Storage storage) {
        return storage.usedTokens();
    }

    @Bean
    ClientRecords clientRecords(Storage storage) {
        return storage.clients();
    }

    @Bean
    DecisionLinks decisionLinks(Storage storage, CdsHooksProperties properties, Clock timeOfDay) {
        String key = properties.links().key();
        return new DecisionLinks(
                key == null ? storage.linkKey() : decoded(key),
                properties.storage().linkValidity(),
                timeOfDay);
    }

    private static byte[] decoded(String key) {
        try {
            byte[] bytes = Base64.getDecoder().decode(key);
            if (bytes.length >= DecisionLinks.SHORTEST_KEY) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // told below, without the key
        }
        throw new WrongSetting(
                "therapy-fit.links.key", "expected at least " + DecisionLinks.SHORTEST_KEY + " bytes in base64");
    }
}
