package dev.therapyfit.hooks.chart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A search parameter of FHIR R4 that finds resources by a date or by what they refer to.
 *
 * @param type resource type that is searched
 * @param name as it stands in a search
 * @param kind what it compares
 * @param elements of the type that it looks at, such as {@code onset} or {@code evidence.detail}
 * @param targets types that these may refer to; none for a date, and where they may refer to anything
 */
record SearchParameter(String type, String name, Kind kind, List<String> elements, List<String> targets) {
    enum Kind {
        DATE,
        REFERENCE
    }

    private static final String TABLE = "search-parameters.txt";
    private static final Map<String, List<SearchParameter>> OF_TYPE = read();

    private static Map<String, List<SearchParameter>> read() {
        try (BufferedReader table = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(SearchParameter.class.getResourceAsStream(TABLE)), StandardCharsets.UTF_8))) {
            return table.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(SearchParameter::of)
                    .collect(Collectors.groupingBy(SearchParameter::type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SearchParameter of(String line) {
        String[] words = line.split(" ", -1);
        return new SearchParameter(
                words[0],
                words[1],
                Kind.valueOf(words[2].toUpperCase(Locale.ROOT)),
                list(words[3]),
                words.length > 4 ? list(words[4]) : List.of());
    }

    private static List<String> list(String joined) {
        return List.of(joined.split(",", -1));
    }

    /** Those of a resource type. */
    static List<SearchParameter> of(String type, Kind kind) {
        return OF_TYPE.getOrDefault(type, List.of()).stream()
                .filter(parameter -> parameter.kind == kind)
                .toList();
    }

    /** True if what it finds may refer to that type. */
    boolean finds(String target) {
        return targets.contains(target);
    }
}
