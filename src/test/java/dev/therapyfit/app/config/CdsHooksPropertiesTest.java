package dev.therapyfit.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

class CdsHooksPropertiesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(CdsHooksProperties.class)
    static class Settings {}

    @Test
    void every_setting_has_a_default() {
        CdsHooksProperties properties = read(Map.of());

        assertThat(properties.jurisdiction()).isEqualTo("US");
        assertThat(properties.fhir().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(properties.evaluationTime()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "therapy-fit.fhir.connect-timeout, 0s",
        "therapy-fit.deadline, 0ms",
        "therapy-fit.fhir.threads, 0",
        "therapy-fit.limits.body-bytes, 0",
        "therapy-fit.jurisdiction, ''",
        "therapy-fit.no-such-key, 1",
    })
    void a_setting_that_makes_no_sense_stops_the_start(String key, String value) {
        assertThatThrownBy(() -> read(Map.of(key, value))).hasMessageContaining("therapy-fit");
    }

    private static CdsHooksProperties read(Map<String, Object> settings) {
        try (var context = new AnnotationConfigApplicationContext()) {
            context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
            context.register(Settings.class);
            context.refresh();
            return context.getBean(CdsHooksProperties.class);
        }
    }
}
