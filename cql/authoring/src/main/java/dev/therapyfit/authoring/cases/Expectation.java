package dev.therapyfit.authoring.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a case expects of its decision. Codes are those of the decision itself.
 *
 * @param outcome for example {@code msc-favoured}
 * @param reason empty if there is none
 * @param provisional true if an unknown criterion could change the outcome
 * @param deciding those criteria, in the order M1 to S3
 * @param criteria state by criterion, M1 to S3
 * @param preference state of P
 * @param gates state by gate: all that are triggered or unconfirmed, and any other that the case is about
 * @param excluded modalities that a gate excludes
 * @param concordance {@code agrees}, {@code differs} or {@code not-applicable}
 * @param leftOut reason by reference of what must be listed as left out; more may be listed
 */
public record Expectation(
        String outcome,
        String reason,
        boolean provisional,
        List<String> deciding,
        SortedMap<String, String> criteria,
        String preference,
        SortedMap<String, String> gates,
        List<String> excluded,
        String concordance,
        SortedMap<String, String> leftOut) {

    /**
     * Compares a decision with this expectation.
     *
     * @param decision value of the expression {@code Decision}, as maps and lists
     * @return one sentence a difference; empty if the decision is as expected
     */
    public List<String> differences(Map<?, ?> decision) {
        List<String> differences = new ArrayList<>();
        compare("outcome", outcome, decision.get("outcome"), differences);
        compare("reason", reason, decision.get("reason"), differences);
        compare("provisional", provisional, decision.get("provisional"), differences);
        compare("deciding", deciding, decision.get("deciding"), differences);
        compare("criteria", criteria, states(decision.get("criteria")), differences);
        compare(
                "preference",
                preference,
                decision.get("preference") instanceof Map<?, ?> map ? map.get("state") : "",
                differences);
        compare("gates", gates, notable(states(decision.get("gates"))), differences);
        compare("excluded", excluded, decision.get("excluded"), differences);
        compare("concordance", concordance, decision.get("concordance"), differences);
        compare("leftOut", leftOut, wantedLeftOut(decision.get("leftOut")), differences);
        return List.copyOf(differences);
    }

    private static void compare(String field, Object expected, @Nullable Object actual, List<String> into) {
        if (!expected.equals(actual)) {
            into.add(field + ": expected " + expected + ", was " + actual);
        }
    }

    private static SortedMap<String, String> states(@Nullable Object entries) {
        SortedMap<String, String> states = new TreeMap<>();
        if (entries instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Map<?, ?> map) {
                    states.put(String.valueOf(map.get("id")), Objects.toString(map.get("state"), ""));
                }
            }
        }
        return states;
    }

    private SortedMap<String, String> notable(SortedMap<String, String> actual) {
        actual.entrySet()
                .removeIf(gate -> !gates.containsKey(gate.getKey())
                        && !gate.getValue().equals("triggered")
                        && !gate.getValue().equals("unconfirmed"));
        return actual;
    }

    private SortedMap<String, String> wantedLeftOut(@Nullable Object entries) {
        SortedMap<String, String> reasons = new TreeMap<>();
        if (entries instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Map<?, ?> map && leftOut.containsKey(String.valueOf(map.get("reference")))) {
                    reasons.put(String.valueOf(map.get("reference")), String.valueOf(map.get("reason")));
                }
            }
        }
        return reasons;
    }
}
