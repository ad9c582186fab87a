package dev.therapyfit.server;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.hooks.config.CdsHooksProperties;
import java.nio.file.Path;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The content that the settings name, or the packaged one. */
@Configuration(proxyBeanMethods = false)
class ContentConfiguration {
    @Bean
    @Lazy
    Content content(CdsHooksProperties properties) {
        return properties.content().isBlank() ? PackagedContent.read() : Content.read(Path.of(properties.content()));
    }
}
