package dev.therapyfit.cli;

import dev.therapyfit.app.PackagedContent;
import dev.therapyfit.cql.content.Content;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --content}, the same for every command. */
final class ContentOption {
    @Option(
            names = "--content",
            paramLabel = "DIR",
            description = {
                "Folder of the clinical content (it holds input/); serve also takes the URL of a FHIR server that it was",
                "published to. Default: the content in this executable."
            })
    private @Nullable String given;

    /** What was given: a folder, or for {@code serve} a FHIR server too. */
    @Nullable
    String given() {
        return given;
    }

    /** Reads the content without its cases if it is the packaged one. */
    Content read() {
        return given == null ? PackagedContent.read() : Content.read(existing(given));
    }

    /** Reads the content and at least that case, if there is one. */
    Content readWithCase(String name) {
        return given == null ? PackagedContent.readWithCase(name) : Content.read(existing(given));
    }

    /** Reads the content and its cases, as far as they can be read. */
    Content readPartly() {
        return given == null ? PackagedContent.readWithCases() : Content.readPartly(existing(given));
    }

    /** Looks whether the folder is one, before anything is loaded. */
    void requireThere() {
        if (given != null && !given.matches("https?://.*")) {
            existing(given);
        }
    }

    private static Path existing(String given) {
        Path directory = Path.of(given);
        if (!Files.isDirectory(directory.resolve("input"))) {
            throw new UnusableInput("--content " + directory + ": expected a folder that holds input/");
        }
        return directory;
    }
}
