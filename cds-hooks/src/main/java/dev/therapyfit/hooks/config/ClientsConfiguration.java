package dev.therapyfit.hooks.config;

import dev.therapyfit.cql.content.Content;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** How the settings of a client are read and checked: by the service, and by the command that registers one. */
@Configuration(proxyBeanMethods = false)
class ClientsConfiguration {
    /** Made when it is asked for: it needs the content, and most commands do not need it. */
    @Bean
    @Lazy
    ClientSettings clientSettings(CdsHooksProperties properties, Content content) {
        List<String> known = content.jurisdictions();
        if (!known.isEmpty() && !known.contains(properties.jurisdiction())) {
            throw new WrongSetting("therapy-fit.jurisdiction", ClientSettings.expectedJurisdiction(known));
        }
        return new ClientSettings(properties.jurisdiction(), known, TrustConfiguration.allowedNetworks(properties));
    }
}
