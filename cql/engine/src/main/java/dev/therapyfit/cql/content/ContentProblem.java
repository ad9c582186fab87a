package dev.therapyfit.cql.content;

/**
 * One thing wrong with the content.
 *
 * @param file path inside the content, for example {@code input/cql/TherapyFit.cql}
 * @param line line, from 1; 0 if the problem has no line
 * @param column column, from 1; 0 if the problem has no column
 * @param message what is wrong
 */
public record ContentProblem(String file, int line, int column, String message) {
    @Override
    public String toString() {
        return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
    }
}
