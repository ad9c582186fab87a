package dev.therapyfit.app.config;

import dev.therapyfit.app.warmup.WarmUp;
import dev.therapyfit.authoring.cases.Cases;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.evaluation.CqlEvaluator;
import dev.therapyfit.ehr.RestFhirDataSource;
import dev.therapyfit.ehr.ServerIsolation;
import dev.therapyfit.ehr.outbound.AllowedNetworks;
import dev.therapyfit.ehr.outbound.NoExpansion;
import dev.therapyfit.ehr.outbound.OutboundHttp;
import dev.therapyfit.ehr.outbound.TerminologyServer;
import dev.therapyfit.ehr.smart.SmartApp;
import dev.therapyfit.hooks.CurrentContent;
import dev.therapyfit.hooks.HookCall.Asker;
import dev.therapyfit.hooks.HookPipeline;
import dev.therapyfit.hooks.LoadedContent;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import dev.therapyfit.hooks.request.HookRequestLimits;
import dev.therapyfit.journal.AnswerStore;
import dev.therapyfit.journal.feedback.FeedbackReceiver;
import dev.therapyfit.journal.feedback.FeedbackStore;
import dev.therapyfit.journal.storage.Storage;
import dev.therapyfit.web.AppLaunches;
import dev.therapyfit.web.Availability;
import dev.therapyfit.web.CallMetrics;
import dev.therapyfit.web.HookCalls;
import dev.therapyfit.web.RecentInputs;
import dev.therapyfit.web.TrustSettings;
import dev.therapyfit.web.WebSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationFilter;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Wires the service. The application imports it and brings the {@link Content}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CdsHooksProperties.class)
@ComponentScan(basePackages = "dev.therapyfit.web", excludeFilters = @ComponentScan.Filter(Configuration.class))
@Import({TrustConfiguration.class, StorageConfiguration.class, ErasureJob.class})
public class CdsHooksConfiguration {
    /**
     * Cases that the service warms up with: enough for the paths that many patients take, few enough to come round in the
     * time there is.
     */
    public static final int WARM_UP_CASES = 8;

    /** A call of the warm-up is quick enough if it takes this part of the longest time for a call. */
    private static final int QUICK = 4;

    private static final String NOBODY = "warm-up";

    @Bean(destroyMethod = "close")
    static ForeignLogs foreignLogs() {
        return new ForeignLogs();
    }

    /**
     * The content with what a terminology server says of it, if there is one.
     *
     * @throws WrongSetting if that server does not answer: other codes than yesterday's would count, and nobody would know
     */
    public static Content withTerminology(Content content, CdsHooksProperties properties) {
        CdsHooksProperties.Terminology terminology = properties.terminology();
        if (terminology.url() == null) {
            return content;
        }
        try {
            return new TerminologyServer(terminology.url(), terminology.timeout()).expand(content);
        } catch (NoExpansion e) {
            throw new WrongSetting(
                    "therapy-fit.terminology.url",
                    "expected a FHIR R4 server that expands the content's value sets: " + e.getMessage());
        }
    }

    @Bean
    @ConditionalOnMissingBean
    CqlEvaluator cqlEvaluator(Content content) {
        return CqlEvaluator.compile(content);
    }

    @Bean
    CurrentContent currentContent(
            Content content,
            CqlEvaluator evaluator,
            FhirDataSource dataSource,
            ServerIsolation isolation,
            CallMetrics metrics,
            Clock timeOfDay,
            CdsHooksProperties properties) {
        CdsHooksProperties.Limits limits = properties.limits();
        return new CurrentContent(new HookPipeline(
                LoadedContent.of(content, evaluator),
                new HookRequestDecoder(new HookRequestLimits(
                        limits.jsonDepth(), limits.numberLength(), limits.stringLength(), limits.resources())),
                new PrefetchCompleter(dataSource, isolation),
                metrics,
                new TimeOrderedIds(timeOfDay)));
    }

    @Bean
    RecentInputs recentInputs(CdsHooksProperties properties) {
        CdsHooksProperties.Answers answers = properties.answers();
        return new RecentInputs(answers.lasting(), answers.bytes());
    }

    @Bean
    FhirDataSource fhirDataSource(OutboundHttp http) {
        return new RestFhirDataSource(http);
    }

    @Bean
    ServerIsolation serverIsolation(CdsHooksProperties properties) {
        return serverIsolationOf(properties);
    }

    private static ServerIsolation serverIsolationOf(CdsHooksProperties properties) {
        return new ServerIsolation(
                properties.fhir().threads(), properties.fhir().pauseAfterFailure());
    }

    @Bean
    FeedbackReceiver feedbackReceiver(CurrentContent content, FeedbackStore feedback, Clock timeOfDay) {
        return new FeedbackReceiver(id -> content.get().catalog().find(id).isPresent(), feedback, timeOfDay);
    }

    @Bean
    CallMetrics callMetrics(MeterRegistry meters, ObservationRegistry observations) {
        return new CallMetrics(meters, observations);
    }

    /** What a client writes into a path is not told, as it is not logged. */
    @Bean
    ObservationFilter withoutPath() {
        return context -> context.removeHighCardinalityKeyValue("http.url");
    }

    @Bean
    MeterBinder pools(Storage storage, ServerIsolation isolation) {
        return meters -> {
            storage.measuredBy(meters);
            isolation.measuredBy(meters);
        };
    }

    @Bean
    HookCalls hookCalls(
            CurrentContent content,
            AnswerStore answers,
            RecentInputs recent,
            AppLaunches launches,
            CallMetrics metrics) {
        return new HookCalls(content, answers, recent, launches.isApp(), metrics);
    }

    @Bean
    AppLaunches appLaunches(OutboundHttp http, TrustSettings trust, CdsHooksProperties properties) {
        CdsHooksProperties.Smart smart = properties.smart();
        return new AppLaunches(
                smart.clientId().isEmpty()
                        ? Optional.empty()
                        : Optional.of(new SmartApp(http, smart.clientId(), smart.scope())),
                trust,
                properties.answers().lasting());
    }

    @Bean
    WebSettings webSettings(CdsHooksProperties properties) {
        Clock clock = properties.evaluationTime() == null
                ? Clock.tick(Clock.systemUTC(), Duration.ofMillis(1))
                : Clock.fixed(properties.evaluationTime(), ZoneOffset.UTC);
        CdsHooksProperties.Limits limits = properties.limits();
        return new WebSettings(
                clock,
                properties.publicUrl(),
                limits.bodyBytes(),
                limits.bodyTime(),
                properties.deadline(),
                limits.refusalsPerMinute());
    }

    @Bean
    BeforeTheFirstCall warmUp(
            CurrentContent content, WebSettings settings, TrustSettings trust, CdsHooksProperties properties) {
        return new BeforeTheFirstCall(isEnding -> {
            if (properties.warmUp().isZero()) {
                return;
            }
            trust.verifier()
                    .ifPresent(verifier -> verifier.readAhead(trust.clock().instant()));
            try (OutboundHttp toThisMachine = new OutboundHttp(
                            properties.fhir().connectTimeout(), AllowedNetworks.of(List.of("127.0.0.1/32")));
                    ServerIsolation bulkheads = serverIsolationOf(properties)) {
                HookPipeline warm = HookPipeline.of(
                        content.get(),
                        new HookRequestDecoder(),
                        new PrefetchCompleter(new RestFhirDataSource(toThisMachine), bulkheads));
                new WarmUp(
                                warm,
                                Cases.some(content.get().content(), WARM_UP_CASES),
                                new Asker(NOBODY, properties.jurisdiction(), false))
                        .run(
                                properties.warmUp(),
                                properties.deadline().dividedBy(QUICK),
                                settings.clock().instant(),
                                isEnding);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            HeapAtRest.giveBack();
        });
    }

    @Bean
    Availability availability(ApplicationAvailability state, CdsHooksProperties properties) {
        return new Availability(state, properties.drain());
    }

    @Bean
    WebMvcConfigurer web(Availability availability) {
        return new WebMvcConfigurer() {
            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                // Before the guard: a call to a service that starts uses no token, so that it can be made elsewhere.
                registry.addInterceptor(availability)
                        .addPathPatterns("/cds-services/*/**")
                        .order(Ordered.HIGHEST_PRECEDENCE);
            }
        };
    }
}
