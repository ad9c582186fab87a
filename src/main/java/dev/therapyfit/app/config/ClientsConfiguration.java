package dev.therapyfit.app.config;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the settings of a client are read and checked: by the service, and by the command that registers one. */
@Configuration(proxyBeanMethods = false)
class ClientsConfiguration {
    @Bean
    ClientSettings clientSettings(CdsHooksProperties properties) {
        return new ClientSettings(properties.jurisdiction(), TrustConfiguration.allowedNetworks(properties));
    }
}
