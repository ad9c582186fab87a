package dev.therapyfit.app;

import dev.therapyfit.app.config.CdsHooksConfiguration;
import dev.therapyfit.app.config.CdsHooksProperties;
import dev.therapyfit.app.config.WrongSetting;
import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.content.ContentException;
import dev.therapyfit.ehr.outbound.ContentServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        if (isPackaged()) {
            return CdsHooksConfiguration.withTerminology(
                    PackagedContent.readWithSomeCases(CdsHooksConfiguration.WARM_UP_CASES), properties);
        }
        Content content = isServer() ? fromServer() : fromFolder();
        ContentCheck.of(content).requireNone();
        return CdsHooksConfiguration.withTerminology(content, properties);
    }

    /**
     * Reads it again, while another one answers: its test cases decide nothing, and nothing depends on them.
     *
     * @param state the state that was seen
     * @return empty if it is another by now
     * @throws ContentException if anything is wrong with what decides
     * @throws WrongSetting if it is not there
     */
    Optional<Content> readAgain(String state) {
        Content content = isServer() ? fromServer() : fromFolder();
        if (!state.equals(isServer() ? content.sha256() : state())) {
            return Optional.empty();
        }
        ContentCheck.of(content, List.of()).requireNone();
        return Optional.of(CdsHooksConfiguration.withTerminology(content, properties));
    }

    private Content fromFolder() {
        return Content.readPartly(Path.of(properties.content()));
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

    /**
     * Changes when what decides does: of a folder times and sizes, which is cheap, of a server the digest of what it holds.
     *
     * @throws WrongSetting if the server does not answer
     */
    String state() {
        if (isServer()) {
            return fromServer().sha256();
        }
        Path input = Path.of(properties.content()).resolve("input");
        return FolderState.of(WHAT_DECIDES.stream().map(input::resolve).toList());
    }
}
