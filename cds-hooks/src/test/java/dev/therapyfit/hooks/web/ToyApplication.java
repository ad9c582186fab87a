package dev.therapyfit.hooks.web;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.hooks.ToyContent;
import dev.therapyfit.hooks.config.CdsHooksConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The service with the toy content, as an application imports it. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(CdsHooksConfiguration.class)
class ToyApplication {
    @Bean
    Content content() {
        return ToyContent.CONTENT;
    }
}
