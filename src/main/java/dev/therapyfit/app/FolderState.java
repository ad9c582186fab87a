package dev.therapyfit.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Tells when a file of a folder changes, by its time; looks twice a second. */
public final class FolderState {
    private static final long PAUSE_MILLIS = 500;

    private final Path folder;
    private String seen;

    public FolderState(Path folder) {
        this.folder = folder;
        this.seen = of(folder);
    }

    /** Waits until something changed and is quiet again; false if the wait was ended. */
    public boolean awaitChange() {
        try {
            String before = seen;
            String last = seen;
            while (true) {
                Thread.sleep(PAUSE_MILLIS);
                String now = of(folder);
                if (!now.equals(before) && now.equals(last)) {
                    seen = now;
                    return true;
                }
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What changes whenever a file of a content's folder does. */
    public static String of(Path folder) {
        return of(List.of(folder.resolve("input"), folder.resolve("expected")));
    }

    /** The same of some folders. */
    static String of(List<Path> folders) {
        StringBuilder state = new StringBuilder();
        for (Path part : folders) {
            try (Stream<Path> files = Files.walk(part)) {
                for (Path file :
                        (Iterable<Path>) files.filter(Files::isRegularFile).sorted()::iterator) {
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
