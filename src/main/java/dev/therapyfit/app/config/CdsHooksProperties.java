package dev.therapyfit.app.config;

import dev.therapyfit.clients.Client;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the service, under {@code therapy-fit}. A key that is not here stops the start.
 *
 * @param content folder of the clinical content (it holds {@code input/}), or base URL of a FHIR server that it was published
 *     to; empty for the content in the executable
 * @param reload how often it is looked whether the content changed
 * @param jurisdiction where the clients practise: US, EU, JP or KR
 * @param publicUrl base URL that clients and browsers reach this service at; absent: the one that was called
 * @param evaluationTime a fixed evaluation time, for demonstrations and tests; absent: the time of the call
 * @param deadline longest time for a call: reads that are not done then are given up
 * @param drain how long calls are still taken after the service was told to end
 * @param warmUp how long the service may warm up before its port opens; it stops when calls are quick
 * @param allowedOrigins origins of browsers that may call in open mode (CORS), {@code [*]} for any port; in the mode
 *     {@code clients} each client has its own
 * @param limits how much is taken
 * @param trust who may call
 * @param outbound where the service may connect to
 * @param fhir how clients' FHIR servers are read
 * @param terminology the server that says which codes lie below those of the value sets
 * @param storage where decisions, feedback and audit entries are kept
 * @param links how links to decisions are signed
 * @param answers how long answers can be tried
 * @param smart this service as a SMART app that EHRs launch from a card
 */
@ConfigurationProperties(prefix = "therapy-fit", ignoreUnknownFields = false)
@Validated
public record CdsHooksProperties(
        @DefaultValue("") String content,

        @DefaultValue("US") @NotBlank String jurisdiction,

        @Nullable URI publicUrl,

        @Nullable Instant evaluationTime,

        @DefaultValue("450ms") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 10)
        Duration deadline,

        @DefaultValue("2s") @NotNull @DurationMin(millis = 0) @DurationMax(minutes = 10)
        Duration drain,

        @DefaultValue("15s") @NotNull @DurationMin(millis = 0) @DurationMax(minutes = 10)
        Duration warmUp,

        @DefaultValue({"https://sandbox.cds-hooks.org", "http://localhost:[*]", "http://127.0.0.1:[*]"}) @NotNull
        List<@NotBlank String> allowedOrigins,

        @DefaultValue @Valid Limits limits,

        @DefaultValue @Valid Trust trust,

        @DefaultValue @Valid Outbound outbound,

        @DefaultValue @Valid Fhir fhir,

        @DefaultValue @Valid Terminology terminology,

        @NestedConfigurationProperty @DefaultValue @Valid StorageProperties storage,

        @NestedConfigurationProperty @DefaultValue StorageProperties.@Valid Links links,

        @DefaultValue @Valid Answers answers,

        @DefaultValue @Valid Smart smart,

        @DefaultValue @Valid Reload reload) {

    /** True if the content lies on a FHIR server. */
    public boolean isContentOfServer() {
        return content.matches("https?://.*");
    }

    /**
     * How often it is looked whether the content changed. A good one answers from then on, a bad one is refused.
     *
     * @param folder where the content is a folder; zero: never
     * @param server where it is a FHIR server; zero: never
     * @param timeout longest wait for one answer of that server
     */
    public record Reload(
            @DefaultValue("1s") @NotNull @DurationMin(millis = 0) @DurationMax(hours = 24)
            Duration folder,

            @DefaultValue("5m") @NotNull @DurationMin(millis = 0) @DurationMax(hours = 24)
            Duration server,

            @DefaultValue("30s") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 10)
            Duration timeout) {}

    /**
     * This service as a SMART app that EHRs launch from a card, to answer what is missing.
     *
     * @param clientId as the EHRs' authorization servers know it; empty: it is no app, and cards have no link to launch it
     * @param scope what it asks for
     */
    public record Smart(
            @DefaultValue("") @NotNull String clientId,

            @DefaultValue("patient/Observation.c patient/Goal.c patient/QuestionnaireResponse.c") @NotBlank
            String scope) {}

    /**
     * How long whoever has the link of a decision can try answers. What a decision was made from is kept in memory only.
     *
     * @param lasting how long; zero: not at all
     * @param bytes how many bytes of patients' data are kept at most, as FHIR JSON; the oldest go first
     */
    public record Answers(
            @DefaultValue("30m") @NotNull @DurationMin(millis = 0) @DurationMax(hours = 24)
            Duration lasting,

            @DefaultValue("8388608") @Min(0) @Max(1_000_000_000)
            int bytes) {}

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

    /**
     * The server that says which codes lie below those of the value sets. It is asked when the service starts.
     *
     * @param url base URL of a FHIR R4 server with {@code ValueSet/$expand}; absent: the lists of the content count
     * @param timeout longest wait for one answer
     */
    public record Terminology(
            @Nullable URI url,

            @DefaultValue("60s") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 10)
            Duration timeout) {}

    /**
     * How much is taken.
     *
     * @param bodyBytes longest body of a call
     * @param bodyTime longest time for a body to come
     * @param jsonDepth deepest nesting of a body
     * @param numberLength longest number in a body, in characters
     * @param stringLength longest string in a resource, in characters; narrative and attachments are passed over
     * @param resources FHIR resources in a body
     * @param concurrentCalls calls at the same time, over all clients
     * @param concurrentCallsPerClient how many of them one client may make; absent: half, so that others can call
     * @param refusalsPerMinute refused calls of a kind that are audited and logged singly in a minute; the rest are counted
     */
    public record Limits(
            @DefaultValue("5242880") @Min(1024) @Max(104_857_600)
            int bodyBytes,

            @DefaultValue("10s") @NotNull @DurationMin(millis = 1) @DurationMax(minutes = 10)
            Duration bodyTime,

            @DefaultValue("100") @Min(20) @Max(1_000) int jsonDepth,
            @DefaultValue("1000") @Min(20) @Max(1_000) int numberLength,

            @DefaultValue("2000000") @Min(1_000) @Max(104_857_600)
            int stringLength,

            @DefaultValue("5000") @Min(1) @Max(1_000_000) int resources,
            @DefaultValue("128") @Min(1) @Max(10_000) int concurrentCalls,
            @Nullable @Min(1) @Max(10_000) Integer concurrentCallsPerClient,
            @DefaultValue("30") @Min(1) @Max(1_000_000) int refusalsPerMinute) {
        /** How many calls one client may make at the same time. */
        int callsOfOneClient() {
            return concurrentCallsPerClient == null ? Math.max(1, concurrentCalls / 2) : concurrentCallsPerClient;
        }
    }

    /**
     * Who may call.
     *
     * @param mode whether clients are authenticated; it has to be said
     * @param clockSkew how far the clocks of clients may be from ours
     * @param longestLifetime longest time from a token's {@code iat} to its {@code exp}
     * @param discovery whether discovery needs a token
     * @param operatorToken what an operator shows at the port of the service for metrics and the like; absent: nobody is one
     *     there
     * @param clients the systems that may call
     */
    public record Trust(
            @Nullable Mode mode,

            @DefaultValue("60s") @NotNull @DurationMin(seconds = 0) @DurationMax(minutes = 5)
            Duration clockSkew,

            @DefaultValue("15m") @NotNull @DurationMin(seconds = 1) @DurationMax(hours = 24)
            Duration longestLifetime,

            @DefaultValue("authenticated") @NotNull Discovery discovery,

            @Nullable @Size(min = 32, message = "expected at least 32 characters, such as of: openssl rand -hex 32")
            String operatorToken,

            @DefaultValue @NotNull List<@Valid RegisteredClient> clients) {}

    /** Whether clients are authenticated. */
    public enum Mode {
        /** Nobody is authenticated, and only this machine is answered. */
        OPEN,
        /** Every call needs a token of a registered client. */
        CLIENTS
    }

    /** Whether discovery needs a token. */
    public enum Discovery {
        /** As every other call. */
        AUTHENTICATED,
        /** Anybody may ask which services there are. */
        PUBLIC
    }

    /**
     * A system that may call; {@link Client} tells what each part means.
     *
     * @param keySet a JSON Web Key Set, or {@code file:} and the path of one
     * @param jurisdiction absent: the service's
     * @param cdsHooksVersion {@code 2.0} or {@code 3.0}
     */
    public record RegisteredClient(
            @NotBlank String id,
            @NotNull URI issuer,
            @DefaultValue @NotNull Set<@NotBlank String> tenants,
            @DefaultValue @NotNull List<URI> keySetUrls,
            @Nullable String keySet,

            @DefaultValue({"ES384", "RS384"}) @NotNull Set<String> algorithms,

            @DefaultValue @NotNull List<URI> fhirServers,
            @Nullable String jurisdiction,

            @DefaultValue("2.0") @Pattern(regexp = "2\\.0|3\\.0", message = "expected \"2.0\" or \"3.0\"")
            String cdsHooksVersion,

            @DefaultValue @NotNull Set<Client.Feature> features,
            @DefaultValue @NotNull List<String> origins,
            @DefaultValue("6000") @Min(1) int callsPerMinute) {}

    /**
     * Where the service may connect to.
     *
     * @param allowedNetworks host names, addresses and networks in CIDR notation besides the public network
     */
    public record Outbound(@DefaultValue @NotNull List<@NotBlank String> allowedNetworks) {}
}
