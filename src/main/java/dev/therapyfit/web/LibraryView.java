package dev.therapyfit.web;

import java.util.List;

/**
 * What the page of a library shows. Its own words are in the reader's language, everything else in the content's.
 *
 * @param words the page's own words
 * @param digest of the whole content, its first characters
 * @param restsOn what the library rests on
 * @param cql the library itself; empty if the content has none of its name
 */
public record LibraryView(
        PageWords words,
        String title,
        String description,
        String version,
        String digest,
        List<Source> restsOn,
        List<Piece> cql) {

    /**
     * What a library rests on.
     *
     * @param name with the publications in it
     * @param description empty, or what it is
     */
    public record Source(List<Piece> name, String description) {}

    /**
     * A piece of a text.
     *
     * @param url where it leads; empty if it is plain
     */
    public record Piece(String text, String url) {}
}
