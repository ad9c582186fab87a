package dev.therapyfit.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.therapyfit.journal.feedback.Feedback;
import dev.therapyfit.journal.feedback.Feedback.Coding;
import dev.therapyfit.journal.feedback.Feedback.Outcome;
import dev.therapyfit.journal.feedback.Feedback.OverrideReason;
import dev.therapyfit.journal.feedback.FeedbackStore.Reviewed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Feedback, counted.
 *
 * @param accepted entries with outcome accepted
 * @param overridden entries with outcome overridden
 * @param byDecision by service, indicator, outcome and reason of the decision
 * @param byReason overrides by what the user gave as the reason
 * @param byState by the state of everything in the decision that has one
 * @param comments what users wrote, if it was asked for
 */
record FeedbackSum(
        long accepted,
        long overridden,
        List<Count> byDecision,
        List<Count> byReason,
        List<Count> byState,

        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> comments) {

    /** How often one thing was accepted and overridden. */
    record Count(String of, long accepted, long overridden) {}

    static FeedbackSum of(List<Reviewed> all, boolean withComments) {
        List<Reviewed> overridden = all.stream().filter(one -> !isAccepted(one)).toList();
        Map<String, String> displays = displays(overridden);
        return new FeedbackSum(
                all.stream().filter(FeedbackSum::isAccepted).count(),
                overridden.size(),
                count(
                        all,
                        one -> Stream.of(one.serviceId() + ", " + one.indicator() + ", " + one.outcome()
                                + (one.reason().isEmpty() ? "" : " (" + one.reason() + ")"))),
                count(overridden, one -> Stream.of(reason(one.feedback(), displays))),
                count(all, FeedbackSum::states),
                withComments
                        ? all.stream()
                                .flatMap(one ->
                                        one.feedback().overrideReason().flatMap(OverrideReason::userComment).stream())
                                .toList()
                        : List.of());
    }

    private static boolean isAccepted(Reviewed one) {
        return one.feedback().outcome() == Outcome.ACCEPTED;
    }

    /** The first text that came with each code: the same reason may come with another one, or without. */
    private static Map<String, String> displays(List<Reviewed> all) {
        Map<String, String> displays = new HashMap<>();
        all.stream()
                .flatMap(one -> one.feedback().overrideReason().flatMap(OverrideReason::reason).stream())
                .forEach(coding -> coding.display().ifPresent(display -> displays.putIfAbsent(code(coding), display)));
        return displays;
    }

    private static String reason(Feedback feedback, Map<String, String> displays) {
        return feedback.overrideReason()
                .flatMap(OverrideReason::reason)
                .map(FeedbackSum::code)
                .map(code -> displays.containsKey(code) ? displays.get(code) + " " + code : code)
                .orElse(feedback.overrideReason().isPresent() ? "(a comment only)" : "(no reason given)");
    }

    private static String code(Coding coding) {
        return "[" + coding.system() + "|" + coding.code() + "]";
    }

    private static Stream<String> states(Reviewed one) {
        return one.states().byPart().values().stream()
                .flatMap(states -> states.entrySet().stream())
                .map(state -> state.getKey() + " " + state.getValue());
    }

    private static List<Count> count(List<Reviewed> all, Function<Reviewed, Stream<String>> parts) {
        SortedMap<String, Count> counts = new TreeMap<>();
        for (Reviewed one : all) {
            parts.apply(one)
                    .forEach(part -> counts.merge(
                            part,
                            new Count(part, isAccepted(one) ? 1 : 0, isAccepted(one) ? 0 : 1),
                            (a, b) -> new Count(part, a.accepted + b.accepted, a.overridden + b.overridden)));
        }
        List<Count> sorted = new ArrayList<>(counts.values());
        sorted.sort(Comparator.comparingLong((Count count) -> -count.overridden));
        return sorted;
    }

    /** As tables for a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        text.append("Accepted ")
                .append(accepted)
                .append(", overridden ")
                .append(overridden)
                .append('\n');
        table(text, "By decision", byDecision);
        table(text, "Overrides by reason", byReason);
        table(text, "By state", byState);
        if (!comments.isEmpty()) {
            text.append("\nComments\n");
            comments.forEach(comment ->
                    text.append("  ").append(comment.replaceAll("\\s+", " ")).append('\n'));
        }
        return text.toString().stripTrailing();
    }

    private static void table(StringBuilder text, String title, List<Count> counts) {
        text.append('\n').append(title).append("  (overridden, accepted)\n");
        counts.forEach(count -> text.append("%8d %8d  %s%n".formatted(count.overridden, count.accepted, count.of)));
    }
}
