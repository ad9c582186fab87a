package dev.therapyfit.hooks.config;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the service, under {@code therapy-fit}. A key that is not here stops the start.
 *
 * @param content folder of the clinical content (it holds {@code input/}); empty for the content in the executable
 * @param jurisdiction where the clients practise: US, EU, JP or KR
 * @param publicUrl base URL that clients and browsers reach this service at; absent: the one that was called
 * @param evaluationTime a fixed evaluation time, for demonstrations and tests; absent: the time of the call
 * @param decisionsKept how many decisions are kept for the links of cards
 * @param maxBodyBytes longest body of a call, in bytes
 * @param deadline longest time for a call: reads that are not done then are given up
 * @param drain how long calls are still taken after the service was told to end
 * @param warmUp how long the service practises before it says that it is ready
 * @param allowedOrigins origins of browsers that may call (CORS); {@code *} for any
 * @param fhir how clients' FHIR servers are read
 */
@ConfigurationProperties(prefix = "therapy-fit", ignoreUnknownFields = false)
@Validated
public record CdsHooksProperties(
        @DefaultValue("") String content,

        @DefaultValue("US") @NotBlank String jurisdiction,

        @Nullable URI publicUrl,

        @Nullable Instant evaluationTime,

        @DefaultValue("10000") @Min(1) @Max(1_000_000) int decisionsKept,

        @DefaultValue("5242880") @Min(1024) @Max(104_857_600)
        int maxBodyBytes,

        @DefaultValue("450ms") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 10)
        Duration deadline,

        @DefaultValue("2s") @NotNull @DurationMin(millis = 0) @DurationMax(minutes = 10)
        Duration drain,

        @DefaultValue("3s") @NotNull @DurationMin(millis = 0) @DurationMax(minutes = 10)
        Duration warmUp,

        @DefaultValue("*") @NotNull List<@NotBlank String> allowedOrigins,

        @DefaultValue @Valid Fhir fhir) {

    /**
     * How clients' FHIR servers are read. A time of zero would mean for ever.
     *
     * @param connectTimeout longest wait for a connection
     * @param threads reads of one server at the same time, over all calls
     * @param pauseAfterFailure how long a server that fails most of its reads is not asked
     */
    public record Fhir(
            @DefaultValue("2s") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 10)
            Duration connectTimeout,

            @DefaultValue("32") @Min(1) @Max(1024) int threads,

            @DefaultValue("5s") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 10)
            Duration pauseAfterFailure) {}
}
