package dev.therapyfit.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page of all settings is what the code says of them. */
class SettingsPageTest {
    private static final String METADATA = "/META-INF/spring-configuration-metadata.json";
    private static final Path PAGE = Path.of("docs/settings.md");
    private static final Path WRITTEN = Path.of("target/settings.md");

    @Test
    void the_page_of_settings_is_up_to_date() throws IOException {
        Files.writeString(WRITTEN, page());

        assertThat(PAGE)
                .as("if it differs, copy src/target/settings.md over it")
                .hasSameTextualContentAs(WRITTEN);
    }

    private static String page() throws IOException {
        try (InputStream in = SettingsPageTest.class.getResourceAsStream(METADATA)) {
            assertThat(in).isNotNull();
            return new JsonMapper()
                    .readTree(in)
                    .path("properties")
                    .valueStream()
                    .sorted((one, other) -> name(one).compareTo(name(other)))
                    .map(SettingsPageTest::row)
                    .collect(Collectors.joining("\n", """
                                    # Settings

                                    Made from the code. Set them in the file of `--config`, or in the environment: `therapy-fit.public-url` is \
                                    `THERAPYFIT_PUBLICURL`. [`application.yml`](../main/resources/application.yml) shows them as YAML, with \
                                    Spring Boot's own settings that matter here.

                                    | Setting | Default | Meaning |
                                    |---|---|---|
                                    """, "\n"));
        }
    }

    private static String name(JsonNode property) {
        return property.path("name").asString();
    }

    private static String row(JsonNode property) {
        JsonNode value = property.path("defaultValue");
        String text = value.isArray()
                ? value.valueStream().map(JsonNode::asString).collect(Collectors.joining(", "))
                : value.asString("");
        String meaning = property.path("description")
                .asString("")
                .replaceAll("\\{@(?:code|link) ([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ");
        return "| `" + name(property) + "` | " + (text.isEmpty() ? "" : "`" + text + "`") + " | " + meaning + " |";
    }
}
