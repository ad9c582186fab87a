package dev.therapyfit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.therapyfit.app.config.CdsHooksProperties;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.io.ClassPathResource;

/** {@code application.yml} lists every setting with its default. */
class SettingsTest {
    @Test
    void the_file_says_what_counts_without_it() throws IOException {
        List<ConfigurationPropertySource> file = new YamlPropertySourceLoader()
                .load("file", new ClassPathResource("application.yml")).stream()
                        .map(ConfigurationPropertySource::from)
                        .toList();

        assertThat(new Binder(file).bindOrCreate("therapy-fit", Bindable.of(CdsHooksProperties.class)))
                .usingRecursiveComparison()
                .isEqualTo(new Binder(List.of()).bindOrCreate("therapy-fit", Bindable.of(CdsHooksProperties.class)));
    }
}
