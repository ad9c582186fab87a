package dev.therapyfit.app.config;

import dev.therapyfit.app.config.CdsHooksProperties.Discovery;
import dev.therapyfit.app.config.CdsHooksProperties.Mode;
import dev.therapyfit.app.config.CdsHooksProperties.RegisteredClient;
import dev.therapyfit.app.config.CdsHooksProperties.Trust;
import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.ClientRecords;
import dev.therapyfit.clients.ClientRegistry;
import dev.therapyfit.clients.ClientVerifier;
import dev.therapyfit.clients.UsedTokens;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.HostLookup;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.web.TrustSettings;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/** Wires who may call, and where the service may connect to. What cannot be trusted stops the start. */
@Configuration(proxyBeanMethods = false)
@Import(ClientsConfiguration.class)
class TrustConfiguration {
    private static final String SETTINGS = "therapy-fit.trust.";
    private static final String CLIENTS = SETTINGS + "clients";

    /** Where the sandbox's FHIR server is. */
    private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.0/8", "::1");

    private static final int KEY_SET_READS = 4;
    private static final int KEY_SET_READS_WAITING = 100;

    @Bean
    static AllowedNetworks allowedNetworks(CdsHooksProperties properties) {
        AllowedNetworks allowed;
        try {
            allowed = AllowedNetworks.of(properties.outbound().allowedNetworks());
        } catch (IllegalArgumentException e) {
            throw new WrongSetting("therapy-fit.outbound.allowed-networks", String.valueOf(e.getMessage()), e);
        }
        return properties.trust().mode() == Mode.OPEN ? allowed.and(THIS_MACHINE) : allowed;
    }

    @Bean
    OutboundHttp outboundHttp(
            CdsHooksProperties properties,
            AllowedNetworks allowed,
            ObjectProvider<HostLookup> lookup,
            ObjectProvider<Tracer> tracers,
            ObjectProvider<Propagator> propagators) {
        Tracer tracer = tracers.getIfAvailable(() -> Tracer.NOOP);
        Propagator propagator = propagators.getIfAvailable(() -> Propagator.NOOP);
        return new OutboundHttp(
                properties.fhir().connectTimeout(), allowed, lookup.getIfAvailable(HostLookup::ofMachine), headers -> {
                    TraceContext current = tracer.currentTraceContext().context();
                    if (current != null) {
                        propagator.inject(current, headers, (carrier, name, value) -> headers.accept(name, value));
                    }
                });
    }

    @Bean
    CombinedClients clientRegistry(CdsHooksProperties properties, ClientSettings settings, ClientRecords records) {
        List<Client> clients = properties.trust().clients().stream()
                .map(registered -> configured(registered, settings))
                .toList();
        try {
            return new CombinedClients(clients, records, settings);
        } catch (IllegalArgumentException e) {
            throw new WrongSetting(CLIENTS, String.valueOf(e.getMessage()), e);
        }
    }

    private static Client configured(RegisteredClient registered, ClientSettings settings) {
        try {
            return settings.client(registered);
        } catch (IllegalArgumentException e) {
            throw new WrongSetting(CLIENTS + ", " + registered.id(), String.valueOf(e.getMessage()), e);
        }
    }

    /** A key set is read in one of these threads, so that a URL that does not answer holds no call. */
    @Bean(destroyMethod = "shutdownNow")
    ThreadPoolExecutor keySetReads() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                KEY_SET_READS,
                KEY_SET_READS,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(KEY_SET_READS_WAITING),
                task -> {
                    Thread thread = new Thread(task, "key-set-read");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Bean
    TrustSettings trustSettings(
            CdsHooksProperties properties,
            ClientRegistry clients,
            UsedTokens usedTokens,
            OutboundHttp http,
            ThreadPoolExecutor keySetReads,
            Environment environment) {
        Trust trust = properties.trust();
        Client anybody = Client.open(properties.jurisdiction(), properties.allowedOrigins());
        CdsHooksProperties.Limits limits = properties.limits();
        requireClear(properties, environment);
        if (trust.mode() == Mode.OPEN) {
            return new TrustSettings(
                    Optional.empty(),
                    clients,
                    anybody,
                    true,
                    limits.concurrentCalls(),
                    limits.concurrentCalls(),
                    Optional.empty(),
                    Clock.systemUTC());
        }
        if (clients.all().isEmpty()) {
            throw new WrongSetting(CLIENTS, "expected at least one client, since the mode is clients");
        }
        ClientVerifier verifier =
                new ClientVerifier(clients, usedTokens, http, keySetReads, trust.clockSkew(), trust.longestLifetime());
        return new TrustSettings(
                Optional.of(verifier),
                clients,
                anybody,
                trust.discovery() == Discovery.PUBLIC,
                limits.concurrentCalls(),
                limits.callsOfOneClient(),
                Optional.ofNullable(trust.operatorToken()),
                Clock.systemUTC());
    }

    /**
     * Sees that the settings say who may call.
     *
     * @throws WrongSetting if they do not
     */
    static void requireClear(CdsHooksProperties properties, Environment environment) {
        Mode mode = properties.trust().mode();
        if (mode == null) {
            throw new WrongSetting(
                    SETTINGS + "mode",
                    "expected clients, with those that may call, or open, for trying the service on one machine");
        }
        if (mode == Mode.OPEN) {
            requireLoopback(environment.getProperty("server.address"));
        } else {
            requirePublicUrl(properties.publicUrl(), allowedNetworks(properties));
        }
    }

    private static void requireLoopback(@Nullable String address) {
        try {
            if (address != null
                    && !address.isBlank()
                    && InetAddress.getByName(address).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            // told below
        }
        throw new WrongSetting(
                "server.address",
                "expected a loopback address such as 127.0.0.1, since " + SETTINGS
                        + "mode is open and nobody is authenticated");
    }

    /** A token says which URL it is for. Which that is must be known here, and not be told by the call. */
    private static void requirePublicUrl(@Nullable URI url, AllowedNetworks allowed) {
        boolean known = url != null
                && url.getHost() != null
                && url.getRawUserInfo() == null
                && url.getRawQuery() == null
                && url.getRawFragment() == null
                && ("https".equalsIgnoreCase(url.getScheme())
                        || ("http".equalsIgnoreCase(url.getScheme())
                                && allowed.and(THIS_MACHINE).lists(url.getHost())));
        if (!known) {
            throw new WrongSetting(
                    "therapy-fit.public-url",
                    "expected the https URL that clients reach this service at, since "
                            + "tokens name it as their audience");
        }
    }
}
