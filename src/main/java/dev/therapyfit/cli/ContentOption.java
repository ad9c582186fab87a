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
            description = "Folder of the clinical content (it holds input/). Default: the content in this executable.")
    private @Nullable Path directory;

    /** The folder, if one was given. */
    @Nullable
    Path directory() {
        return directory;
    }

    /** Reads the content without its cases if it is the packaged one. */
    Content read() {
        return directory == null ? PackagedContent.read() : Content.read(existing(directory));
    }

    /** Reads the content and at least that case, if there is one. */
    Content readWithCase(String name) {
        return directory == null ? PackagedContent.readWithCase(name) : Content.read(existing(directory));
    }

    /** Reads the content and its cases, as far as they can be read. */
    Content readPartly() {
        return directory == null ? PackagedContent.readWithCases() : Content.readPartly(existing(directory));
    }

    /** Looks whether the folder is one, before anything is loaded. */
    void requireThere() {
        if (directory != null) {
            existing(directory);
        }
    }

    private static Path existing(Path directory) {
        if (!Files.isDirectory(directory.resolve("input"))) {
            throw new UnusableInput("--content " + directory + ": expected a folder that holds input/");
        }
        return directory;
    }
}
