package dev.therapyfit.authoring.lint;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Element;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a content wants its texts: the extension {@link #URL} of the FHIR Library of its main library, with a {@code forbidden}
 * string for each word that it never says, and the {@code mostWords} of a card.
 */
public final class Wording {
    /** URL of the extension. */
    public static final String URL = "https://therapyfit.dev/fhir/StructureDefinition/wording";

    private final Optional<Pattern> forbidden;
    private final int mostWords;

    private Wording(List<String> forbidden, int mostWords) {
        this.forbidden = forbidden.isEmpty()
                ? Optional.empty()
                : Optional.of(Pattern.compile(
                        forbidden.stream().map(Pattern::quote).collect(Collectors.joining("|", "\\b(", ")\\b")),
                        Pattern.CASE_INSENSITIVE));
        this.mostWords = mostWords;
    }

    /** That of a content. */
    public static Wording of(Content content) {
        String main = content.mainLibrary().name();
        List<Element> said = content.libraryResources().stream()
                .filter(library -> library.hasText("name", main))
                .flatMap(library -> library.extensions(URL))
                .toList();
        Function<String, Stream<String>> values = name -> said.stream()
                .flatMap(wording -> wording.extensions(name))
                .flatMap(value -> value.text("value").stream());
        return new Wording(
                values.apply("forbidden").toList(),
                values.apply("mostWords").findFirst().map(Integer::parseInt).orElse(Integer.MAX_VALUE));
    }

    /** The first word of a text that is forbidden; empty if there is none. */
    public Optional<String> forbiddenIn(String text) {
        return forbidden.flatMap(pattern ->
                pattern.matcher(text).results().map(MatchResult::group).findFirst());
    }

    /** How many words a card has at most. */
    public int mostWords() {
        return mostWords;
    }
}
