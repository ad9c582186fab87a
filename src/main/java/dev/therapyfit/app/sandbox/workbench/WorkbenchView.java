package dev.therapyfit.app.sandbox.workbench;

import dev.therapyfit.authoring.explanation.Explanation;
import dev.therapyfit.web.PageWords;
import java.util.List;
import java.util.Optional;

/**
 * What the workbench shows.
 *
 * @param words the page's own words
 * @param groups files by their folders
 * @param file path of the file that is edited
 * @param text its text
 * @param page names this page among others of the same file
 * @param base digest of the text
 * @param cases names of the test cases
 * @param example the case whose values are told
 * @param place the folder that the draft can be written into; empty: there is none
 * @param report what the draft does; empty: the cases are still to be run
 * @param said what was done; empty: nothing
 */
public record WorkbenchView(
        PageWords words,
        List<Group> groups,
        String file,
        String text,
        String page,
        String base,
        List<String> cases,
        String example,
        String place,
        Optional<Report> report,
        String said) {
    /** Files of one folder. */
    public record Group(String folder, boolean isOpen, List<FileLink> files) {}

    /** A file: its path and name, and whether the draft changes it. */
    public record FileLink(String path, String name, boolean isChanged) {}

    /**
     * What a draft does.
     *
     * @param isChanged true if there is a draft
     * @param problems what is wrong; with any the cases are not run
     * @param warnings what is probably not meant
     * @param cases how many cases were run
     * @param failed how many of them are not decided as expected
     * @param seconds how long it took
     * @param changed cases that are answered otherwise
     * @param more names of the others
     * @param isCompared false if there is nothing to compare with
     * @param failing names of cases that are not decided as expected, with what differs
     */
    public record Report(
            boolean isChanged,
            List<Problem> problems,
            List<Problem> warnings,
            int cases,
            int failed,
            String seconds,
            List<Changed> changed,
            List<String> more,
            boolean isCompared,
            List<Failing> failing) {}

    /** Something at a place of a file. */
    public record Problem(String file, int line, int column, String message) {}

    /** A case that is answered otherwise: what moved it. */
    public record Changed(String name, String title, List<String> moves) {}

    /** A case that is not decided as expected. */
    public record Failing(String name, List<String> differences) {}

    /**
     * One case side by side.
     *
     * @param words the page's own words
     * @param name of the case
     * @param title of the case
     * @param before the decision before in a sentence
     * @param after the decision by the draft in a sentence
     * @param rows what differs
     * @param differences what is not as expected
     * @param expression the expression that is explained
     * @param explanation of that expression; empty: there is no such expression
     */
    public record OneCase(
            PageWords words,
            String name,
            String title,
            String before,
            String after,
            List<Row> rows,
            List<String> differences,
            String expression,
            Optional<Explanation> explanation) {}

    /** Something that differs. */
    public record Row(String what, String before, String after) {}
}
