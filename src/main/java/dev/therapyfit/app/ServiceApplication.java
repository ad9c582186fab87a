package dev.therapyfit.app;

import dev.therapyfit.app.config.CdsHooksConfiguration;
import dev.therapyfit.app.config.EarlyChecks;
import dev.therapyfit.app.config.WithoutPortAndDatabase;
import dev.therapyfit.app.sandbox.DraftOrderService;
import dev.therapyfit.app.sandbox.client.ClientController;
import dev.therapyfit.app.sandbox.workbench.WorkbenchController;
import dev.therapyfit.web.TrustSettings;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The CDS Hooks service with its content, on an embedded web server. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
    CdsHooksConfiguration.class,
    ContentReload.class,
    DraftOrderService.class,
    ClientController.class,
    WorkbenchController.class
})
public class ServiceApplication {
    /** A running service. */
    public record Running(ConfigurableApplicationContext context, int port) implements AutoCloseable {
        /** True if nobody is authenticated. */
        public boolean isOpen() {
            return context.getBean(TrustSettings.class).isOpen();
        }

        /** Where this machine reaches it. */
        public URI base() {
            boolean tls = List.of("server.ssl.bundle", "server.ssl.key-store", "server.ssl.certificate").stream()
                    .anyMatch(context.getEnvironment()::containsProperty);
            return URI.create((tls ? "https" : "http") + "://localhost:" + port);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /**
     * Starts the service; returns when it takes calls.
     *
     * @param settings values of Spring properties, stronger than every configuration file
     * @param otherwise values where nothing else says any
     * @throws RuntimeException whose {@link StartFailure#explain} tells a user what is wrong
     */
    public static Running start(Map<String, Object> settings, Map<String, Object> otherwise) {
        return start(settings, otherwise, context -> {});
    }

    /**
     * Starts all of the service but its port, its database and the warm-up, and ends it again.
     *
     * @throws RuntimeException as {@link #start} does
     */
    public static void check(Map<String, Object> settings, Map<String, Object> otherwise) {
        start(settings, otherwise, new WithoutPortAndDatabase()).close();
    }

    private static Running start(
            Map<String, Object> settings,
            Map<String, Object> otherwise,
            ApplicationContextInitializer<ConfigurableApplicationContext> last) {
        SpringApplication application = new SpringApplication(ServiceApplication.class);
        application.setDefaultProperties(otherwise);
        application.setBannerMode(Banner.Mode.OFF);
        application.addInitializers(new EarlyChecks(), new ContentLoading(), last);
        ConfigurableApplicationContext context = application.run(arguments(settings));
        int port = context instanceof WebServerApplicationContext web && web.getWebServer() != null
                ? web.getWebServer().getPort()
                : -1;
        return new Running(context, port);
    }

    static String[] arguments(Map<String, Object> settings) {
        return settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> malformedCalls() {
        return MalformedCalls.customizer();
    }
}
