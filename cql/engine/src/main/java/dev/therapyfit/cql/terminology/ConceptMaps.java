package dev.therapyfit.cql.terminology;

import dev.therapyfit.cql.content.Content;
import dev.therapyfit.cql.fhir.Element;
import dev.therapyfit.cql.fhir.FhirType;
import dev.therapyfit.cql.fhir.Primitive;
import dev.therapyfit.cql.fhir.Resource;
import dev.therapyfit.cql.terminology.Terminology.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content's concept maps: codes and words of an EHR, and what the content calls the same. A translation is added
 * beside what was recorded, which stays.
 *
 * <p>A map names the elements that it is about in extensions {@link #CONTEXT}, for example {@code
 * MedicationRequest.medication}. A group whose source is {@link #WORDS} translates words: its codes are phrases that are
 * looked for as whole words in texts and displays. The first phrase of a map that is found counts. None does if the text
 * matches the map's {@link #NEGATION}, or a code of its value set {@link #UNLESS} is there. A code that is written in
 * another form than value sets write it stands there in theirs too.
 */
public final class ConceptMaps {
    /** An element that the map is about: a resource type and a path of elements. */
    public static final String CONTEXT = "https://therapyfit.dev/fhir/StructureDefinition/map-context";

    /** A regular expression: words of a text in which it is found say nothing. */
    public static final String NEGATION = "https://therapyfit.dev/fhir/StructureDefinition/map-negation";

    /** A value set: where one of its codes is, words say nothing. */
    public static final String UNLESS = "https://therapyfit.dev/fhir/StructureDefinition/map-unless";

    /** The source of a group that translates words. */
    public static final String WORDS = "https://therapyfit.dev/fhir/CodeSystem/words";

    /** On a coding that was added: {@code code} or {@code words}. */
    public static final String TRANSLATED = "https://therapyfit.dev/fhir/StructureDefinition/translated-from";

    private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}\\p{N}]+");

    private final Map<String, List<Translation>> byType;
    private final Map<Code, Set<Code>> sources;
    private final Terminology terminology;

    private ConceptMaps(Map<String, List<Translation>> byType, Map<Code, Set<Code>> sources, Terminology terminology) {
        this.byType = byType;
        this.sources = sources;
        this.terminology = terminology;
    }

    /** The maps for one element, in their order: what one adds the next one sees. */
    private record Translation(List<String> path, List<Table> tables) {}

    private record Phrase(String words, Code target) {}

    private record Table(
            Map<Code, List<Code>> codes, List<Phrase> phrases, Optional<Pattern> negation, Optional<String> unless) {}

    /**
     * Reads every concept map of the content.
     *
     * @throws dev.therapyfit.cql.content.ContentException if one is not understood
     */
    public static ConceptMaps of(Content content, Terminology terminology) {
        Problems problems = new Problems(content);
        OwnCodes own = OwnCodes.of(content);
        Map<List<String>, List<Table>> tables = new LinkedHashMap<>();
        Map<Code, Set<Code>> sources = new HashMap<>();
        for (Resource map : content.conceptMaps()) {
            requireCodes(map, own, problems);
            Table table = table(map, terminology, problems);
            table.codes()
                    .forEach((source, targets) ->
                            targets.forEach(target -> sources.computeIfAbsent(target, key -> new LinkedHashSet<>())
                                    .add(source)));
            List<String> contexts = texts(map, CONTEXT);
            if (contexts.isEmpty()) {
                problems.add(map, "", "extension " + CONTEXT + ": expected at least one");
            }
            for (String context : contexts) {
                List<String> path = Arrays.asList(context.split("[.]"));
                if (path.size() < 2) {
                    problems.add(
                            map,
                            place(map, CONTEXT, context),
                            "context " + context + ": expected a type and an element");
                    continue;
                }
                tables.computeIfAbsent(path, key -> new ArrayList<>()).add(table);
            }
        }
        problems.requireNone();
        Map<String, List<Translation>> byType = new HashMap<>();
        tables.forEach((path, all) -> byType.computeIfAbsent(path.get(0), key -> new ArrayList<>())
                .add(new Translation(path.subList(1, path.size()), List.copyOf(all))));
        return new ConceptMaps(byType, sources, terminology);
    }

    /** URLs of the value sets that decide whether something is translated. */
    public Set<String> valueSets() {
        return byType.values().stream()
                .flatMap(List::stream)
                .flatMap(translation -> translation.tables().stream())
                .flatMap(table -> table.unless().stream())
                .collect(Collectors.toSet());
    }

    /** Codes that can be codes of their system, each mapped once to each other. */
    private static void requireCodes(Resource map, OwnCodes own, Problems problems) {
        List<Element> groups = map.all("group");
        for (int g = 0; g < groups.size(); g++) {
            String path = "group[" + g + "]";
            String source = groups.get(g).text("source").orElse(null);
            String target = groups.get(g).text("target").orElse(null);
            problems.requireSystem(map, path + ".source", source);
            problems.requireSystem(map, path + ".target", target);
            Set<List<String>> seen = new HashSet<>();
            List<Element> elements = groups.get(g).all("element");
            for (int e = 0; e < elements.size(); e++) {
                String place = path + ".element[" + e + "]";
                String code = elements.get(e).text("code").orElse(null);
                problems.requireCode(map, place + ".code", source, code);
                List<Element> targets = elements.get(e).all("target");
                for (int t = 0; t < targets.size(); t++) {
                    String into = targets.get(t).text("code").orElse(null);
                    String to = place + ".target[" + t + "].code";
                    problems.requireCode(map, to, target, into);
                    if (own.lacks(target, into)) {
                        problems.add(map, to, "code " + into + " of " + target + " is not in that code system");
                    }
                    if (!seen.add(List.of(String.valueOf(code), String.valueOf(into)))) {
                        problems.addTwice(map, place + ".code", code);
                    }
                }
            }
        }
    }

    private static Table table(Resource map, Terminology terminology, Problems problems) {
        Map<Code, List<Code>> codes = new HashMap<>();
        List<Phrase> phrases = new ArrayList<>();
        List<Element> groups = map.all("group");
        for (int g = 0; g < groups.size(); g++) {
            String source = groups.get(g).text("source").orElse("");
            String target = groups.get(g).text("target").orElse("");
            List<Element> elements = groups.get(g).all("element");
            for (int e = 0; e < elements.size(); e++) {
                String code = elements.get(e).text("code").orElse("");
                List<Code> targets = elements.get(e).all("target").stream()
                        .map(one -> new Code(target, one.text("code").orElse("")))
                        .toList();
                if (targets.isEmpty()) {
                    problems.add(map, "group[" + g + "].element[" + e + "].code", "code " + code + " has no target");
                } else if (WORDS.equals(source)) {
                    phrases.add(new Phrase(padded(code), targets.get(0)));
                } else {
                    codes.computeIfAbsent(terminology.canonical(new Code(source, code)), key -> new ArrayList<>())
                            .addAll(targets);
                }
            }
        }
        Optional<Pattern> negation = Optional.empty();
        try {
            negation = texts(map, NEGATION).stream().findFirst().map(Pattern::compile);
        } catch (PatternSyntaxException e) {
            problems.add(
                    map,
                    place(map, NEGATION, ""),
                    "extension " + NEGATION + " is no regular expression: " + e.getDescription());
        }
        Optional<String> unless = texts(map, UNLESS).stream().findFirst();
        unless.filter(url -> !terminology.defines(url))
                .ifPresent(url -> problems.addMissing(
                        map,
                        place(map, UNLESS, url),
                        url,
                        "value set " + url + " is not in input/vocabulary/valueset"));
        return new Table(codes, phrases, negation, unless);
    }

    /** The value of an extension that has this text; of the first with any if it is empty. */
    private static String place(Resource map, String url, String text) {
        List<Element> extensions = map.all("extension");
        for (int i = 0; i < extensions.size(); i++) {
            Optional<Element> value = extensions.get(i).first("value");
            if (extensions.get(i).hasText("url", url)
                    && value.isPresent()
                    && (text.isEmpty() || value.get().text().equals(Optional.of(text)))) {
                String type = value.get().type().name();
                return "extension[" + i + "].value" + type.substring(0, 1).toUpperCase(Locale.ROOT) + type.substring(1);
            }
        }
        return "extension";
    }

    private static List<String> texts(Resource map, String extension) {
        return map.extensions(extension)
                .flatMap(one -> one.text("value").stream())
                .toList();
    }

    /** Codes that a map translates into this one. */
    public Set<Code> translatedInto(Code target) {
        return sources.getOrDefault(target, Set.of());
    }

    /** The resource with translations beside what was recorded; the same object if there are none. */
    public Resource translate(Resource resource) {
        Element translated = resource;
        for (Translation translation : byType.getOrDefault(resource.type().name(), List.of())) {
            translated = translated(translated, translation.path(), translation.tables());
        }
        return (Resource) translated.changing("contained", inner -> translate((Resource) inner));
    }

    /** The element with translations in the concepts at a path; the same object if there are none. */
    private Element translated(Element element, List<String> path, List<Table> tables) {
        if (!path.isEmpty()) {
            return element.changing(path.get(0), one -> translated(one, path.subList(1, path.size()), tables));
        }
        return element.is("CodeableConcept") ? translated(element, tables) : element;
    }

    private Element translated(Element concept, List<Table> tables) {
        Said said = new Said(concept);
        for (Table table : tables) {
            List<Element> additions = additions(said, table);
            if (!additions.isEmpty()) {
                List<Element> codings = new ArrayList<>(said.concept.all("coding"));
                codings.addAll(additions);
                said = new Said(said.concept.with("coding", codings));
            }
        }
        return said.concept;
    }

    /** A concept, with its codes and words as maps look at them. */
    private final class Said {
        private final Element concept;
        private final List<Code> given = new ArrayList<>();
        private final List<Code> canonical = new ArrayList<>();
        private @Nullable String words;

        Said(Element concept) {
            this.concept = concept;
            for (Element coding : concept.all("coding")) {
                Code.of(coding).ifPresent(code -> {
                    given.add(code);
                    canonical.add(terminology.canonical(code));
                });
            }
        }

        /** All its words, in lower case. */
        String words() {
            String known = words;
            if (known == null) {
                StringBuilder all = new StringBuilder(concept.text("text").orElse(""));
                concept.all("coding").forEach(coding -> coding.text("display")
                        .ifPresent(display -> all.append(" ; ").append(display)));
                known = all.toString().toLowerCase(Locale.ROOT);
                words = known;
            }
            return known;
        }
    }

    private List<Element> additions(Said said, Table table) {
        Set<Code> missing = new LinkedHashSet<>();
        for (Code code : said.canonical) {
            missing.addAll(table.codes().getOrDefault(code, List.of()));
        }
        missing.removeAll(said.given);
        Optional<Code> phrase = missing.isEmpty() && !table.phrases().isEmpty() && !isCoded(said, table)
                ? phrase(said.words(), table).map(Phrase::target).filter(code -> !said.given.contains(code))
                : Optional.empty();
        said.canonical.stream().filter(code -> !said.given.contains(code)).forEach(missing::add);
        return Stream.concat(
                        phrase.map(code -> coding(code, "words")).stream(),
                        missing.stream().map(code -> coding(code, "code")))
                .toList();
    }

    private static Optional<Phrase> phrase(String text, Table table) {
        if (table.negation().filter(negation -> negation.matcher(text).find()).isPresent()) {
            return Optional.empty();
        }
        String padded = padded(text);
        return table.phrases().stream()
                .filter(phrase -> padded.contains(phrase.words()))
                .findFirst();
    }

    private boolean isCoded(Said said, Table table) {
        return table.unless().isPresent()
                && said.given.stream()
                        .anyMatch(code -> terminology.contains(table.unless().get(), code.system(), code.code()));
    }

    private static Element coding(Code code, String from) {
        Element translatedFrom =
                Element.of("Extension").with("url", TRANSLATED).with("value", new Primitive(FhirType.of("code"), from));
        return code.coding().with("extension", translatedFrom);
    }

    private static String padded(String text) {
        return " "
                + NO_LETTERS
                        .matcher(text.toLowerCase(Locale.ROOT))
                        .replaceAll(" ")
                        .strip() + " ";
    }
}
