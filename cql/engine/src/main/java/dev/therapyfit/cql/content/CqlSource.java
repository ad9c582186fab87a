package dev.therapyfit.cql.content;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One CQL library as text.
 *
 * @param name name in its {@code library} declaration, equal to the file's name
 * @param version version in its {@code library} declaration
 * @param file path inside the content
 * @param text the CQL
 */
public record CqlSource(String name, String version, String file, String text) {
    private static final Pattern INCLUDE = Pattern.compile("(?m)^\\s*include\\s+\"?([A-Za-z0-9-]+)\"?");

    /** Names of the libraries that it includes, of the content or not. */
    public List<String> includes() {
        return INCLUDE.matcher(text).results().map(match -> match.group(1)).toList();
    }
}
