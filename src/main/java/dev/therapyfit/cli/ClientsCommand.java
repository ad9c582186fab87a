package dev.therapyfit.cli;

import dev.therapyfit.app.OpenStorage;
import dev.therapyfit.clients.Client;
import dev.therapyfit.clients.ClientRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clients}: those that may call, besides the clients of the configuration. */
@Command(
        name = "clients",
        description = {
            "List, add or remove clients in the service's database, besides those of its configuration.",
            "A running service follows within ten seconds."
        },
        mixinStandardHelpOptions = true)
final class ClientsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "list, add or remove is missing");
        }
    }

    @Command(name = "list", description = "Print id and issuer of each.", mixinStandardHelpOptions = true)
    int list(@Mixin StorageOption storage) {
        try (OpenStorage open = storage.open()) {
            open.clients().all().forEach((id, text) -> say(id + "  " + issuer(open, text)));
        }
        return 0;
    }

    private static String issuer(OpenStorage open, String text) {
        try {
            return open.clientSettings().read(text).issuer().map(URI::toString).orElse("");
        } catch (IllegalArgumentException e) {
            return "(cannot be used: " + e.getMessage() + ")";
        }
    }

    @Command(name = "add", description = "Add a client.", mixinStandardHelpOptions = true)
    int add(
            @Mixin StorageOption storage,
            @Option(
                            names = "--client",
                            required = true,
                            paramLabel = "CLIENT.yml",
                            description = "Its settings in YAML or JSON, as one entry of therapy-fit.trust.clients.")
                    Path file) {
        String text = text(file);
        try (OpenStorage open = storage.openOrCreate()) {
            Client client;
            try {
                client = open.clientSettings().read(text);
            } catch (IllegalArgumentException e) {
                throw new UnusableInput("--client " + file + ": " + e.getMessage());
            }
            requireApart(open, client, file);
            if (!open.clients().add(client.id(), text)) {
                throw new UnusableInput("--client " + file + ": its id is registered already; remove that first");
            }
            say("added " + client.id());
        }
        return 0;
    }

    /** Of the same rules as the service, which would leave the client out. */
    private static void requireApart(OpenStorage open, Client client, Path file) {
        List<Client> all = new ArrayList<>();
        open.clients().all().forEach((id, text) -> {
            try {
                all.add(open.clientSettings().read(text));
            } catch (IllegalArgumentException e) {
                // the service leaves that one out
            }
        });
        all.add(client);
        try {
            ClientRegistry.of(all);
        } catch (IllegalArgumentException e) {
            throw new UnusableInput("--client " + file + ": " + e.getMessage());
        }
    }

    @Command(name = "remove", description = "Remove a client.", mixinStandardHelpOptions = true)
    int remove(@Mixin StorageOption storage, @Parameters(paramLabel = "ID", description = "Its id.") String id) {
        try (OpenStorage open = storage.open()) {
            if (!open.clients().remove(id)) {
                throw new UnusableInput("no client of this id is in the database");
            }
            say("removed " + id);
        }
        return 0;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UnusableInput("--client " + file + ": no such file");
        } catch (IOException e) {
            throw new UnusableInput("--client " + file + ": cannot be read");
        }
    }

    private void say(String line) {
        if (spec != null) {
            spec.commandLine().getOut().println(line);
        }
    }
}
