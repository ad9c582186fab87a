package dev.therapyfit.hooks.decision;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The state of everything in a decision that has an id and a state, without any datum of the patient: what may be kept for
 * review.
 *
 * @param byPart state by id, by the name of the decision's part
 */
public record States(@JsonValue SortedMap<String, SortedMap<String, String>> byPart) {
    /** The states of a decision. */
    public static States of(Decision decision) {
        return of(decision.parts());
    }

    /** Reads them as they are kept. */
    @JsonCreator
    static States kept(Map<String, JsonNode> kept) {
        SortedMap<String, SortedMap<String, String>> byPart = new TreeMap<>();
        kept.forEach((part, states) -> {
            SortedMap<String, String> byId = new TreeMap<>();
            states.properties()
                    .forEach(state -> byId.put(state.getKey(), state.getValue().asString()));
            byPart.put(part, byId);
        });
        return new States(byPart);
    }

    private static States of(Map<String, JsonNode> parts) {
        SortedMap<String, SortedMap<String, String>> byPart = new TreeMap<>();
        parts.forEach((name, part) -> {
            SortedMap<String, String> states = new TreeMap<>();
            (part.isObject() ? Stream.of(part) : part.valueStream())
                    .filter(entry -> entry.path("id").isString())
                    .filter(entry -> entry.path("state").isString())
                    .forEach(entry -> states.put(
                            entry.path("id").asString(), entry.path("state").asString()));
            if (!states.isEmpty()) {
                byPart.put(name, Collections.unmodifiableSortedMap(states));
            }
        });
        return new States(Collections.unmodifiableSortedMap(byPart));
    }
}
