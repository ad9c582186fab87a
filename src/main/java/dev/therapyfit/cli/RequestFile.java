package dev.therapyfit.cli;

import dev.therapyfit.cql.record.Incomplete;
import dev.therapyfit.cql.record.PatientRecord;
import dev.therapyfit.hooks.catalog.CdsService;
import dev.therapyfit.hooks.catalog.ServiceCatalog;
import dev.therapyfit.hooks.chart.FhirDataSource;
import dev.therapyfit.hooks.chart.PrefetchCompleter;
import dev.therapyfit.hooks.chart.ReadBulkheads;
import dev.therapyfit.hooks.deadline.Deadline;
import dev.therapyfit.hooks.decision.Decision;
import dev.therapyfit.hooks.failure.CdsFailure;
import dev.therapyfit.hooks.request.HookRequest;
import dev.therapyfit.hooks.request.HookRequestDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The stored body of a hook call.
 *
 * @param record what was sent
 * @param selections the orders that it was about
 */
record RequestFile(PatientRecord record, List<String> selections) {

    /**
     * Reads a body.
     *
     * @param file the body
     * @param catalog services, of which the one with the body's hook is taken
     * @param before the decision that was made: what could not be read then need not be there now
     * @throws UnusableInput if it is no hook call, or lacks data that were read then
     */
    static RequestFile read(Path file, ServiceCatalog catalog, Decision before) {
        byte[] body = bytes(file);
        CdsService service = service(file, body, catalog);
        try {
            HookRequest sent = new HookRequestDecoder()
                    .decode(body, service.hook(), service.prefetchKeys(), service::mayBeAbout, () -> {});
            PrefetchCompleter completer = new PrefetchCompleter(FhirDataSource.NONE, ReadBulkheads.on(Runnable::run));
            Deadline deadline = Deadline.in(Duration.ofMinutes(1));
            PatientRecord record = completer.complete(
                    sent,
                    completer.products(sent, service.prefetch(), deadline),
                    service.prefetch(),
                    service.referencedTypes(),
                    before.evaluatedAt().atZone(ZoneOffset.UTC).toLocalDate(),
                    deadline);
            requireAll(file, record, before);
            return new RequestFile(record, sent.context().selections());
        } catch (CdsFailure e) {
            throw new UnusableInput("--request " + file + ": " + e.getMessage());
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new UnusableInput("--request " + file + ": no such file");
        } catch (IOException e) {
            throw new UnusableInput("--request " + file + ": cannot be read");
        }
    }

    private static CdsService service(Path file, byte[] body, ServiceCatalog catalog) {
        try {
            String hook = new JsonMapper().readTree(body).path("hook").asString("");
            return catalog.services().stream()
                    .filter(service -> service.hook().code().equals(hook))
                    .findFirst()
                    .orElseThrow(() -> new UnusableInput("--request " + file + ": expected a hook of "
                            + catalog.services().stream()
                                    .map(service -> service.hook().code())
                                    .collect(Collectors.joining(", "))));
        } catch (JacksonException e) {
            throw new UnusableInput("--request " + file + ": expected the JSON of a hook call");
        }
    }

    private static void requireAll(Path file, PatientRecord record, Decision before) {
        Set<String> unreadThen =
                before.unread().stream().map(Decision.NotRead::type).collect(Collectors.toSet());
        List<String> missing = record.incomplete().stream()
                .map(Incomplete::type)
                .filter(type -> !unreadThen.contains(type))
                .toList();
        if (!missing.isEmpty()) {
            throw new UnusableInput(
                    "--request " + file + ": replay reads no server, and the body lacks the prefetch of "
                            + String.join(", ", missing) + ": expected all of it, or the chart by --patient");
        }
    }
}
