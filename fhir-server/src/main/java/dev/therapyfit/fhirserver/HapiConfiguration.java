package dev.therapyfit.fhirserver;

import ca.uhn.fhir.batch2.jobs.config.BatchCommonCtx;
import ca.uhn.fhir.batch2.jobs.termcodesystem.TermCodeSystemJobConfig;
import ca.uhn.fhir.broker.api.IBrokerClient;
import ca.uhn.fhir.broker.api.IChannelNamer;
import ca.uhn.fhir.broker.impl.LinkedBlockingBrokerClient;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.ClientIdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings.IdStrategyEnum;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.entity.TermConcept;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.search.HapiHSearchAnalysisConfigurers.HapiLuceneAnalysisConfigurer;
import ca.uhn.fhir.jpa.subscription.channel.impl.LinkedBlockingChannelFactory;
import ca.uhn.fhir.jpa.subscription.channel.impl.RetryPolicyProvider;
import ca.uhn.fhir.jpa.term.api.ITermReadSvc;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.CorsInterceptor;
import ca.uhn.fhir.rest.server.interceptor.ResponseHighlighterInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.persistence.EntityManagerFactory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.hibernate.search.mapper.orm.Search;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.web.cors.CorsConfiguration;

/**
 * HAPI's JPA server for R4, as little of it as starts: no full text, no subscriptions, no MDM, no partitions. Its batch
 * jobs come along because its terminology and bulk beans want a coordinator; one of them removes the concepts that a
 * code system had before it was written again.
 */
@Configuration(proxyBeanMethods = false)
@Import({
    JpaR4Config.class,
    HapiJpaConfig.class,
    JpaBatch2Config.class,
    BatchCommonCtx.class,
    TermCodeSystemJobConfig.class,
    ThreadPoolFactoryConfig.class
})
class HapiConfiguration {
    static final String DESCRIPTION = "Therapy Fit sandbox: synthetic patients only";

    @Bean
    JpaStorageSettings storageSettings() {
        JpaStorageSettings settings = new JpaStorageSettings();
        // A client may give any id, digits alone too; the server's own are UUIDs so that the two never meet.
        settings.setResourceClientIdStrategy(ClientIdStrategyEnum.ANY);
        settings.setResourceServerIdStrategy(IdStrategyEnum.UUID);
        // By default the same search gives the same answer for a minute, whatever was written in between.
        settings.setReuseCachedSearchResultsForMillis(null);
        // Else each step of a job waits for the next full minute, and concepts that were written again wait for the
        // job.
        settings.setJobFastTrackingEnabled(true);
        return settings;
    }

    @Bean
    PartitionSettings partitionSettings() {
        return new PartitionSettings();
    }

    @Bean
    @Primary
    LocalContainerEntityManagerFactoryBean entityManagerFactory(
            ConfigurableListableBeanFactory beans,
            FhirContext fhir,
            JpaStorageSettings settings,
            DataSource dataSource,
            Database database) {
        LocalContainerEntityManagerFactoryBean factory =
                HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, fhir, settings);
        factory.setPersistenceUnitName("fhir");
        factory.setDataSource(dataSource);
        factory.setJpaPropertyMap(Map.ofEntries(
                Map.entry("hibernate.dialect", database.dialect().getName()),
                // The same for both databases and enough for invented data: what HAPI lacks is added. HAPI's own
                // migration is for records that must outlive many versions; here one may always seed anew.
                Map.entry("hibernate.hbm2ddl.auto", "update"),
                // Without an index HAPI expands no value set that has a filter. It is made anew at each start.
                Map.entry("hibernate.search.backend.type", "lucene"),
                Map.entry("hibernate.search.backend.directory.type", "local-heap"),
                Map.entry("hibernate.search.backend.analysis.configurer", HapiLuceneAnalysisConfigurer.class.getName()),
                // An audit of MDM links, of which there are none. (Bean Validation must stay, though HAPI's tables need
                // none: without it Hibernate checks nullability itself, too early for HAPI's partition columns.)
                Map.entry("hibernate.integration.envers.enabled", "false"),
                Map.entry("hibernate.cache.use_second_level_cache", "false"),
                Map.entry("hibernate.cache.use_query_cache", "false"),
                Map.entry("hibernate.jdbc.batch_size", "20")));
        return factory;
    }

    @Bean
    @Primary
    JpaTransactionManager transactionManager(EntityManagerFactory entityManagerFactory) {
        return new JpaTransactionManager(entityManagerFactory);
    }

    /** Concepts of an earlier run, for {@code $expand}. */
    @Bean
    SmartInitializingSingleton indexOfConcepts(EntityManagerFactory entityManagerFactory) {
        return () -> {
            try {
                Search.mapping(entityManagerFactory)
                        .scope(TermConcept.class)
                        .massIndexer()
                        .startAndWait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @Bean
    IChannelNamer channelNamer() {
        return (name, settings) -> name;
    }

    @Bean
    LinkedBlockingChannelFactory channelFactory(IChannelNamer namer) {
        return new LinkedBlockingChannelFactory(namer, new RetryPolicyProvider());
    }

    @Bean
    IBrokerClient brokerClient(IChannelNamer namer) {
        return new LinkedBlockingBrokerClient(namer);
    }

    @Bean
    RestfulServer restfulServer(
            FhirContext fhir,
            ResourceProviderFactory resourceProviders,
            JpaSystemProvider<Bundle, Meta> systemProvider,
            ValueSetOperationProvider valueSetOperations,
            IFhirSystemDao<Bundle, Meta> systemDao,
            JpaStorageSettings settings,
            ISearchParamRegistry searchParameters,
            IValidationSupport validationSupport,
            ITermReadSvc terminology,
            DatabaseBackedPagingProvider paging) {
        RestfulServer server = new RestfulServer(fhir);
        server.registerProviders(resourceProviders.createProviders());
        server.registerProviders(systemProvider, valueSetOperations);
        JpaCapabilityStatementProvider capability =
                new JpaCapabilityStatementProvider(server, systemDao, settings, searchParameters, validationSupport);
        capability.setImplementationDescription(DESCRIPTION);
        server.setServerConformanceProvider(capability);
        server.setDefaultResponseEncoding(EncodingEnum.JSON);
        // All patients on one page, since some clients show the first page only.
        paging.setDefaultPageSize(50);
        paging.setMaximumPageSize(200);
        server.setPagingProvider(paging);
        server.registerInterceptor(new TerminologyAsItIsNow(validationSupport, terminology));
        server.registerInterceptor(new ReadingFromAnywhere());
        server.registerInterceptor(new ResponseHighlighterInterceptor());
        return server;
    }

    /** Once a code system is written again, HAPI would go on to expand what it had before, which is deleted. */
    @Interceptor
    static final class TerminologyAsItIsNow {
        private static final Set<RestOperationTypeEnum> WRITES = EnumSet.of(
                RestOperationTypeEnum.CREATE,
                RestOperationTypeEnum.UPDATE,
                RestOperationTypeEnum.PATCH,
                RestOperationTypeEnum.DELETE,
                RestOperationTypeEnum.TRANSACTION);
        private static final Set<String> TYPES = Set.of("CodeSystem", "ValueSet", "ConceptMap");

        private final IValidationSupport validationSupport;
        private final ITermReadSvc terminology;

        TerminologyAsItIsNow(IValidationSupport validationSupport, ITermReadSvc terminology) {
            this.validationSupport = validationSupport;
            this.terminology = terminology;
        }

        /** Before a write is answered, forgets what was read of the terminology. */
        @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
        public void written(RequestDetails request) {
            if (WRITES.contains(request.getRestOperationType())
                    && (request.getResourceName() == null || TYPES.contains(request.getResourceName()))) {
                terminology.invalidateCaches();
                validationSupport.invalidateCaches();
            }
        }
    }

    /**
     * A page from anywhere may read, for all patients are invented, and search by POST as some clients do; none may write
     * into somebody's local sandbox.
     */
    private static final class ReadingFromAnywhere extends CorsInterceptor {
        private static final List<String> READS = List.of("GET", "HEAD", "OPTIONS");
        private static final List<String> SEARCHES = List.of("GET", "HEAD", "OPTIONS", "POST");

        private final CorsInterceptor searches = new CorsInterceptor(allowing(SEARCHES));

        ReadingFromAnywhere() {
            super(allowing(READS));
        }

        @Override
        public boolean incomingRequestPreProcessed(HttpServletRequest request, HttpServletResponse response) {
            return request.getRequestURI().endsWith("/_search")
                    ? searches.incomingRequestPreProcessed(request, response)
                    : super.incomingRequestPreProcessed(request, response);
        }

        private static CorsConfiguration allowing(List<String> methods) {
            CorsConfiguration cors = new CorsConfiguration();
            cors.addAllowedOrigin(CorsConfiguration.ALL);
            cors.addAllowedHeader(CorsConfiguration.ALL);
            cors.setAllowedMethods(methods);
            cors.setExposedHeaders(List.of("Location", "Content-Location", "ETag", "Last-Modified"));
            return cors;
        }
    }
}
