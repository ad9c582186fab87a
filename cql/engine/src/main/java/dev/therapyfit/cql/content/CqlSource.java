package dev.therapyfit.cql.content;

/**
 * One CQL library as text.
 *
 * @param name name in its {@code library} declaration, equal to the file's name
 * @param version version in its {@code library} declaration
 * @param file path inside the content
 * @param text the CQL
 */
public record CqlSource(String name, String version, String file, String text) {}
