package dev.therapyfit.app;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.List;

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
            try {
                Files.walkFileTree(
                        part, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Noting(state));
            } catch (IOException e) {
                state.append(part).append(" cannot be read\n");
            }
        }
        return state.toString();
    }

    private static final class Noting extends SimpleFileVisitor<Path> {
        private final StringBuilder state;

        Noting(StringBuilder state) {
            this.state = state;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            state.append(file)
                    .append(' ')
                    .append(attributes.size())
                    .append(' ')
                    .append(attributes.lastModifiedTime().toMillis())
                    .append('\n');
            return FileVisitResult.CONTINUE;
        }

        /** Goes on: the file may just be written. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            state.append(file).append(" cannot be read\n");
            return FileVisitResult.CONTINUE;
        }
    }
}
