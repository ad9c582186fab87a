package dev.therapyfit.cli;

import dev.therapyfit.app.OpenStorage;
import dev.therapyfit.journal.feedback.FeedbackStore.Reviewed;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code feedback}: what users did with cards, for those who review the content. */
@Command(
        name = "feedback",
        description = "Sum up which cards were accepted or overridden, by decision, reason and state.",
        mixinStandardHelpOptions = true)
final class FeedbackCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StorageOption storage = new StorageOption();

    @Option(names = "--from", paramLabel = "INSTANT", description = "First instant (default: all).")
    private Instant from = Instant.EPOCH;

    @Option(
            names = "--to",
            paramLabel = "INSTANT",
            description = "The instant before which the last one lies (default: now).")
    private @Nullable Instant to;

    @Option(names = "--comments", description = "Also what users wrote, which may hold data of patients.")
    private boolean comments;

    @Option(
            names = "--format",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TEXT;

    @Override
    public Integer call() {
        List<Reviewed> reviewed;
        try (OpenStorage open = storage.open()) {
            reviewed = open.feedback().review(from, to == null ? Instant.now() : to);
        }
        FeedbackSum sum = FeedbackSum.of(reviewed, comments);
        if (spec != null) {
            spec.commandLine()
                    .getOut()
                    .println(
                            format == Format.JSON
                                    ? new JsonMapper()
                                            .writerWithDefaultPrettyPrinter()
                                            .writeValueAsString(sum)
                                    : sum.text());
        }
        return 0;
    }
}
