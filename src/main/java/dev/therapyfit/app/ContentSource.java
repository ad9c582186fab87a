package dev.therapyfit.app;

import dev.therapyfit.app.config.CdsHooksConfiguration;
import dev.therapyfit.app.config.CdsHooksProperties;
import dev.therapyfit.app.config.WrongSetting;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.ehr.outbound.ContentServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where the service has its content from: the executable, a folder, or a FHIR server that it was published to. */
final class ContentSource {
    private static final String SETTING = "therapy-fit.content";
    private static final List<String> WHAT_DECIDES = List.of("cql", "resources", "schema", "vocabulary");

    private final CdsHooksProperties properties;

    ContentSource(CdsHooksProperties properties) {
        this.properties = properties;
    }

    /** True for the content in the executable, which stays as it is. */
    boolean isPackaged() {
        return properties.content().isBlank();
    }

    /** True for a FHIR server. */
    boolean isServer() {
        return properties.isContentOfServer();
    }

    /**
     * Reads it, with what a terminology server says, if there is one.
     *
     * @throws ContentException if anything is wrong with it
     * @throws WrongSetting if it is not there
     */
    Content read() {
        return CdsHooksConfiguration.withTerminology(plain(), properties);
    }

    private Content plain() {
        if (isPackaged()) {
            return PackagedContent.readWithSomeCases(CdsHooksConfiguration.WARM_UP_CASES);
        }
        Content content = isServer() ? fromServer() : Content.readPartly(Path.of(properties.content()));
        ContentCheck.of(content).requireNone();
        return content;
    }

    private Content fromServer() {
        try {
            Map<String, byte[]> files = new ContentServer(
                            URI.create(properties.content()),
                            properties.reload().timeout())
                    .files();
            if (files.isEmpty()) {
                throw new WrongSetting(SETTING, "nothing was published to this FHIR server: therapy-fit publish");
            }
            return Content.partlyOf(files);
        } catch (IOException e) {
            throw new WrongSetting(
                    SETTING, "expected a FHIR server that answers: " + (e.getMessage() == null ? e : e.getMessage()));
        }
    }

    /** Changes when a file of the folder does; cheap. A server has to be read. */
    String state() {
        StringBuilder state = new StringBuilder();
        Path input = Path.of(properties.content()).resolve("input");
        for (String part : WHAT_DECIDES) {
            try (Stream<Path> files = Files.find(
                    input.resolve(part), Integer.MAX_VALUE, (path, attributes) -> attributes.isRegularFile())) {
                for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    state.append(file)
                            .append(' ')
                            .append(attributes.size())
                            .append(' ')
                            .append(attributes.lastModifiedTime().toMillis())
                            .append('\n');
                }
            } catch (IOException | UncheckedIOException e) {
                state.append(part).append(" cannot be read\n"); // or is just being written
            }
        }
        return state.toString();
    }
}
