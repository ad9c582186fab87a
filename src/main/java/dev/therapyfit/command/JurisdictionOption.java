package dev.therapyfit.command;

import picocli.CommandLine.Option;

/** {@code --jurisdiction} of commands that decide without a service. */
final class JurisdictionOption {
    @Option(
            names = "--jurisdiction",
            defaultValue = "US",
            description =
                    "Where the order would be carried out, for example US, EU, JP or KR (default: ${DEFAULT-VALUE}).")
    private String code = "US";

    String code() {
        return code;
    }
}
