package dev.therapyfit.authoring.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The outcome rules written a second time, independently of the CQL: from states of criteria to outcome and reason. It
 * checks the rules, not how states come out of a record.
 *
 * @param species true if there are data for the species
 * @param gatesChecked true if the data that every gate rests on were read
 * @param indication true if an active indication is recognised
 * @param excluded modalities that a gate excludes
 * @param axes axes that are known
 */
record OutcomeOracle(
        boolean species, boolean gatesChecked, boolean indication, Set<String> excluded, Set<String> axes) {
    private static final List<String> MSC = List.of("M1", "M2", "M3");
    private static final List<String> SECRETOME = List.of("S1", "S2", "S3");

    /** What the rules answer. */
    record Answer(String outcome, String reason) {}

    Answer decide(Map<String, String> states) {
        if (!species) {
            return new Answer("neither", "species-without-data");
        }
        if (excluded.size() == 2) {
            return new Answer("neither", "contraindicated");
        }
        if (!gatesChecked) {
            return new Answer("insufficient-data", "safety-data-not-read");
        }
        if (!indication) {
            return new Answer("insufficient-data", "no-recognised-indication");
        }
        if (!axes.contains("T1") || !(axes.contains("T2") || axes.contains("T3"))) {
            return new Answer("insufficient-data", "axes-unknown");
        }
        long m = MSC.stream().filter(id -> met(states, id)).count();
        long s = SECRETOME.stream().filter(id -> met(states, id)).count();
        boolean p = met(states, "P");
        if (excluded.contains("msc")) {
            return s > 0 || p
                    ? new Answer("secretome-favoured", "msc-excluded")
                    : new Answer("neither", "no-remaining-option");
        }
        if (excluded.contains("secretome")) {
            return m > 0
                    ? new Answer("msc-favoured", "secretome-excluded")
                    : new Answer("neither", "no-remaining-option");
        }
        if (m + s == 0) {
            return new Answer("insufficient-data", "no-criterion-met");
        }
        if (Math.abs(m - s) >= 2) {
            return m > s
                    ? new Answer("msc-favoured", p ? "preference-conflict" : "")
                    : new Answer("secretome-favoured", "");
        }
        if (p) {
            return s >= m
                    ? new Answer("secretome-favoured", "")
                    : new Answer("both-acceptable", "preference-offsets-lead");
        }
        if (s == 0) {
            return new Answer("msc-favoured", "");
        }
        if (m == 0) {
            return new Answer("secretome-favoured", "");
        }
        boolean sequence = (met(states, "M1") || met(states, "M2")) && met(states, "S3");
        return new Answer(sequence ? "sequential-or-combined" : "both-acceptable", "");
    }

    /** Unknown criteria whose flip changes the outcome under some assignment of the other unknown ones. */
    List<String> deciding(Map<String, String> states) {
        List<String> unknown = new ArrayList<>();
        for (String id : List.of("M1", "M2", "M3", "S1", "S2", "S3")) {
            if ("unknown".equals(states.get(id))) {
                unknown.add(id);
            }
        }
        List<String> deciding = new ArrayList<>();
        for (int criterion = 0; criterion < unknown.size(); criterion++) {
            for (int bits = 0; bits < 1 << unknown.size(); bits++) {
                String one = decide(assigned(states, unknown, bits)).outcome();
                String other = decide(assigned(states, unknown, bits ^ (1 << criterion)))
                        .outcome();
                if (!one.equals(other)) {
                    deciding.add(unknown.get(criterion));
                    break;
                }
            }
        }
        return deciding;
    }

    /** The outcomes that are possible when a criterion is known, sorted. */
    SortedSet<String> possible(Map<String, String> states, String criterion, boolean met) {
        Map<String, String> known = new HashMap<>(states);
        known.put(criterion, met ? "met" : "not-met");
        List<String> unknown = Stream.concat(MSC.stream(), SECRETOME.stream())
                .filter(id -> "unknown".equals(known.get(id)))
                .toList();
        return IntStream.range(0, 1 << unknown.size())
                .mapToObj(bits -> decide(assigned(known, unknown, bits)).outcome())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, String> assigned(Map<String, String> states, List<String> unknown, int bits) {
        Map<String, String> assigned = new HashMap<>(states);
        for (int i = 0; i < unknown.size(); i++) {
            assigned.put(unknown.get(i), (bits & (1 << i)) == 0 ? "not-met" : "met");
        }
        return assigned;
    }

    private static boolean met(Map<String, String> states, String id) {
        return "met".equals(states.get(id));
    }
}
