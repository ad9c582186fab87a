package dev.therapyfit.app.config;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings under {@code therapy-fit.storage}: where decisions, feedback, used tokens and audit entries are kept, and how
 * long.
 *
 * @param directory folder of the H2 file; it is made if it is not there
 * @param url JDBC URL of PostgreSQL (or of another H2 file); absent: an H2 file in the directory
 * @param user name of the database's user
 * @param password its password
 * @param connections connections at the same time
 * @param startTimeout how long a start waits for a database that is away
 * @param linkValidity how long the link on a card is valid; the patient's data behind it are erased when it ends
 * @param retention how long decisions and feedback are kept, without the patient's data
 * @param auditRetention how long audit entries are kept
 */
public record StorageProperties(
        @DefaultValue("therapy-fit-data") @NotNull Path directory,

        @Nullable String url,

        @DefaultValue("sa") @NotNull String user,

        @DefaultValue("") @NotNull String password,

        @DefaultValue("10") @Min(1) @Max(200) int connections,

        @DefaultValue("10s") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 10)
        Duration startTimeout,

        @DefaultValue("24h") @NotNull @DurationMin(minutes = 1) @DurationMax(days = 90)
        Duration linkValidity,

        @DefaultValue("90d") @NotNull @DurationMin(hours = 1) @DurationMax(days = 3660)
        Duration retention,

        @DefaultValue("365d") @NotNull @DurationMin(hours = 1) @DurationMax(days = 36600)
        Duration auditRetention) {

    /** Without the password: this text may be logged. */
    @Override
    public String toString() {
        return "StorageProperties[...]";
    }

    /**
     * Settings under {@code therapy-fit.links}: how links to decisions are signed.
     *
     * @param key secret in base64, at least 32 bytes; absent: one that the database keeps for all replicas
     */
    public record Links(@Nullable @NotBlank String key) {
        /** Without the key: this text may be logged. */
        @Override
        public String toString() {
            return "Links[...]";
        }
    }
}
