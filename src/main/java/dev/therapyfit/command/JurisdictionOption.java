package dev.therapyfit.command;

import dev.therapyfit.cql.content.Content;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --jurisdiction} of commands that decide without a service. */
final class JurisdictionOption {
    @Option(
            names = "--jurisdiction",
            defaultValue = "US",
            description = "Where the order would be carried out: US, EU, JP or KR (default: ${DEFAULT-VALUE}).")
    private String code = "US";

    /** What was given, if the content knows it. */
    String among(Content content) {
        List<String> known = content.jurisdictions();
        if (!known.isEmpty() && !known.contains(code)) {
            throw new UnusableInput("--jurisdiction: expected one that the content knows: " + String.join(", ", known));
        }
        return code;
    }
}
