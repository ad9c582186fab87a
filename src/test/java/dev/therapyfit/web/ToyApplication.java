package dev.therapyfit.web;

import dev.therapyfit.app.config.CdsHooksConfiguration;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.hooks.ToyContent;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The service with the toy content, as an application imports it. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(CdsHooksConfiguration.class)
class ToyApplication {
    /** An application with the settings of {@code toy.properties} in place of the executable's. */
    static SpringApplication of(Class<?> type) {
        SpringApplication application = new SpringApplication(type);
        application.setDefaultProperties(Map.of("spring.config.name", "toy"));
        return application;
    }

    @Bean
    Content content() {
        return ToyContent.CONTENT;
    }
}
