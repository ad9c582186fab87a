package dev.therapyfit.cql.content;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.json.JsonMapper;

/** Where the elements of a JSON file begin. */
final class JsonPlaces {
    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, TokenStreamLocation> places = new HashMap<>();

    /** One object or array that is being read, and the name or index of what comes next in it. */
    private static final class Level {
        private final String path;
        private final boolean isArray;
        private String name = "";
        private int index;

        Level(String path, boolean isArray) {
            this.path = path;
            this.isArray = isArray;
        }

        String next() {
            return isArray ? path + "[" + index++ + "]" : path.isEmpty() ? name : path + "." + name;
        }
    }

    /** Reads a file that is JSON. */
    JsonPlaces(byte[] json) {
        Deque<Level> levels = new ArrayDeque<>();
        try (JsonParser parser = JSON.createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME) {
                    levels.element().name = parser.currentName();
                } else if (token.isStructEnd()) {
                    levels.pop();
                } else {
                    String path = levels.isEmpty() ? "" : levels.element().next();
                    places.putIfAbsent(path, parser.currentTokenLocation());
                    if (token.isStructStart()) {
                        levels.push(new Level(path, token == JsonToken.START_ARRAY));
                    }
                }
            }
        }
    }

    /**
     * A problem at an element.
     *
     * @param path for example {@code compose.include[0].concept[3].code}; if there is no such element, what is around it
     */
    ContentProblem problem(String file, String path, String message) {
        String nearest = path;
        while (!places.containsKey(nearest)) {
            int end = Math.max(nearest.lastIndexOf('.'), nearest.lastIndexOf('['));
            nearest = end < 0 ? "" : nearest.substring(0, end);
        }
        TokenStreamLocation place = places.get(nearest);
        return new ContentProblem(file, place.getLineNr(), place.getColumnNr(), message);
    }
}
