package dev.therapyfit.cli;

import java.util.List;

/**
 * A file of CQL with its coverage.
 *
 * @param file path inside the content
 * @param runs its text in pieces
 */
public record CoveredFile(String file, List<Run> runs) {
    /**
     * A piece of text.
     *
     * @param look its class; empty for what has no value
     * @param seen the values that it had, in words
     */
    public record Run(String text, String look, String seen) {}
}
