package dev.therapyfit.cli;

import dev.therapyfit.app.OpenStorage;
import dev.therapyfit.app.StartFailure;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --config} of commands that look into the service's database. */
final class StorageOption {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = {
                "Settings of the service, as for serve: they name its database.",
                "An H2 file can be opened while the service does not run."
            })
    private @Nullable Path config;

    /** Opens the database of a service that has run, or says in one line why it cannot be. */
    OpenStorage open() {
        return open(false);
    }

    /** The same; makes the database if there is none. */
    OpenStorage openOrCreate() {
        return open(true);
    }

    private OpenStorage open(boolean mayCreate) {
        Map<String, Object> settings = new LinkedHashMap<>(ServeCommand.settings(null, new ContentOption(), config));
        settings.put("logging.threshold.console", "OFF");
        try {
            return OpenStorage.with(settings, mayCreate);
        } catch (RuntimeException e) {
            throw new UnusableInput(StartFailure.explain(e));
        }
    }
}
