package dev.therapyfit.web;

import java.util.List;
import java.util.Optional;

/**
 * The page where answers are tried.
 *
 * @param words the page's own words
 * @param before the decision as it stands, in a sentence
 * @param decision address of the decision
 * @param form address that takes the answers
 * @param needed questions whose answers could change the outcome
 * @param others questions whose answers could not, or that are answered already
 * @param problem what of the answers cannot be taken; empty: nothing
 * @param result what the answers make of it
 * @param right lets the answers be written into the chart once; empty: no EHR launched the page
 * @param recorded what was written into the chart
 */
public record AnswerView(
        PageWords words,
        String before,
        String decision,
        String form,
        List<Question> needed,
        List<Question> others,
        String problem,
        Optional<Result> result,
        String right,
        Recorded recorded) {
    /** References of what was written, and what was not, with why. */
    public record Recorded(List<String> written, List<String> failed) {
        static final Recorded NOTHING = new Recorded(List.of(), List.of());

        /** True if nothing was to be written. */
        public boolean isNothing() {
            return written.isEmpty() && failed.isEmpty();
        }
    }

    /**
     * One question of a Questionnaire.
     *
     * @param field its name in the form
     * @param title title of the Questionnaire
     * @param text the question
     * @param help what helps to answer; empty if nothing does
     * @param source where its scale comes from
     * @param bearsOn ids of what the answer bears on
     * @param choices what can be chosen; none: a number
     * @param repeats true if several can be chosen
     * @param value the number that was given
     * @param least the least number; empty: none
     * @param most the greatest number; empty: none
     * @param unit the number's unit
     * @param dayText asks on which day it was found; empty: that is not asked
     * @param dayField its name in the form
     * @param day the day that was given
     */
    public record Question(
            String field,
            String title,
            String text,
            String help,
            String source,
            String bearsOn,
            List<Choice> choices,
            boolean repeats,
            String value,
            String least,
            String most,
            String unit,
            String dayText,
            String dayField,
            String day) {}

    /** An answer that can be chosen. */
    public record Choice(String code, String display, boolean isChosen) {}

    /**
     * What the answers make of the decision.
     *
     * @param said whether the outcome is another
     * @param after the decision then, in a sentence
     * @param outcomes the outcome's code, before and after if it is another
     * @param changes what changes
     * @param sentences what is said of data besides
     * @param open how many questions are needed still
     * @param data what was answered, to be written into the chart
     * @param json the same as FHIR resources
     */
    public record Result(
            String said,
            String after,
            String outcomes,
            List<Change> changes,
            List<String> sentences,
            int open,
            List<Datum> data,
            String json) {}

    /** A part of the decision that changes: what it is, its state before and after, and why. */
    public record Change(String what, String before, String after, String why) {}

    /** A Questionnaire's title and what was answered. */
    public record Datum(String title, String answer) {}
}
