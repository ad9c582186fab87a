package dev.therapyfit.web;

import java.util.List;

/**
 * What the page of a decision shows. Its own words are in the reader's language, sentences in the content's.
 *
 * @param words the page's own words
 * @param title the outcome in a sentence
 * @param summary what else is said of the decision first
 * @param about what was evaluated, when, and by which content
 * @param scales pictures of where the patient stands between two ends
 * @param sections the parts of the decision that hold something
 * @param empty the titles of the others
 * @param limits what the decision does not say
 * @param json address of the same as JSON
 * @param answer address where answers can be tried; empty if they no longer can
 */
public record DecisionView(
        PageWords words,
        String title,
        List<String> summary,
        String about,
        List<Scale> scales,
        List<Section> sections,
        String empty,
        String limits,
        String json,
        String answer) {

    /**
     * A scale between two ends.
     *
     * @param label all of it in words
     * @param steps where its marks stand, from 20 to 340
     * @param at where the patient stands
     * @param from how far what is unknown could move it to the left; as {@code to} if nothing is unknown
     * @param to the same to the right
     * @param isPlaced false if an end is ruled out: then the patient stands nowhere between them
     * @param ends what speaks for each end
     */
    public record Scale(
            String label, List<Double> steps, double at, double from, double to, boolean isPlaced, List<End> ends) {
        /** True if something unknown could move it. */
        public boolean isOpen() {
            return isPlaced && from < to;
        }
    }

    /** One end of a scale: what it says, and its entries. */
    public record End(String said, List<Mark> marks) {}

    /** An entry of a scale, with a sign for its state. */
    public record Mark(String state, String sign, String text) {}

    /**
     * A part of the decision: one of its lists is filled, or none.
     *
     * @param raised entries that need attention
     * @param folded entries that need none, by their states
     * @param questions what would settle it, with the outcome of each answer
     * @param heads of the columns
     * @param rows cells, one for each head
     * @param texts plain entries
     */
    public record Section(
            String title,
            List<String> heads,
            List<Entry> raised,
            List<Fold> folded,
            List<List<String>> rows,
            List<String> texts,
            List<Question> questions) {
        /** True if there is nothing in it. */
        public boolean isEmpty() {
            return raised.isEmpty() && folded.isEmpty() && rows.isEmpty() && texts.isEmpty() && questions.isEmpty();
        }
    }

    /** A question that is open, and what the outcome would be for its answers. */
    public record Question(String text, List<Possible> possible) {}

    /** Answers that lead to one outcome; whether it is the outcome as it stands. */
    public record Possible(List<String> answers, String outcome, boolean isAsNow) {}

    /** Entries of one state, and what is said of them together. */
    public record Fold(String said, List<Entry> entries) {}

    /**
     * An entry with a state.
     *
     * @param look class of its state
     * @param more cells behind the first three
     * @param explained address of the CQL that gave it, with values; empty if they cannot be told
     */
    public record Entry(
            String what,
            String state,
            String look,
            String why,
            List<Datum> data,
            List<Trend> trends,
            List<String> more,
            String explained) {}

    /** A datum: its reference, and what it says. */
    public record Datum(String reference, String said) {}

    /**
     * Values of one code over time, in a picture of 240 by 72.
     *
     * @param label all of it in words
     * @param note the limit, and since when values count; empty if there is neither
     * @param threshold height of the value from which they are raised; below zero: none
     * @param since where those begin that count; to the right all do
     * @param dots where they stand
     * @param line through all of them
     * @param values the first and the last
     * @param days of these two
     */
    public record Trend(
            String label,
            String note,
            double threshold,
            double since,
            List<Dot> dots,
            String line,
            List<String> values,
            List<String> days) {}

    /** A place in a picture. */
    public record Dot(double x, double y) {}
}
