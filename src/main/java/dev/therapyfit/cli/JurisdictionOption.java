package dev.therapyfit.cli;

import picocli.CommandLine.Option;

/** {@code --jurisdiction} of commands that decide without a service. */
final class JurisdictionOption {
    /** Where nothing else is said. */
    static final String DEFAULT = "US";

    @Option(
            names = "--jurisdiction",
            defaultValue = DEFAULT,
            description =
                    "Where the order would be carried out, for example US, EU, JP or KR (default: ${DEFAULT-VALUE}).")
    private String code = DEFAULT;

    String code() {
        return code;
    }
}
