package dev.therapyfit.cql.evaluation;

/**
 * A code that a library declares ({@code code "Name": 'id' from "System"}).
 *
 * @param library name of the library
 * @param file path inside the content
 * @param line line of the declaration, from 1
 * @param name its name in CQL
 * @param system the code system's URL
 * @param code the code
 * @param confidence value of the tag {@code @confidence} in the comment before the declaration; empty if there is none
 */
public record DeclaredCode(
        String library, String file, int line, String name, String system, String code, String confidence) {}
