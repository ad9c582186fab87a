package dev.therapyfit.cli;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import dev.therapyfit.app.OpenStorage;
import dev.therapyfit.journal.audit.AuditEvents;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code audit}: who asked what when, as FHIR. */
@Command(
        name = "audit",
        description = "Export who asked what when, as FHIR R4 AuditEvents (NDJSON).",
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StorageOption storage = new StorageOption();

    @Option(names = "--from", required = true, paramLabel = "INSTANT", description = "First instant.")
    private Instant from = Instant.EPOCH;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "INSTANT",
            description = "The instant before which the last one lies.")
    private Instant to = Instant.EPOCH;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE.ndjson",
            description = "File to write; one that is there is not overwritten.")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        if (!from.isBefore(to)) {
            throw new UnusableInput("--from " + from + ": expected an instant before --to");
        }
        if (Files.exists(out)) {
            throw new UnusableInput("--out " + out + ": is there already");
        }
        IParser json = FhirContext.forR4Cached().newJsonParser();
        AtomicLong count = new AtomicLong();
        try (OpenStorage open = storage.open();
                BufferedWriter writer = Files.newBufferedWriter(out)) {
            open.audit().read(from, to, entry -> {
                try {
                    writer.write(json.encodeResourceToString(AuditEvents.of(entry)));
                    writer.write('\n');
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                count.incrementAndGet();
            });
        } catch (IOException | UncheckedIOException e) {
            throw new UnusableInput("--out " + out + ": cannot be written");
        }
        if (spec != null) {
            spec.commandLine().getOut().println(count + " AuditEvents written to " + out);
        }
        return 0;
    }
}
