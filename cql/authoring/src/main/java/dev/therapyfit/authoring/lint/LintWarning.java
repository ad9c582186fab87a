package dev.therapyfit.authoring.lint;

/**
 * Something that is probably not meant.
 *
 * @param rule its name, by which a comment silences it
 * @param file path inside the content
 * @param line line, from 1
 * @param column column, from 1
 * @param message what is there, and what to do about it
 */
public record LintWarning(String rule, String file, int line, int column, String message) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": warning: " + message + " [" + rule + "]";
    }
}
