package dev.therapyfit.cql.content;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
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

    /** A comment, a quoted name, or a text, whichever begins first. */
    private static final Pattern TOKEN =
            Pattern.compile("//[^\\n]*|/[*].*?[*]/|\"(?:[^\"\\\\]|\\\\.)*+\"|'((?:[^'\\\\]|\\\\.)*+)'", Pattern.DOTALL);

    /** Names of the libraries that it includes, of the content or not. */
    public List<String> includes() {
        return INCLUDE.matcher(text).results().map(match -> match.group(1)).toList();
    }

    /** Every text that it writes, in single quotes; those in comments are none. */
    public Set<String> texts() {
        Set<String> texts = new HashSet<>();
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            if (token.group(1) != null) {
                texts.add(token.group(1).replaceAll("\\\\(.)", "$1"));
            }
        }
        return texts;
    }
}
