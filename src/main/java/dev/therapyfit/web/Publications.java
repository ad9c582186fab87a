package dev.therapyfit.web;

import dev.therapyfit.web.LibraryView.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the publications that a text names, so that a reader can go there. */
final class Publications {
    /** What tells a publication, and where it is. */
    private static final Map<String, String> URLS = Map.of(
            "url", "%s",
            "doi", "https://doi.org/%s",
            "pmid", "https://pubmed.ncbi.nlm.nih.gov/%s/",
            "pmc", "https://pmc.ncbi.nlm.nih.gov/articles/%s/",
            "nct", "https://clinicaltrials.gov/study/%s");

    private static final Pattern NAMES = Pattern.compile("(?<url>https?://[^\\s<>&;\"']+)"
            + "|doi:(?<doi>10\\.[^\\s<>&,;\"']+[^\\s<>&,;\"'.])"
            + "|PMID (?<pmid>\\d+)"
            + "|(?<pmc>PMC\\d+)"
            + "|(?<nct>NCT\\d{8})");

    private Publications() {}

    /** A text in pieces: plain ones, and names of publications. */
    static List<Piece> in(String text) {
        List<Piece> pieces = new ArrayList<>();
        Matcher name = NAMES.matcher(text);
        int from = 0;
        while (name.find()) {
            pieces.add(new Piece(text.substring(from, name.start()), ""));
            pieces.add(new Piece(name.group(), url(name)));
            from = name.end();
        }
        pieces.add(new Piece(text.substring(from), ""));
        return pieces;
    }

    private static String url(Matcher name) {
        return URLS.entrySet().stream()
                .filter(kind -> name.group(kind.getKey()) != null)
                .map(kind -> kind.getValue().replace("%s", name.group(kind.getKey())))
                .findFirst()
                .orElseThrow();
    }
}
