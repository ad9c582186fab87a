package dev.therapyfit.fhirserver;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The directory that holds what the server writes: the database, the log files and Tomcat's work files. */
final class DataDirectory {
    private DataDirectory() {}

    /**
     * Makes the directory unless it is there, and sees that one can write into it.
     *
     * @throws StartFailure naming the directory
     */
    static void prepare(Path data) throws StartFailure {
        try {
            Files.createDirectories(logs(data));
            Files.delete(Files.createTempFile(data, "probe", ""));
        } catch (FileAlreadyExistsException e) {
            throw failure(data, e.getFile() + " is not a directory", e);
        } catch (FileSystemException e) {
            throw failure(data, e.getReason() == null ? e.getClass().getSimpleName() : e.getReason(), e);
        } catch (IOException e) {
            throw failure(data, OneLine.of(e), e);
        }
    }

    static Path logs(Path data) {
        return data.resolve("logs");
    }

    static Path tomcat(Path data) {
        return data.resolve("tomcat");
    }

    private static StartFailure failure(Path data, String reason, IOException cause) {
        return new StartFailure(
                "the data directory " + data + " cannot be made or written into (" + reason
                        + "); choose another one with --data",
                cause);
    }
}
