package dev.therapyfit.hooks.decision;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a decision found, by id and without any datum of the patient: what may be kept for review.
 *
 * @param criteria state of each criterion, such as {@code met}
 * @param preference state of the preference
 * @param axes {@code known} or {@code not-known}
 * @param gates state of each gate, such as {@code triggered}
 */
public record States(
        SortedMap<String, String> criteria,
        String preference,
        SortedMap<String, String> axes,
        SortedMap<String, String> gates) {

    /** The states of a decision. */
    public static States of(Decision decision) {
        return new States(
                byId(decision.criteria(), Decision.Criterion::id, Decision.Criterion::state),
                decision.preference().state(),
                byId(decision.axes(), Decision.Axis::id, axis -> axis.known() ? "known" : "not-known"),
                byId(decision.gates(), Decision.Gate::id, Decision.Gate::state));
    }

    private static <T> SortedMap<String, String> byId(
            List<T> parts, Function<T, String> id, Function<T, String> state) {
        SortedMap<String, String> states = new TreeMap<>();
        parts.forEach(part -> states.put(id.apply(part), state.apply(part)));
        return Collections.unmodifiableSortedMap(states);
    }
}
